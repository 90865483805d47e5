/* What the sheet says under its table: of the cell where one is, of the saving, and of cells that two people changed. */
"use strict";
(() => {
  class Bar {
    constructor(form, words) {
      this.form = form;
      this.words = words;
      this.parts = {};
      for (const name of ["name", "figure", "said", "note", "note-by", "status", "conflicts", "told", "login", "again", "next", "drop"])
        this.parts[name] = document.getElementById(`sheet-${name}`);
      form.querySelector(".sheet-bar").hidden = false;
    }

    say(word, given = {}) {
      return this.words[word].replace(/%\((\w+)\)s/g, (_all, name) => given[name] ?? "");
    }

    /* The cell, how it is read, and what does not agree. */
    cell(cell, doubts, chosen) {
      const { name, figure, said, note } = this.parts;
      set(name, cell.title);
      figure.hidden = !cell.base || !this.form.dataset.figure;
      figure.href = this.form.dataset.figure.replace("UNIT", cell.unit).replace("CODE", encodeURIComponent(cell.indicator));
      const parts = [this.read(cell), cell.draft && this.say("draft"), ...doubts, ...this.beside(cell), chosen];
      set(said, parts.filter(Boolean).join(" · "));
      said.classList.toggle("is-wrong", Boolean(cell.wrong) && cell.typing === null);
      if (document.activeElement !== note) note.value = cell.note;
      set(this.parts["note-by"], cell.note && cell.noteBy ? this.say("note_of", { by: cell.noteBy }) : "");
    }

    read(cell) {
      if (cell.conflict) return this.say("conflict");
      if (cell.wrong && cell.typing === null) return cell.wrong;
      if (cell.shownText.trim() === "") return this.say("missing");
      const reading = cell.shownReading;
      if (!reading) return this.say("not_read");
      if (reading.wrong) return reading.wrong;
      return reading.value === null ? this.say("missing") : this.say("reads", { shown: reading.shown });
    }

    beside(cell) {
      return [
        cell.source && this.say("source", { source: cell.source }),
        cell.elsewhere && this.say("elsewhere", { appendix: cell.elsewhere }),
        cell.findings && this.say("findings", { count: cell.findings }),
      ];
    }

    /* One line on the saving; `left` are cells that wait for a person. */
    status(saver, left, extra) {
      const count = saver.dirty().length;
      const parts = [this.saving(saver, count)];
      const wrong = left.filter((cell) => cell.wrong).length;
      const conflicts = left.filter((cell) => cell.toMend).length - wrong;
      if (wrong) parts.push(this.say("wrong_left", { count: wrong }));
      if (conflicts) parts.push(this.say("conflicts_left", { count: conflicts }));
      set(this.parts.status, [...parts, ...extra].filter(Boolean).map(sentence).join(" "));
      this.parts.status.classList.toggle("has-left", left.length > 0);
      if (saver.state && saver.state !== "saving") this.call(this.parts.status.textContent);
      this.parts.status.dataset.state = saver.state;
      this.parts.login.hidden = !["signed_out", "other_user"].includes(saver.state);
      this.parts.again.hidden = !["signed_out", "other_user", "stopped", "offline", "server"].includes(saver.state);
      this.parts.next.hidden = !left.length;
    }

    /* Said aloud by a screen reader: outcomes, not every step. */
    call(text) {
      set(this.parts.told, text);
    }

    saving(saver, count) {
      if (saver.state === "saving") return this.say("saving");
      if (["offline", "server", "signed_out", "other_user", "stopped"].includes(saver.state))
        return this.say(saver.state, { count, why: saver.why });
      if (count > saver.waiting()) return this.say("unsaved", { count: count - saver.waiting() });
      return saver.state === "saved" ? this.say("saved", { at: saver.at, count: saver.count }) : "";
    }

    /* Both texts of every cell in conflict, with a button for each; drawn anew only where something changed. */
    conflicts(cells, choose) {
      const panel = this.parts.conflicts;
      const key = JSON.stringify(cells.map((cell) => [cell.name, cell.text, cell.note, cell.conflict, cell.noteConflict]));
      if (panel.dataset.key === key) return;
      const focused = panel.contains(document.activeElement);
      panel.dataset.key = key;
      panel.hidden = !cells.length;
      panel.replaceChildren(...cells.flatMap((cell) => this.pairs(cell, choose)));
      if (focused) (panel.querySelector("button") || document.getElementById("sheet-save")).focus();
    }

    pairs(cell, choose) {
      const found = [];
      if (cell.conflict) found.push(this.pair(cell, cell.conflict, cell.text, (mine) => choose(cell, mine)));
      if (cell.noteConflict) found.push(this.pair(cell, cell.noteConflict, cell.note, (mine) => choose(cell, mine, true)));
      return found;
    }

    pair(cell, clash, own, choose) {
      const row = document.createElement("div");
      const text = document.createElement("p");
      const name = document.createElement("b");
      name.textContent = cell.title;
      const by = [clash.by || this.words.nobody, clash.at].filter(Boolean).join(", ");
      text.append(name, ` – ${by}`);
      row.className = "sheet-choice";
      row.append(text, button(this.say("theirs", { text: clash.text || "–" }), () => choose(false)));
      row.append(button(this.say("mine", { text: own || "–" }), () => choose(true)));
      return row;
    }
  }

  function sentence(text) {
    return /[.:?!…]$/.test(text) ? text : `${text}.`;
  }

  function set(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button-quiet";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  window.ChisoBar = Bar;
})();
