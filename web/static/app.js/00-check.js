// What a browser adds where it can: checking while one types, taking and undoing
// an alternative without leaving the place, jumping to the line of a fault.
// Every page works without this file.
(() => {
  "use strict";
  // On paper everything is open; on the screen it is afterwards as it was.
  let shut = [];
  addEventListener("beforeprint", () => { shut = [...document.querySelectorAll("details:not([open])")]; shut.forEach((d) => { d.open = true; }); });
  addEventListener("afterprint", () => shut.forEach((d) => { d.open = false; }));

  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const text = form.querySelector("textarea");
  const said = document.getElementById("said");
  const lost = form.dataset.lost;
  let timer, running, last = state();

  function state() {
    return new URLSearchParams(new FormData(form)).toString();
  }

  // send posts the form and puts the answer's parts in place of the old ones.
  // The text area is never replaced, so focus and caret stay where they are.
  async function send(button) {
    clearTimeout(timer);
    running?.abort();
    const mine = (running = new AbortController());
    const body = new URLSearchParams(new FormData(form));
    if (button) body.set(button.name, button.value);
    form.classList.add("old");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, signal: mine.signal, headers: { "Chancery-Part": "check" },
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.getElementById("panel")) throw new Error(String(answer.status));
      swap(page, button);
      form.classList.remove("old");
    } catch (e) {
      if (e.name === "AbortError") return;
      form.classList.remove("old");
      said.textContent = lost;
      said.classList.remove("vh");
    }
  }

  function swap(page, button) {
    const open = new Set([...form.querySelectorAll("details[open][id]")].map((d) => d.id));
    const focused = document.activeElement?.closest("[data-swap]");
    for (const part of form.querySelectorAll("[data-swap]")) {
      const fresh = page.getElementById(part.id);
      if (fresh) part.replaceWith(fresh);
    }
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    const theirs = page.querySelector("textarea");
    if (button && theirs) text.value = theirs.value;
    const wrong = button && form.querySelector(".errsum");
    if (wrong) wrong.focus();
    else if (focused) document.getElementById(focused.id)?.focus({ preventScroll: true });
    said.classList.add("vh");
    said.textContent = form.querySelector("[data-verdict] h2")?.textContent ?? "";
    last = state();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => { if (state() !== last) send(); }, 400);
  }
  form.addEventListener("input", later);
  form.addEventListener("change", later);

  form.addEventListener("submit", (e) => {
    const button = e.submitter;
    if (!button || button.hasAttribute("formaction")) return; // language and look: a new page
    e.preventDefault();
    send(button);
  });

  form.addEventListener("click", (e) => {
    const link = e.target.closest("a[data-line]");
    const line = Number(link?.dataset.line);
    if (!line) return;
    e.preventDefault();
    const lines = text.value.split("\n");
    const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(from, from + (lines[line - 1] ?? "").length);
    text.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(text).lineHeight));
  });
})();
