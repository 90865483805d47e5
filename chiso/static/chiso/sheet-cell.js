/* One cell of the sheet: what stands in it, on which version it is based, and how it looks. */
"use strict";
(() => {
  class Cell {
    constructor(r, c, input, place, based, beside) {
      Object.assign(this, { r, c, input, td: input.parentNode, ...place });
      this.name = `${this.unit}|${this.indicator}`;
      this.version = based[3] ? -1 : based[0]; // no version is -1: a conflict stays one until somebody chooses
      this.text = input.value; // as taken over; `typing` is what stands in the field meanwhile, or null
      this.base = based[1]; // as the server has it
      this.note = this.noteBase = based[2] || "";
      this.noteBy = beside.by || "";
      this.source = beside.source || "";
      this.elsewhere = beside.elsewhere || "";
      this.findings = beside.findings || 0;
      this.typing = this.reading = this.typedReading = this.conflict = this.noteConflict = null;
      this.wrong = "";
      this.chosen = this.wasSaved = this.doubted = false;
      this.look = this.td.className;
    }

    get shownReading() {
      return this.typing === null ? this.reading : this.typedReading;
    }

    get toMend() {
      return Boolean(this.wrong || this.conflict || this.noteConflict);
    }

    put(text) {
      this.text = text;
      this.typing = null;
      this.wrong = "";
      this.wasSaved = false;
      if (this.input.value !== text) this.input.value = text;
    }

    read(reading) {
      this.reading = reading;
      this.wrong = reading.wrong;
    }

    /* The server has what was sent; what was typed since stays and is based on the new version. */
    stored(sent, told) {
      if (this.text === sent) {
        this.text = told.text;
        if (this.typing === null) this.input.value = told.text;
        this.reading = window.ChisoSums.reading(told.reading);
        this.wrong = "";
        this.wasSaved = true;
      }
      this.base = told.text;
      this.version = told.version;
      this.source = "";
      this.findings = 0;
    }

    noteStored(sent) {
      this.noteBase = sent.trim();
      if (this.note === sent) this.note = this.noteBase;
      this.noteBy = "";
    }

    refused(sent, told) {
      if (told.of_note || this.text === sent) this.wrong = told.wrong;
    }

    clash(told) {
      if (told.of_note) this.noteConflict = told;
      else this.conflict = told;
    }

    /* The colleague's text is taken over, or ours is based on it. */
    choose(mine) {
      const told = this.conflict;
      Object.assign(this, { conflict: null, base: told.text, version: told.version });
      return mine ? this.text : told.text;
    }

    chooseNote(mine) {
      const told = this.noteConflict;
      Object.assign(this, { noteConflict: null, noteBase: told.text, noteBy: told.by });
      if (!mine) this.note = told.text;
    }

    /* Says by a shape in the corner what the cell is; only where it changed, so that thousands cost nothing. */
    draw() {
      const changed = this.text !== this.base || this.typing !== null || this.note !== this.noteBase;
      let look = "";
      if (this.wrong) look = "wrong";
      else if (this.conflict || this.noteConflict) look = "conflict";
      else if (changed) look = "changed";
      else if (this.wasSaved) look = "saved";
      if ((this.doubted || this.findings) && !this.wrong) look += " doubted";
      if (this.note) look += " noted";
      if (this.chosen) look += " chosen";
      if (look === this.look) return;
      this.look = this.td.className = look;
      if (this.wrong) this.input.setAttribute("aria-invalid", "true");
      else this.input.removeAttribute("aria-invalid");
    }

    choosing(chosen) {
      if (this.chosen === chosen) return;
      this.chosen = chosen;
      if (chosen) this.td.setAttribute("aria-selected", "true");
      else this.td.removeAttribute("aria-selected");
      this.draw();
    }
  }

  window.ChisoCell = Cell;
})();
