// Works out at once what the form "what if" would answer: the same view, asked for that part alone. Without it the
// form is sent and the page comes back with the answer.
"use strict";

(() => {
  const form = document.querySelector("form[data-whatif]");
  if (!form) return;
  const PAUSE = 150; // after the last key
  let waiting = 0;
  let latest = 0;

  const asked = () => {
    const params = new URLSearchParams(new FormData(form));
    params.set("part", "whatif");
    return `${window.location.pathname}?${params}`;
  };

  async function workOut() {
    const turn = (latest += 1);
    let answer;
    try {
      answer = await fetch(asked(), { headers: { Accept: "text/html" } });
    } catch {
      return; // no connection just now; the button still sends the form
    }
    if (!answer.ok || answer.redirected || turn !== latest) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== latest) return;
    for (const place of form.querySelectorAll("[data-outcome]")) show(place, page);
  }

  function show(place, page) {
    const now = page.querySelector(`[data-outcome="${CSS.escape(place.dataset.outcome)}"]`);
    if (!now || place.innerHTML === now.innerHTML) return;
    place.replaceChildren(...now.childNodes);
    if (!place.classList.contains("fault")) return;
    const field = form.querySelector(`[aria-describedby="${place.id}"]`);
    if (place.textContent.trim()) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  form.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(workOut, PAUSE);
  });
  form.querySelector("[data-reset]").addEventListener("click", (event) => {
    if (window.location.search.includes("if-")) return; // the page itself shows other figures
    event.preventDefault();
    form.reset();
    workOut();
  });
})();
