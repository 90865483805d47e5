/* The sheet's way to the server and to what is kept in this browser until the server has it. */
"use strict";
(() => {
  const LIMIT = 60000; // an answer that takes longer is lost: the longest save of a whole sheet takes a third of it

  /* Why the server has not got it. `kind`: offline, server (both tried again), signed_out, other_user, stopped. */
  class Unsaved extends Error {
    constructor(kind, why = "") {
      super(kind);
      this.kind = kind;
      this.why = why;
    }
  }

  class Server {
    constructor(form) {
      this.limit = LIMIT;
      this.user = form.dataset.user;
      this.token = form.elements.csrfmiddlewaretoken;
      this.addresses = { save: form.dataset.save, read: form.dataset.read };
    }

    async save(edits) {
      return this.post("save", { edits });
    }

    async read(cells) {
      return (await this.post("read", { cells })).read;
    }

    /* A token grows old by signing in again: one try with a fresh one. */
    async post(name, body, fresh = false) {
      const answer = await this.fetch(name, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token.value },
      });
      if (answer.ok) return parsed(answer, "server");
      if (answer.status === 401) throw new Unsaved("signed_out");
      if (answer.status === 403 && !fresh) {
        await this.renew();
        return this.post(name, body, true);
      }
      if (answer.status >= 500) throw new Unsaved("server");
      throw stopped(answer);
    }

    async renew() {
      const answer = await this.fetch("save", {});
      if (answer.status === 401) throw new Unsaved("signed_out");
      if (!answer.ok) throw stopped(answer);
      const told = parsed(answer, "server");
      if (String(told.user) !== this.user) throw new Unsaved("other_user");
      this.token.value = told.token;
    }

    /* The whole answer within the time limit; one that breaks off or does not come is a lost connection. */
    async fetch(name, options) {
      const giving = new AbortController();
      const timer = setTimeout(() => giving.abort(), this.limit);
      const settings = { credentials: "same-origin", redirect: "manual", signal: giving.signal, ...options };
      try {
        const answer = await fetch(this.addresses[name], settings);
        const { ok, status, type } = answer;
        if (type === "opaqueredirect") throw new Unsaved("signed_out");
        return { ok, status, text: await answer.text() };
      } catch (fault) {
        throw fault instanceof Unsaved ? fault : new Unsaved("offline");
      } finally {
        clearTimeout(timer);
      }
    }
  }

  function parsed(answer, kind, why = "") {
    try {
      return JSON.parse(answer.text);
    } catch {
      throw new Unsaved(kind, why);
    }
  }

  function stopped(answer) {
    const status = String(answer.status);
    return new Unsaved("stopped", parsed(answer, "stopped", status).why || status);
  }

  /* Cells not saved yet, by "unit|indicator". Another tab on the same sheet keeps its own beside ours. */
  class Kept {
    constructor(form) {
      this.key = `chiso-sheet:${form.dataset.user}:${form.dataset.appendix}`;
      this.own = new Set();
    }

    all() {
      try {
        return JSON.parse(localStorage.getItem(this.key)) || {};
      } catch {
        return {};
      }
    }

    put(cells) {
      const all = this.all();
      this.own.forEach((name) => delete all[name]);
      this.own = new Set(Object.keys(cells));
      Object.assign(all, cells);
      try {
        if (Object.keys(all).length) localStorage.setItem(this.key, JSON.stringify(all));
        else localStorage.removeItem(this.key);
      } catch {
        // No room or no permission: the warning before leaving the page stays.
      }
    }
  }

  window.ChisoStore = { Server, Kept, Unsaved };
})();

/* When the cells go to the server: a second after the last change, at once on request, again by itself after a lost
   connection. One request at a time; what is typed meanwhile goes with the next one. */
