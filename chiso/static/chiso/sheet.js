/* The sheet: a form of plain fields made into a spreadsheet. Without it the same form is saved by its button.
   Parts: sheet-cell (one cell), sheet-keys (hands), sheet-sums (exact sums), sheet-store (saving), sheet-restored (of an
   earlier visit), sheet-bar (words). */
"use strict";
(() => {
  const { ChisoSums: Sums, ChisoStore: Store } = window;

  class Sheet {
    constructor(form) {
      this.form = form;
      this.table = form.querySelector(".sheet-table");
      this.frame = form.querySelector(".sheet-scroll");
      this.about = JSON.parse(form.dataset.about);
      this.based = JSON.parse(form.elements.based.value);
      this.known = new Map(); // "kind text" -> how the server reads it
      this.done = [];
      this.undone = [];
      this.notice = ""; // on the last act; the next one takes it away
      this.bar = new window.ChisoBar(form, JSON.parse(form.dataset.words));
      this.cells = this.build();
      this.flat = this.cells.flat();
      this.byInput = new Map(this.flat.map((cell) => [cell.input, cell]));
      this.at = this.flat[0];
      this.to = null;
      this.server = new Store.Server(form);
      this.saver = new Store.Saver(this.server, new Store.Kept(form), this.flat, () => this.show());
      this.makeGrid();
      this.makeSums();
      this.keys = new window.ChisoKeys(this);
      this.listen();
      this.restored = new window.ChisoRestored(this);
      this.judge();
      this.show();
    }

    /* --- from the page --- */
    build() {
      const { units, indicators, units_down: down, cells } = this.based;
      const measures = new Map(this.about.measures.map((each) => [each.code, each]));
      const names = new Map(units.map((slug, n) => [slug, this.about.units[n]]));
      let n = -1;
      return cells.map((row, r) => {
        const inputs = this.table.tBodies[0].rows[r].querySelectorAll("input");
        return row.map((based, c) => {
          n += 1;
          const unit = units[down ? r : c];
          const measure = measures.get(indicators[down ? c : r]);
          const title = `${names.get(unit)} · ${measure.name}`;
          const cell = new window.ChisoCell(r, c, inputs[c], { unit, indicator: measure.code, measure, title }, based, this.about.beside[n] || {});
          this.readAtFirst(cell, this.about.readings[n], based[1]);
          return cell;
        });
      });
    }

    readAtFirst(cell, told, text) {
      const [value, of, places, shown] = told || ["", "", 0, ""];
      const reading = Sums.reading({ value, of, places, shown });
      this.known.set(`${cell.measure.kind} ${text}`, reading);
      if (cell.text === text) cell.reading = reading;
    }

    makeGrid() {
      this.table.setAttribute("role", "grid");
      this.table.setAttribute("aria-multiselectable", "true");
      this.table.style.setProperty("--columns", this.cells[0].length);
      this.frame.removeAttribute("tabindex");
      for (const cell of this.flat) cell.input.tabIndex = -1;
      this.at.input.tabIndex = 0;
      this.form.classList.add("has-script");
      document.getElementById("sheet-keys").hidden = false;
    }

    listen() {
      const on = (id, act) => document.getElementById(id).addEventListener("click", act);
      this.form.addEventListener("submit", (event) => (event.preventDefault(), this.saveNow()));
      on("sheet-again", () => this.saveNow());
      on("sheet-next", () => this.nextToMend());
      on("sheet-keys", () => this.help());
      on("sheet-drop", () => this.restored.drop());
      this.listenToNote(document.getElementById("sheet-note"));
      window.addEventListener("beforeunload", (event) => {
        this.saver.keep();
        if (this.saver.dirty().length) event.preventDefault();
      });
      document.addEventListener("visibilitychange", () => document.hidden && this.saver.keep());
      document.getElementById("sheet-help").addEventListener("close", () => {
        // The browser has put the focus back already; who went on from there meanwhile is not fetched back.
        if ([document.getElementById("sheet-keys"), document.body].includes(document.activeElement)) this.at.input.focus();
      });
    }

    listenToNote(field) {
      field.addEventListener("input", () => {
        this.at.note = field.value;
        this.at.draw();
        this.saver.soon();
      });
      field.addEventListener("keydown", (event) => {
        const back = event.key === "Enter" || event.key === "Escape" || (event.key === "F2" && event.shiftKey);
        if (back) (event.preventDefault(), this.at.input.focus());
        else if (event.key === "s" && (event.ctrlKey || event.metaKey)) (event.preventDefault(), this.saveNow());
      });
    }

    takeBack(cell) {
      cell.leave();
      this.typed(cell);
    }

    /* --- where one is --- */
    of(input) {
      return this.byInput.get(input);
    }

    go(cell) {
      const before = this.at.input;
      before.tabIndex = -1;
      before.removeAttribute("aria-describedby");
      this.at = cell;
      this.to = null;
      cell.input.tabIndex = 0;
      cell.input.setAttribute("aria-describedby", "sheet-said");
      this.paint();
      this.tell();
    }

    move(cell, extend = false) {
      if (extend) {
        this.to = cell;
        this.paint();
        this.tell();
        cell.input.scrollIntoView({ block: "nearest", inline: "nearest" });
        return;
      }
      this.go(cell);
      cell.input.focus({ preventScroll: true });
      cell.input.scrollIntoView({ block: "nearest", inline: "nearest" });
    }

    near(rows, columns, extend) {
      const { r, c } = extend ? (this.to ?? this.at) : this.at;
      const clamp = (n, most) => Math.min(Math.max(n, 0), most - 1);
      return this.cells[clamp(r + rows, this.cells.length)][clamp(c + columns, this.cells[0].length)];
    }

    /* The chosen block; `to` is its other corner. */
    rows() {
      const [one, other] = [this.at, this.to ?? this.at];
      const rows = this.cells.slice(Math.min(one.r, other.r), Math.max(one.r, other.r) + 1);
      return rows.map((row) => row.slice(Math.min(one.c, other.c), Math.max(one.c, other.c) + 1));
    }

    range() {
      return this.rows().flat();
    }

    paint() {
      const now = this.to && this.to !== this.at ? new Set(this.range()) : new Set();
      this.painted?.forEach((cell) => now.has(cell) || cell.choosing(false));
      now.forEach((cell) => cell.choosing(true));
      this.painted = now;
    }

    chooseAll() {
      this.move(this.flat[0]);
      this.to = this.flat.at(-1);
      this.paint();
      this.tell();
    }

    page() {
      return Math.max(1, Math.floor(this.frame.clientHeight / this.at.td.offsetHeight) - 2);
    }

    toNote() {
      this.keys.commit();
      document.getElementById("sheet-note").focus();
    }

    nextToMend() {
      this.keys.commit();
      const left = this.left();
      const here = this.flat.indexOf(this.at);
      const next = left.find((cell) => this.flat.indexOf(cell) > here) || left[0];
      if (next) this.move(next);
    }

    left() {
      return this.flat.filter((cell) => cell.toMend || cell.draft);
    }

    help() {
      document.getElementById("sheet-help").showModal();
    }

    /* --- changing --- */
    change(list, remembered = true) {
      const changes = list.filter(([cell, text]) => text !== cell.text || cell.typing !== null);
      const kept = changes.map(([cell, text]) => [cell, cell.text, text]).filter(([, before, after]) => before !== after);
      if (remembered && kept.length) {
        this.done.push(kept);
        this.undone = [];
      }
      changes.forEach(([cell, text]) => cell.put(text));
      this.ask(changes.map(([cell]) => cell));
      changes.forEach(([cell]) => cell.draw());
      if (changes.length) this.notice = "";
      if (changes.length) this.saver.soon();
      this.soonJudge();
    }

    undo() {
      this.again(this.done, this.undone, 1);
    }

    redo() {
      this.again(this.undone, this.done, 2);
    }

    again(from, into, which) {
      const step = from.pop();
      if (!step) return;
      into.push(step);
      this.restored.offer(false);
      this.change(step.map((each) => [each[0], each[which]]), false);
      this.move(step[0][0]);
    }

    fillDown() {
      const rows = this.rows();
      const single = rows.length === 1;
      const source = single ? this.cells[rows[0][0].r - 1] : rows[0];
      if (!source) return;
      const first = rows[0][0].c;
      const text = (cell) => source[single ? cell.c : cell.c - first].shownText;
      this.change((single ? rows : rows.slice(1)).flat().map((cell) => [cell, text(cell)]));
    }

    refuse(word, given) {
      this.notice = this.bar.say(word, given);
      this.show();
      this.bar.call(this.notice);
    }

    /* One cell fills the whole choice, as in Excel; a block begins at its first cell. */
    paste(block) {
      const rows = this.rows();
      const single = block.length === 1 && block[0].length === 1;
      if (single) return this.change(rows.flat().map((cell) => [cell, block[0][0]]));
      const [top, left] = [rows[0][0].r, rows[0][0].c];
      const list = [];
      let outside = 0;
      block.forEach((line, r) => line.forEach((text, c) => {
        const cell = this.cells[top + r]?.[left + c];
        if (cell) list.push([cell, text]);
        else if (text) outside += 1;
      }));
      this.change(list);
      this.notice = outside ? this.bar.say("outside", { count: outside }) : "";
      if (this.at !== this.cells[top][left]) this.go(this.cells[top][left]);
      this.to = list.at(-1)[0];
      this.paint();
      this.tell();
    }

    /* Asked for by a person: with what is being typed and what was half typed before. */
    saveNow() {
      this.keys.commit();
      this.change(this.flat.filter((cell) => cell.draft).map((cell) => [cell, cell.typing]));
      this.notice = "";
      return this.saver.now();
    }

    /* --- reading: asked of the server, so that there is one rule --- */
    typed(cell) {
      this.notice = "";
      cell.typedReading = this.known.get(`${cell.measure.kind} ${cell.typing}`) || null;
      cell.draw();
      this.tell();
      this.saver.soon();
      clearTimeout(this.asking);
      if (cell.typing !== null && !cell.typedReading) this.asking = setTimeout(() => this.ask([cell]), 300);
    }

    async ask(cells) {
      const wanted = new Map();
      for (const cell of cells) {
        const text = cell.shownText;
        const key = `${cell.measure.kind} ${text}`;
        if (cell.typing === null) cell.reading = this.known.get(key) || null;
        if (cell.reading && cell.typing === null) cell.wrong = cell.reading.wrong;
        if (!this.known.has(key)) wanted.set(key, { indicator: cell.indicator, text });
      }
      if (!wanted.size) return;
      let told;
      try {
        told = await this.server.read([...wanted.values()]);
      } catch (fault) {
        if (fault instanceof Store.Unsaved) return; // the saving says so, and reads too
        throw fault;
      }
      [...wanted.keys()].forEach((key, n) => this.known.set(key, Sums.reading(told[n])));
      this.hear(cells);
    }

    hear(cells) {
      for (const cell of cells) {
        const reading = this.known.get(`${cell.measure.kind} ${cell.text}`);
        if (reading && !cell.reading) {
          cell.read(reading);
          if (cell.wrong) this.bar.call(`${cell.title}: ${cell.wrong}`);
        }
        if (cell.typing !== null) cell.typedReading = this.known.get(`${cell.measure.kind} ${cell.typing}`) || null;
        cell.draw();
      }
      this.soonJudge();
    }

    /* --- sums and doubts --- */
    makeSums() {
      this.foot = this.table.tFoot;
      const { measures } = this.about;
      this.total = measures.find((each) => measures.some((part) => part.total === each.code));
      this.parts = this.total ? measures.filter((each) => each.total === this.total.code) : [];
      const words = this.bar.words;
      this.foot.rows[0].cells[0].textContent = this.based.units_down ? `${words.sum} / ${words.mean}` : words.sum;
      this.foot.hidden = !this.based.units_down && !this.total;
    }

    soonJudge() {
      if (this.judging) return;
      this.judging = true;
      requestAnimationFrame(() => {
        this.judging = false;
        this.judge();
        this.show();
      });
    }

    judge() {
      this.sums = new Map();
      const lines = this.based.units_down ? this.cells : this.cells[0].map((_cell, c) => this.cells.map((row) => row[c]));
      for (const line of lines) this.judgeUnit(line);
      for (const cell of this.flat) {
        const doubted = this.doubts(cell).length > 0;
        const beyond = cell.byHand && cell.reading !== null && Sums.outside(cell.measure, cell.reading)?.[0] === "over";
        if (doubted !== cell.doubted || beyond !== cell.beyond) {
          Object.assign(cell, { doubted, beyond });
          cell.draw();
        }
      }
      if (this.based.units_down) this.cells[0].forEach((cell, c) => this.foots(c, this.column(c)));
    }

    /* The groups of one unit against its total. */
    judgeUnit(line) {
      if (!this.total) return;
      const of = (measure) => line.find((cell) => cell.measure === measure);
      const whole = of(this.total);
      const found = Sums.groups([this.total, whole.reading], this.parts.map((part) => [part, of(part).reading]));
      if (found) this.sums.set(whole, found);
      if (!this.based.units_down) this.foots(whole.c, found ? { text: found.sum } : null);
    }

    column(c) {
      return Sums.total(this.cells[0][c].measure.kind, this.cells.map((row) => row[c].reading));
    }

    foots(c, found) {
      const text = found ? `${found.word === "mean" ? `${this.bar.words.mean} ` : ""}${found.text}` : "";
      const cell = this.foot.rows[0].cells[c + 1];
      if (cell.textContent !== text) cell.textContent = text;
    }

    doubts(cell, reading = cell.reading) {
      const found = reading && Sums.outside(cell.measure, reading);
      const doubts = found ? [this.bar.say(...found)] : [];
      const groups = this.sums.get(cell);
      if (reading === cell.reading && groups && !groups.agrees) doubts.push(this.bar.say("groups", groups));
      return doubts;
    }

    /* --- showing --- */
    tell() {
      this.bar.cell(this.at, this.sums ? this.doubts(this.at, this.at.shownReading) : [], this.chosenText());
    }

    chosenText() {
      if (!this.to || this.to === this.at) return "";
      const cells = this.range();
      const kinds = new Set(cells.map((cell) => cell.measure.kind));
      const found = kinds.size === 1 ? Sums.total(cells[0].measure.kind, cells.map((cell) => cell.reading)) : null;
      const text = found ? `: ${this.bar.words[found.word]} ${found.text}` : "";
      return this.bar.say("chosen", { count: cells.length }) + text;
    }

    show() {
      const left = this.left();
      if (this.saver.state === "saved" && !this.saver.dirty().length) this.restored?.offer(false);
      this.flat.forEach((cell) => cell.draw());
      this.bar.status(this.saver, left, [this.notice]);
      this.bar.conflicts(left.filter((cell) => cell.conflict || cell.noteConflict), (cell, mine, note) => this.choose(cell, mine, note));
      this.tell();
    }

    choose(cell, mine, ofNote = false) {
      if (ofNote) cell.chooseNote(mine);
      else {
        const text = cell.choose(mine);
        if (!mine) this.change([[cell, text]]);
      }
      this.saver.soon();
      this.show();
    }
  }

  const form = document.getElementById("sheet");
  if (form) window.chisoSheet = new Sheet(form);
})();
