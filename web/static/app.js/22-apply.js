// The form of an application: checked while one types, saved by itself, lines
// added and taken out without leaving the place. Without this file every button
// sends the form and gets a page.
(() => {
  "use strict";
  const said = document.getElementById("said");
  let form = document.querySelector("form[data-apply]");
  if (!form) return;
  let timer, running, last = state();
  let keeping, kept = state(), wait = 3000, stopped = false;

  function state() {
    const all = new FormData(form);
    all.delete("draft_version");
    return new URLSearchParams(all).toString();
  }

  // ask sends the form; a button says what is to be done, none only checks.
  async function ask(button) {
    clearTimeout(timer);
    running?.abort();
    const mine = (running = new AbortController());
    const body = new URLSearchParams(new FormData(form));
    if (button) body.set(button.name, button.value);
    else body.set("live", "1");
    const asked = state();
    form.classList.add("old");
    try {
      const answer = await fetch(form.action, { method: "POST", body, signal: mine.signal, headers: { "Chancery-Part": "check" } });
      if (answer.redirected) { stopped = true; location.assign(answer.url); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("form[data-apply]");
      if (!fresh) throw new Error(String(answer.status));
      if (button) whole(fresh);
      else parts(fresh, asked);
      form.classList.remove("old");
      tell(form.querySelector("[data-verdict] h2")?.textContent ?? "");
      last = state();
    } catch (e) {
      if (e.name === "AbortError") return;
      form.classList.remove("old");
      tell(form.dataset.lost, true);
    }
  }

  function tell(words, seen) {
    said.classList.toggle("vh", !seen);
    said.textContent = words;
  }

  function opened() { return new Set([...form.querySelectorAll("details[open][id]")].map((d) => d.id)); }
  function open(ids) { for (const id of ids) document.getElementById(id)?.setAttribute("open", ""); }

  // whole puts the answer to a button in place of the form, and goes on where the answer says.
  function whole(fresh) {
    const ids = opened(), at = scrollY;
    if (!fresh.querySelector("#differ")) fresh.querySelector("#saved").replaceWith(form.querySelector("#saved"));
    form.replaceWith(fresh);
    form = fresh;
    open(ids);
    listen();
    scrollTo(0, at);
    const on = document.getElementById(form.dataset.focus);
    const field = on?.matches("fieldset.item") ? on.querySelector("input:not([type=hidden]), select") : on;
    field?.focus();
    if (form.dataset.focus === "faults") on?.scrollIntoView({ block: "start" });
  }

  // parts puts in what changed and leaves every field alone. What is drawn from
  // other fields (half-days, names) is only put in where nobody types and nothing was typed since.
  function parts(fresh, asked) {
    const ids = opened(), here = document.activeElement;
    const focused = here?.closest("[data-swap]")?.id;
    for (const part of form.querySelectorAll("[data-swap]")) {
      const other = fresh.querySelector("#" + CSS.escape(part.id));
      if (other) part.replaceWith(other);
    }
    if (asked === state()) {
      for (const part of form.querySelectorAll("[data-grown]")) {
        const other = fresh.querySelector("#" + CSS.escape(part.id));
        if (other && !part.contains(here) && part.innerHTML !== other.innerHTML) part.replaceWith(other);
      }
    }
    for (const err of form.querySelectorAll("span.err[id$='-err']")) {
      const field = document.getElementById(err.id.slice(0, -4));
      const wrong = err.childElementCount > 0;
      if (field?.matches(".in")) { field.classList.toggle("bad", wrong); field.setAttribute("aria-invalid", wrong); }
    }
    open(ids);
    if (focused && !document.contains(here)) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  // keep saves the draft; a lost connection is tried again, another window's text stops it.
  async function keep() {
    clearTimeout(keeping);
    if (stopped) return;
    const now = state();
    if (now === kept) return;
    const body = new URLSearchParams(new FormData(form));
    body.set("autosave", "1");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "Chancery-Part": "draft" } });
      const html = await answer.text();
      if (answer.status === 409) {
        stopped = true;
        const place = form.querySelector("#conflict");
        place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
        const version = place.querySelector("[data-version]")?.dataset.version;
        if (version) form.querySelector("[name=draft_version]").value = version;
        form.querySelector("#saved [data-version]").textContent = "";
        return;
      }
      if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
      form.querySelector("#saved").replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      kept = now;
      wait = 3000;
      if (state() !== kept) later();
    } catch {
      form.querySelector("#saved [data-version]").textContent = form.dataset.nokeep;
      wait = Math.min(wait * 2, 60000);
      later();
    }
  }

  function later() {
    clearTimeout(keeping);
    keeping = setTimeout(keep, wait);
  }

  function typed(e) {
    if (e.target.id === "pasted") return;
    clearTimeout(timer);
    timer = setTimeout(() => { if (state() !== last) ask(); }, 400);
    const words = form.querySelector("#saved [data-version]");
    if (!stopped && wait === 3000 && words && state() !== kept) words.textContent = form.dataset.unsaved;
    later();
  }

  function listen() {
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("submit", (e) => {
      const button = e.submitter;
      clearTimeout(keeping);
      if (!button || button.hasAttribute("formaction") || button.name === "save") { stopped = true; return; }
      e.preventDefault();
      ask(button.name === "check" ? null : button).then(later); // checking leaves every field where it is
    });
    form.addEventListener("click", (e) => {
      const to = e.target.closest("a[href^='#']");
      const field = to && document.getElementById(decodeURIComponent(to.hash.slice(1)));
      if (!field) return;
      e.preventDefault();
      for (let d = field.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
      const first = field.matches("input, select, textarea, [tabindex]") ? field : field.querySelector("input:not([type=hidden]), select, textarea") ?? field;
      field.scrollIntoView({ block: "center" });
      first.focus({ preventScroll: true });
    });
  }
  listen();
})();
