// Asks every second how far a file is read, and opens its preview once it is. Without it the page's link looks again.
"use strict";

(() => {
  const place = document.getElementById("reading");
  if (!place) return;
  const bar = place.querySelector("progress");
  const said = document.getElementById("how-far");
  const news = document.getElementById("reading-news");
  const SECOND = 1000;
  const LONGEST = 15 * SECOND;
  let pause = SECOND;

  document.getElementById("look-again").hidden = true;

  function show(told) {
    if (told.next) {
      news.textContent = told.said;
      window.location.replace(told.next);
      return;
    }
    bar.value = Math.max(bar.value, told.percent);
    said.textContent = told.said;
    later(SECOND);
  }

  function later(wait) {
    pause = wait;
    window.setTimeout(ask, pause);
  }

  async function ask() {
    let answer;
    try {
      answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
    } catch {
      later(Math.min(pause * 2, LONGEST)); // no connection just now
      return;
    }
    const kind = answer.headers.get("Content-Type") || "";
    if (answer.status >= 500) later(Math.min(pause * 2, LONGEST));
    else if (answer.ok && kind.startsWith("application/json")) show(await answer.json());
    else window.location.reload(); // signed out meanwhile, or no longer there: the page itself says so
  }

  later(SECOND);
})();
