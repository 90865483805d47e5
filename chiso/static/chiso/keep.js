// Keeps what is typed into a form of the desk until the server has it: a session that ended, a lost connection or a
// closed lid costs nobody their typing. In this tab only, by person and page; never a password, never a file.
"use strict";

(() => {
  const SENT = "chiso-sent";
  const bar = document.getElementById("kept");
  const own = `chiso-typed:${bar ? bar.dataset.user : ""}:`;
  const here = own + window.location.pathname;

  function read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function write(key, value) {
    try {
      if (value) sessionStorage.setItem(key, JSON.stringify(value));
      else sessionStorage.removeItem(key);
    } catch {
      // No room or no permission: the form works as any form does.
    }
  }

  // --- What became of the form that was sent last
  const sent = read(SENT);
  write(SENT, null);
  if (!bar) return tell(sent); // the sign-in page, or one that says why nothing was saved
  if (sent && saved(sent)) write(sent, null);

  function saved(key) {
    const [way] = performance.getEntriesByType("navigation");
    if (way && way.type !== "navigate") return false; // gone back while it was on its way: no answer to it
    if (document.querySelector(".messages .error")) return false;
    if (document.querySelector(".messages .success")) return true;
    const before = document.referrer && new URL(document.referrer).pathname;
    return key !== here && key === own + before; // led on from there
  }

  function tell(key) {
    const note = document.getElementById("kept-note");
    if (note && key && read(key)) note.hidden = false;
  }

  // Whoever leaves the page by another way while a form is on its way has no answer to it, wherever they arrive.
  const left = () => write(SENT, null);
  document.addEventListener("submit", left, true); // before the form's own note that it is being sent
  document.addEventListener("click", (event) => event.target.closest("a[href]") && left(), true);

  // --- The fields of a form, by name
  const forms = new Map();
  document.querySelectorAll("main form.record, main form[data-keep]").forEach((form) => {
    const name = form.dataset.keep || form.getAttribute("action") || "";
    if (form.method === "post" && !forms.has(name)) forms.set(name, form);
  });
  if (!forms.size) return;

  const ticked = (field) => field.type === "checkbox" || field.type === "radio";
  const typed = (field) =>
    field.name && !field.disabled && /^(input|select|textarea)$/i.test(field.tagName) &&
    !/^(password|file|hidden|submit|button|reset|image)$/.test(field.type);

  function values(field, first) {
    if (ticked(field)) return (first ? field.defaultChecked : field.checked) ? [field.value] : [];
    if (field.tagName !== "SELECT") return [first ? field.defaultValue : field.value];
    const options = [...field.options];
    const chosen = options.filter((option) => (first ? option.defaultSelected : option.selected));
    if (!chosen.length && !field.multiple && options.length) chosen.push(options[0]);
    return chosen.map((option) => option.value);
  }

  function all(form, first = false) {
    const found = {};
    [...form.elements].filter(typed).forEach((field) => {
      found[field.name] = (found[field.name] || []).concat(values(field, first));
    });
    return found;
  }

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // --- While typing
  let offered = null; // what an earlier visit left and nobody answered yet

  function keep() {
    const kept = read(here) || { forms: {} };
    forms.forEach((form, name) => {
      const now = all(form);
      const first = all(form, true);
      const before = kept.forms[name] || {};
      const known = (field) => !offered && field in before; // shown again after a refusal, it is no longer "first"
      const changed = Object.keys(now).filter((field) => known(field) || !same(now[field], first[field]));
      const fresh = Object.fromEntries(changed.map((field) => [field, now[field]]));
      const both = offered ? { ...before, ...fresh } : fresh;
      if (Object.keys(both).length) kept.forms[name] = both;
      else delete kept.forms[name];
    });
    kept.at = new Date().toISOString();
    write(here, Object.keys(kept.forms).length ? kept : null);
  }

  let waiting = 0;
  function soon() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 300);
  }

  // --- After coming back
  function missing(form, kept) {
    const now = all(form);
    return Object.keys(kept).filter((field) => !same(kept[field], now[field] || []));
  }

  function makeRow(form, field) {
    const [, prefix, number] = /^(.+)-(\d+)-/.exec(field) || [];
    const total = prefix && form.elements[`${prefix}-TOTAL_FORMS`];
    for (let tries = 0; total && Number(total.value) <= Number(number) && tries < 200; tries += 1) {
      const add = document.querySelector(`#${CSS.escape(prefix)}-group .add-row a`);
      if (!add) return;
      add.click();
    }
  }

  function put(field, texts) {
    if (ticked(field)) field.checked = texts.includes(field.value);
    else if (field.tagName === "SELECT") [...field.options].forEach((each) => (each.selected = texts.includes(each.value)));
    else field.value = texts[0];
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function bringBack() {
    const kept = offered;
    offered = null;
    forms.forEach((form, name) => {
      missing(form, kept.forms[name] || {}).forEach((field) => {
        makeRow(form, field);
        const places = [...form.elements].filter((each) => each.name === field && typed(each));
        places.forEach((each, at) => {
          const one = places.length > 1 && !ticked(each);
          put(each, one ? [kept.forms[name][field][at] ?? ""] : kept.forms[name][field]);
        });
      });
    });
    keep();
    answered();
  }

  function answered() {
    bar.hidden = true;
    const first = [...forms.values()][0].querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
  }

  function offer() {
    const kept = read(here);
    const differs = kept && [...forms].some(([name, form]) => missing(form, kept.forms[name] || {}).length);
    if (!differs) return;
    offered = kept;
    bar.querySelector("time").textContent = new Date(kept.at).toLocaleString(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit", day: "numeric", month: "numeric",
    });
    bar.hidden = false;
  }

  bar.querySelector("[data-do=back]").addEventListener("click", bringBack);
  bar.querySelector("[data-do=forget]").addEventListener("click", () => {
    offered = null;
    write(here, null);
    keep(); // what was typed since then stays
    answered();
  });
  forms.forEach((form) => {
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("submit", () => {
      window.clearTimeout(waiting);
      keep();
      write(SENT, here);
    });
    form.querySelectorAll("a[data-drop]").forEach((link) => {
      link.addEventListener("click", () => {
        window.clearTimeout(waiting);
        waiting = 0;
        write(here, null);
      });
    });
  });
  window.addEventListener("pagehide", () => {
    if (waiting && read(SENT) !== here) keep();
  });
  offer();
})();