(() => {
  const SOON = 1000;
  const AT_ONCE = 5000; // cells in one request; the rest follows
  const AGAIN = [3000, 10000, 30000, 60000];
  const { Unsaved } = window.ChisoStore;

  class Saver {
    constructor(server, kept, cells, changed) {
      Object.assign(this, { server, kept, cells, changed });
      this.byName = new Map(cells.map((cell) => [cell.name, cell]));
      this.state = ""; // "", saving, saved, or the kind of Unsaved
      this.why = this.at = "";
      this.count = this.tries = 0;
      window.addEventListener("online", () => this.state === "offline" && this.now());
    }

    /* Cells of which the page does not know that the server holds what they show. */
    dirty() {
      return this.cells.filter((cell) => cell.unsaved);
    }

    /* How many of them wait for a person: they cannot be read, or two people changed them. */
    waiting() {
      return this.dirty().filter((cell) => cell.toMend).length;
    }

    /* Also what is being typed and not yet taken over, and what was sent and not answered: a crash loses nothing. */
    keep() {
      clearTimeout(this.keeping);
      this.kept.put(Object.fromEntries(this.dirty().map((cell) => [cell.name, cell.toKeep])));
    }

    soon() {
      clearTimeout(this.keeping);
      this.keeping = setTimeout(() => this.keep(), 300);
      if (["offline", "server", "signed_out", "other_user", "stopped"].includes(this.state)) return this.changed();
      this.later(SOON);
      this.changed();
    }

    later(wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.now(), wait);
    }

    edits() {
      const found = [];
      for (const cell of this.cells) {
        const { unit, indicator } = cell;
        if (cell.toSend)
          found.push({ unit, indicator, text: cell.text, version: cell.version });
        if (cell.noteToSend)
          found.push({ unit, indicator, text: null, note: cell.note, noted: cell.noteBase });
      }
      return found.slice(0, AT_ONCE);
    }

    async now() {
      clearTimeout(this.timer);
      if (this.state === "saving") return;
      const edits = this.edits();
      if (!edits.length) return this.done();
      this.state = "saving";
      const unmark = this.mark(edits);
      this.changed();
      try {
        this.take(await this.server.save(edits), edits);
      } catch (fault) {
        if (!(fault instanceof Unsaved)) console.error(fault);
        this.failed(fault instanceof Unsaved ? fault : new Unsaved("server"), unmark);
      }
      this.keep();
      this.changed();
    }

    /* Until it is answered each text may be what the server holds: whatever a cell shows then, it is sent again on the
       version it was based on, so that the server says what it holds. The way back is for answers that store nothing. */
    mark(edits) {
      const added = [];
      for (const edit of edits) {
        const cell = this.byName.get(`${edit.unit}|${edit.indicator}`);
        const [sent, text] = edit.text === null ? [cell.notesSent, edit.note] : [cell.sent, edit.text];
        if (!sent.has(text)) added.push([sent, text]);
        sent.add(text);
      }
      this.keep();
      return () => added.forEach(([sent, text]) => sent.delete(text));
    }

    done() {
      if (this.state !== "saved") this.state = "";
      this.keep();
      this.changed();
    }

    failed(fault, unmark) {
      this.state = fault.kind;
      this.why = fault.why;
      if (fault.kind === "offline" || fault.kind === "server") {
        this.later(AGAIN[Math.min(this.tries, AGAIN.length - 1)]);
        this.tries += 1;
      } else unmark();
    }

    take(told, edits) {
      const texts = new Map(edits.filter((edit) => edit.text !== null).map((edit) => [`${edit.unit}|${edit.indicator}`, edit.text]));
      const notes = new Map(edits.filter((edit) => edit.text === null).map((edit) => [`${edit.unit}|${edit.indicator}`, edit.note]));
      const each = (list, act) => list.forEach((item) => act(this.byName.get(`${item.unit}|${item.indicator}`), item));
      each(told.stored, (cell, item) => cell.stored(texts.get(cell.name), item));
      each(told.noted, (cell) => cell.noteStored(notes.get(cell.name)));
      each(told.conflicts, (cell, item) => cell.clash(item));
      each(told.wrong, (cell, item) => cell.refused(texts.get(cell.name), item));
      const count = new Set([...told.stored, ...told.noted].map((item) => `${item.unit}|${item.indicator}`)).size;
      Object.assign(this, { state: count ? "saved" : "", why: "", tries: 0, at: told.at, count });
      if (this.edits().length) this.later(SOON);
    }
  }

  window.ChisoStore.Saver = Saver;
})();
