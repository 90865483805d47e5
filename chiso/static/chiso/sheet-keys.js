/* The hands on the sheet: keys, mouse and clipboard, as in a spreadsheet. A cell is moved over until something is
   typed (that replaces its text and the arrows take it over) or F2 or a double click lets its text be changed. */
"use strict";
(() => {
  const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  /* Rows of a block as Excel copies it: tabs and lines, quoted where a cell holds one of them. */
  function block(text) {
    const rows = [[""]];
    let quoted = false;
    const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let i = 0; i < source.length; i += 1) {
      const sign = source[i];
      const row = rows[rows.length - 1];
      if (quoted && sign === '"' && source[i + 1] === '"') (row[row.length - 1] += '"'), (i += 1);
      else if (quoted && sign === '"') quoted = false;
      else if (!quoted && sign === '"' && row[row.length - 1] === "") quoted = true;
      else if (!quoted && sign === "\t") row.push("");
      else if (!quoted && sign === "\n") rows.push([""]);
      else row[row.length - 1] += sign === "\n" ? " " : sign;
    }
    return rows.map((row) => row.map((cell) => cell.trim()));
  }

  /* A name in a block whose column or first row is words: it was copied with what stands beside the figures, and would
     move them under other headings. "" where there is none. */
  function nameIn(rows) {
    const isWords = (text) => /^\p{L}/u.test(text) && !/^không( có)?$/iu.test(text.normalize());
    const filled = (cells) => cells.filter((text) => text !== "");
    const columns = rows[0].map((_text, c) => filled(rows.map((row) => row[c] ?? "")));
    const named = columns.find((cells) => cells.filter(isWords).length * 2 > cells.length);
    const heads = rows.length > 1 ? filled(rows[0]) : [];
    const found = named ?? (heads.length && heads.every(isWords) && !filled(rows[1]).every(isWords) ? heads : []);
    return rows.flat().length > 1 ? (found.find(isWords) ?? "") : "";
  }

  function blockText(rows) {
    const quote = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    return rows.map((row) => row.map(quote).join("\t")).join("\n");
  }

  /* When a typed text is taken over, as spreadsheets do on purpose: by Enter, Tab, an arrow, by going to another cell or
     to another field or button of the sheet. Only leaving the sheet – another window, another tab, a click beside it –
     takes nothing over: half a figure is not a figure. It stays half typed, is said to be not saved, is kept in this
     browser, and is typed on when its person comes back. A half-typed text of an earlier visit (a draft) is taken over
     by Enter, Tab or "Save" only: passing over it is no consent. */
  class Keys {
    constructor(sheet) {
      this.sheet = sheet;
      this.mode = ""; // "", "typed" or "edit"
      this.startColumn = null; // where Enter goes back to after Tab
      this.leaving = this.pointing = false;
      const { table } = sheet;
      for (const name of ["keydown", "input", "focusin", "focusout", "paste", "copy", "cut", "pointerdown", "pointerover", "dblclick"])
        table.addEventListener(name, (event) => this[name](event));
      window.addEventListener("pointerup", () => (this.pointing = false));
    }

    /* --- typing --- */
    input(event) {
      const cell = this.sheet.of(event.target);
      if (!this.mode) this.mode = "typed";
      cell.draft = false;
      cell.typing = event.target.value;
      this.sheet.typed(cell);
    }

    edit(cell) {
      this.mode = "edit";
      cell.draft = false;
      cell.input.setSelectionRange(cell.input.value.length, cell.input.value.length);
    }

    commit(consent = false) {
      const { at } = this.sheet;
      this.mode = "";
      if (at.typing !== null && (consent || !at.draft)) this.sheet.change([[at, at.typing]]);
    }

    takeBack() {
      const { at } = this.sheet;
      this.mode = "";
      if (at.typing === null) return;
      this.sheet.takeBack(at);
      at.input.select();
    }

    focusin(event) {
      const cell = this.sheet.of(event.target);
      if (!cell) return;
      if (cell !== this.sheet.at) {
        this.commit();
        this.sheet.go(cell);
      }
      if (!this.mode) event.target.select(); // back in the window a text is typed on where it was
    }

    focusout(event) {
      if (this.sheet.form.contains(event.relatedTarget)) this.commit();
    }

    /* --- keys --- */
    keydown(event) {
      const cell = this.sheet.of(event.target);
      if (!cell || event.isComposing || event.altKey) return;
      const leaving = this.leaving;
      this.leaving = false;
      const act = event.ctrlKey || event.metaKey ? this.command(event) : this.plain(event, leaving);
      if (!act) return;
      event.preventDefault();
      act();
    }

    command(event) {
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const { sheet } = this;
      if (key === "s") return () => sheet.saveNow();
      if (this.mode) return key in ARROWS && this.mode === "typed" ? () => this.edge(key, event.shiftKey) : null;
      if (key === "z") return () => (event.shiftKey ? sheet.redo() : sheet.undo());
      if (key === "y") return () => sheet.redo();
      if (key === "d") return () => sheet.fillDown();
      if (key === "a") return () => sheet.chooseAll();
      if (key in ARROWS) return () => this.edge(key, event.shiftKey);
      if (key === "Home") return () => sheet.move(sheet.cells[0][0], event.shiftKey);
      if (key === "End") return () => sheet.move(sheet.cells.at(-1).at(-1), event.shiftKey);
      return null;
    }

    plain(event, leaving) {
      const { key, shiftKey } = event;
      const { sheet } = this;
      const { at } = sheet;
      if (key in ARROWS && this.mode !== "edit") return () => this.step(...ARROWS[key], shiftKey);
      if (key === "Enter") return () => this.enter(shiftKey ? -1 : 1);
      if (key === "Tab") return this.tab(shiftKey ? -1 : 1, leaving);
      if (key === "F2") return () => (shiftKey ? sheet.toNote() : this.edit(at));
      if (key === "F8") return () => sheet.nextToMend();
      if (key === "Escape") return () => this.escape();
      if (this.mode) return null;
      if (key === "Delete" || key === "Backspace") return () => sheet.change(sheet.range().map((cell) => [cell, ""]));
      if (key === "Home") return () => sheet.move(sheet.cells[at.r][0], shiftKey);
      if (key === "End") return () => sheet.move(sheet.cells[at.r].at(-1), shiftKey);
      if (key === "PageUp" || key === "PageDown") return () => this.step(key === "PageUp" ? -sheet.page() : sheet.page(), 0, shiftKey);
      if (key === "?") return () => sheet.help();
      return null;
    }

    step(rows, columns, extend = false) {
      this.commit();
      this.startColumn = null;
      this.sheet.move(this.sheet.near(rows, columns, extend), extend);
    }

    edge(key, extend) {
      const [rows, columns] = ARROWS[key];
      this.step(rows * this.sheet.cells.length, columns * this.sheet.cells[0].length, extend);
    }

    enter(rows) {
      const { sheet } = this;
      const column = this.startColumn ?? sheet.at.c;
      this.commit(true);
      this.startColumn = null;
      const row = Math.min(Math.max(sheet.at.r + rows, 0), sheet.cells.length - 1);
      sheet.move(sheet.cells[row][column]);
    }

    /* Row by row; from the last cell, and after Esc from any, Tab leaves the table. */
    tab(step, leaving) {
      const { sheet } = this;
      const width = sheet.cells[0].length;
      const next = sheet.at.r * width + sheet.at.c + step;
      if (leaving || next < 0 || next >= width * sheet.cells.length) return null;
      return () => {
        const start = this.startColumn ?? sheet.at.c;
        this.commit(true);
        sheet.move(sheet.cells[Math.floor(next / width)][next % width]);
        this.startColumn = start;
      };
    }

    escape() {
      if (this.mode || this.sheet.at.draft) return this.takeBack();
      this.leaving = true;
      this.sheet.move(this.sheet.at);
    }

    /* --- mouse --- */
    pointerdown(event) {
      const cell = this.sheet.of(event.target.closest("td")?.firstElementChild);
      if (!cell || event.button !== 0) return;
      if (cell === this.sheet.at && this.mode) return;
      this.commit();
      this.startColumn = null;
      if (event.pointerType === "touch") return; // the finger's own: the field is focused, its keyboard opens
      event.preventDefault();
      this.pointing = true;
      this.sheet.move(cell, event.shiftKey);
    }

    pointerover(event) {
      if (!this.pointing) return;
      const cell = this.sheet.of(event.target.closest("td")?.firstElementChild);
      if (cell) this.sheet.move(cell, true);
    }

    dblclick(event) {
      const cell = this.sheet.of(event.target.closest("td")?.firstElementChild);
      if (cell) this.edit(cell);
    }

    /* --- clipboard --- */
    copy(event) {
      if (this.mode || !this.sheet.of(event.target)) return;
      event.preventDefault();
      event.clipboardData.setData("text/plain", blockText(this.sheet.rows().map((row) => row.map((cell) => cell.shownText))));
    }

    cut(event) {
      if (this.mode || !this.sheet.of(event.target)) return;
      this.copy(event);
      this.sheet.change(this.sheet.range().map((cell) => [cell, ""]));
    }

    paste(event) {
      if (this.mode === "edit" || !this.sheet.of(event.target)) return;
      event.preventDefault();
      const rows = block(event.clipboardData.getData("text/plain"));
      const name = nameIn(rows);
      if (name) return this.sheet.refuse("names_pasted", { name });
      this.takeBack();
      this.sheet.paste(rows);
    }
  }

  window.ChisoKeys = Keys;
})();
