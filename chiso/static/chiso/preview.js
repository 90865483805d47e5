// Moving about the preview by keyboard. The page does all of it without this: questions are disclosures with forms,
// lists lead to cells by address. Here: N/J and P/K go from question to question, arrows from cell to cell.
"use strict";

(() => {
  const KEEP = "chiso-preview-letters"; // whether letters are shortcuts: a person may switch them off (WCAG 2.1.4)
  const keys = document.getElementById("keys");
  const letters = document.getElementById("letters");
  const button = document.getElementById("show-keys");
  const tables = [...document.querySelectorAll(".printed-table")];

  const remembered = (() => {
    try {
      return localStorage.getItem(KEEP);
    } catch {
      return null; // storage is shut: the letters work, and the choice holds for this page
    }
  })();

  // --- Questions ---------------------------------------------------------------------------------
  const stops = () => [...document.querySelectorAll(".ask")].map((ask) => ask.querySelector(":scope > summary") || ask);

  const about = (stop) => document.getElementById(stop.closest(".ask").dataset.cell || "");

  const step = (by) => {
    const all = stops();
    if (!all.length) return;
    const here = document.activeElement;
    const inside = here.closest && here.closest(".ask");
    let at = inside ? all.indexOf(inside.querySelector(":scope > summary") || inside) : -1;
    if (at < 0) {
      // from a cell or from anywhere else: the next one in the order of the page
      const next = all.findIndex((stop) => here.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING);
      at = here === document.body || next < 0 ? (by > 0 ? -1 : all.length) : by > 0 ? next - 1 : next;
    }
    const to = all[(at + by + all.length) % all.length];
    to.focus();
    to.scrollIntoView({ block: "center" });
  };

  const mark = () => {
    document.querySelectorAll("td.asked-about").forEach((cell) => cell.classList.remove("asked-about"));
    const ask = document.activeElement.closest && document.activeElement.closest(".ask");
    const cell = ask && about(ask);
    if (cell) cell.classList.add("asked-about");
  };

  const close = (ask) => {
    ask.open = false;
    ask.querySelector(":scope > summary").focus();
  };

  // --- Cells -------------------------------------------------------------------------------------
  const rowsOf = (table) => [...table.rows].filter((row) => !row.classList.contains("asks"));

  const go = (cell) => {
    if (!cell) return;
    const table = cell.closest("table");
    table.querySelectorAll('td[tabindex="0"]').forEach((other) => other.setAttribute("tabindex", "-1"));
    cell.setAttribute("tabindex", "0");
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  const columnOf = (cell) => [...cell.parentElement.cells].slice(0, cell.cellIndex).reduce((sum, each) => sum + each.colSpan, 0);

  const move = (cell, [down, right]) => {
    const rows = rowsOf(cell.closest("table"));
    const row = rows[rows.indexOf(cell.parentElement) + down];
    const column = columnOf(cell) + (right > 0 ? cell.colSpan : right);
    const target = row && [...row.cells].find((other) => columnOf(other) <= column && column < columnOf(other) + other.colSpan);
    if (target && target.tagName === "TD") go(target);
  };

  const openFor = (cell) => {
    const ask = document.querySelector(`.ask[data-cell="${CSS.escape(cell.id)}"]`);
    if (!ask) return false;
    if ("open" in ask) ask.open = true;
    const field = ask.querySelector("select, input:not([type=hidden])");
    (field || ask).focus();
    return true;
  };

  // --- Keys --------------------------------------------------------------------------------------
  const typing = (node) => node.matches && node.matches("input, select, textarea, [contenteditable]");

  const LETTERS = { n: () => step(1), j: () => step(1), p: () => step(-1), k: () => step(-1), "?": () => keys.showModal() };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keys.open) return;
    const here = event.target;
    if (event.key === "Escape") {
      const ask = here.closest && here.closest("details.ask[open]");
      if (ask) close(ask);
      return;
    }
    if (typing(here)) return;
    const act = letters.checked && LETTERS[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    } else if (here.tagName === "TD" && MOVES[event.key]) {
      event.preventDefault();
      move(here, MOVES[event.key]);
    } else if (here.tagName === "TD" && event.key === "Enter" && openFor(here)) {
      event.preventDefault();
    }
  });

  document.addEventListener("focusin", mark);
  document.addEventListener(
    "toggle",
    (event) => {
      const ask = event.target;
      if (!(ask.matches && ask.matches("details.ask") && ask.open) || document.activeElement !== ask.firstElementChild) return;
      const field = ask.querySelector("select, input:not([type=hidden])");
      if (field) field.focus();
    },
    true,
  );

  // --- At the start ------------------------------------------------------------------------------
  for (const table of tables) {
    const first = table.querySelector("td[id]");
    table.querySelectorAll("td[id]").forEach((cell) => cell.setAttribute("tabindex", cell === first ? "0" : "-1"));
  }
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.tagName === "TD") go(target);
    else if (target.matches(".ask")) (target.querySelector("[role=alert] ~ form input:not([type=hidden])") || target.querySelector("summary") || target).focus();
  };
  addEventListener("hashchange", arrive);
  // After the browser has gone to the place itself, which it does with the first frame it draws, and takes the focus along.
  addEventListener("load", () => requestAnimationFrame(() => setTimeout(arrive)));
  letters.checked = remembered !== "off";
  letters.addEventListener("change", () => {
    try {
      localStorage.setItem(KEEP, letters.checked ? "on" : "off");
    } catch {
      // as above
    }
  });
  button.hidden = false;
  button.addEventListener("click", () => keys.showModal());
})();
