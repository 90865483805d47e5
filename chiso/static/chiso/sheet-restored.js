/* What was typed here before and never reached the server is put back, on the version it was typed on. Texts that were
   taken over are saved; what was only half typed stays so until its person takes it over. */
"use strict";
(() => {
  class Restored {
    constructor(sheet) {
      this.sheet = sheet;
      this.button = document.getElementById("sheet-drop");
      const { saver } = sheet;
      const all = saver.kept.all();
      const found = sheet.flat.filter((cell) => cell.name in all);
      saver.kept.own = new Set(found.map((cell) => cell.name));
      for (const cell of found) cell.restoreNote(all[cell.name]);
      this.texts = this.putBack(found, all);
      this.notice(this.resume(found, all));
      const dirty = saver.dirty();
      if (!dirty.length) return void saver.keep();
      sheet.ask(dirty);
      saver.soon();
    }

    /* As [cell, text of the page, text put back]. */
    putBack(found, all) {
      const texts = found.filter((cell) => all[cell.name].text !== cell.text).map((cell) => [cell, cell.text, all[cell.name].text]);
      for (const [cell] of texts) cell.restore(all[cell.name]);
      this.sheet.change(texts.map(([cell, , text]) => [cell, text]));
      return texts;
    }

    resume(found, all) {
      const drafts = found.filter((cell) => (all[cell.name].typing ?? null) !== null);
      for (const cell of drafts) cell.resume(all[cell.name]);
      return drafts.length;
    }

    notice(drafts) {
      const { bar } = this.sheet;
      const count = this.texts.length;
      const words = [count && bar.say("restored", { count }), drafts && bar.say("half_typed", { count: drafts })];
      this.sheet.notice = words.filter(Boolean).join(" ");
      this.offer(Boolean(this.sheet.notice));
    }

    offer(open) {
      this.button.hidden = !open;
    }

    /* Left out again; what was changed since stays. */
    drop() {
      const { sheet } = this;
      sheet.flat.filter((cell) => cell.draft).forEach((cell) => sheet.takeBack(cell));
      sheet.change(this.texts.filter(([cell, , text]) => cell.text === text).map(([cell, before]) => [cell, before]));
      this.texts = [];
      this.offer(false);
      sheet.show();
    }
  }

  window.ChisoRestored = Restored;
})();
