// The bell opens the first lines of the reader's day beneath it: they are taken from the page of the day, so that they and their
// counts are the same. What is pressed with a key held down, or cannot be read, is the link that it is.
(() => {
  "use strict";
  const bell = document.getElementById("bell"), list = document.getElementById("bell-list");
  if (!bell || !list) return;
  const lines = list.querySelector("[data-lines]"), wait = list.querySelector("[data-wait]"), lost = list.querySelector("[data-lost]");
  const shown = 5;
  bell.setAttribute("role", "button");
  bell.setAttribute("aria-expanded", "false");
  bell.setAttribute("aria-controls", list.id);

  function close(back) {
    if (list.hidden) return;
    list.hidden = true;
    bell.setAttribute("aria-expanded", "false");
    if (back) bell.focus();
  }

  async function read() {
    wait.hidden = false;
    lost.hidden = true;
    lines.replaceChildren();
    try {
      const answer = await fetch("/", { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const day = new DOMParser().parseFromString(await answer.text(), "text/html");
      const tabs = day.querySelector("main .tabs");
      if (!tabs) throw new Error("not the day");
      tabs.querySelectorAll("[aria-current]").forEach((a) => a.removeAttribute("aria-current"));
      const tasks = document.createElement("ul");
      tasks.className = "tasks";
      tasks.append(...[...day.querySelectorAll("main .tasks > li")].slice(0, shown));
      tasks.querySelectorAll(".btn").forEach((b) => b.remove());
      lines.replaceChildren(tabs, tasks.children.length ? tasks : day.querySelector("main .empty b") ?? tasks);
    } catch {
      lost.hidden = false;
    }
    wait.hidden = true;
  }

  bell.addEventListener("click", (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    if (!list.hidden) { close(true); return; }
    list.hidden = false;
    bell.setAttribute("aria-expanded", "true");
    list.focus();
    read();
  });
  bell.addEventListener("keydown", (e) => {
    if (e.key === " ") { e.preventDefault(); bell.click(); }
  });
  addEventListener("keydown", (e) => { if (e.key === "Escape") close(list.contains(document.activeElement) || document.activeElement === bell); });
  addEventListener("click", (e) => { if (!e.target.closest(".bell")) close(false); });
  list.addEventListener("focusout", (e) => { if (e.relatedTarget && !e.relatedTarget.closest(".bell")) close(false); });
})();
