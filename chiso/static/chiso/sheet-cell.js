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
      this.sent = new Set(); // texts on their way or sent without an answer: the server may hold any of them
      this.notesSent = new Set();
      this.draft = false; // half typed in an earlier visit: it waits for its person
      this.versionHere = null; // of the page, while a draft rests on an older one
      this.wrong = "";
      this.confirms = false; // typed once more as it stands, where a finding asks: that is an answer, and is sent
      this.chosen = this.wasSaved = this.doubted = this.beyond = false; // beyond: typed by hand, more than it can be
      this.look = this.td.className;
    }

    get shownReading() {
      return this.typing === null ? this.reading : this.typedReading;
    }

    /* What stands in it came from no paper. */
    get byHand() {
      return !this.source || this.text !== this.base;
    }

    get toMend() {
      return Boolean(this.wrong || this.conflict || this.noteConflict);
    }

    /* What the field shows, taken over or not. */
    get shownText() {
      return this.typing ?? this.text;
    }

    get toSend() {
      return (this.text !== this.base || this.confirms || this.sent.size > 0) && !this.wrong && !this.conflict;
    }

    get noteToSend() {
      return (this.note !== this.noteBase || this.notesSent.size > 0) && !this.noteConflict;
    }

    get unsaved() {
      const sent = this.sent.size + this.notesSent.size > 0;
      return sent || this.text !== this.base || this.confirms || this.note !== this.noteBase || this.typing !== null;
    }

    get toKeep() {
      const { text, typing, version, note, noteBase } = this;
      return { text, typing, version, note, noteBase, sent: [...this.sent], notesSent: [...this.notesSent] };
    }

    /* Of an earlier visit: a text that was taken over, with those that may have reached the server meanwhile. */
    restore(kept) {
      this.version = kept.version;
      this.sent = new Set(kept.sent);
    }

    restoreNote({ note, noteBase, notesSent }) {
      const open = note !== noteBase || notesSent?.length;
      if (open && note !== this.note) Object.assign(this, { note, noteBase, notesSent: new Set(notesSent) });
    }

    /* What was half typed when the page went away is put back as that: shown, kept, not taken over. */
    resume({ typing, version }) {
      this.draft = true;
      this.versionHere = this.version;
      this.version = version;
      this.typing = this.input.value = typing;
    }

    leave() {
      if (this.versionHere !== null) this.version = this.versionHere;
      this.typing = this.versionHere = null;
      this.draft = false;
      this.input.value = this.text;
    }

    put(text) {
      this.confirms = this.typing !== null && text !== "" && text === this.base && this.findings > 0;
      this.text = text;
      this.typing = this.versionHere = null;
      this.draft = false;
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
      this.sent.clear();
      this.confirms = false;
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
      this.notesSent.clear();
      this.noteBase = sent.trim();
      if (this.note === sent) this.note = this.noteBase;
      this.noteBy = "";
    }

    refused(sent, told) {
      (told.of_note ? this.notesSent : this.sent).delete(sent);
      if (told.of_note || this.text === sent) this.wrong = told.wrong;
    }

    /* Somebody was quicker – or it was this page, and only its answer was lost: then what stands here goes on top. */
    clash(told) {
      this.confirms = this.confirms && Boolean(told.of_note);
      const sent = told.of_note ? this.notesSent : this.sent;
      const ours = told.own && [...sent].some((text) => text.trim() === told.text);
      sent.clear();
      if (told.of_note) {
        if (ours) this.noteBase = told.text;
        else this.noteConflict = told;
      } else if (ours) Object.assign(this, { base: told.text, version: told.version });
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
      let look = "";
      if (this.wrong || this.beyond) look = "wrong";
      else if (this.conflict || this.noteConflict) look = "conflict";
      else if (this.unsaved) look = "changed";
      else if (this.wasSaved) look = "saved";
      if ((this.doubted || this.findings) && !this.wrong && !this.beyond) look += " doubted";
      if (this.note) look += " noted";
      if (this.chosen) look += " chosen";
      if (look === this.look) return;
      this.look = this.td.className = look;
      if (this.wrong || this.beyond) this.input.setAttribute("aria-invalid", "true");
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
