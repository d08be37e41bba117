// Single keys (J K Enter, G then T C R, A, /, ?): off while typing, and off for good where the reader turned them off.
// Enter with nothing in focus opens the first of what is to be done.
(() => {
  "use strict";
  const list = document.getElementById("keys");
  const off = "keysOff" in document.documentElement.dataset;
  if (!off) document.querySelectorAll("[data-keys-only]").forEach((e) => { e.hidden = false; });
  const items = () => [...document.querySelectorAll(".task, .subject")];
  const places = { t: "/", c: "/cases", r: "/rulebook" };
  let going = 0;

  function move(step) {
    const all = items();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    all[Math.min(Math.max(at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step, 0), all.length - 1)].focus();
  }

  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    if (off) return;
    if (e.key === "?") { list?.showModal(); e.preventDefault(); return; }
    const key = e.key.toLowerCase();
    if (going && e.timeStamp - going < 1500 && places[key]) { location.href = places[key]; e.preventDefault(); return; }
    going = 0;
    if (key === "g") going = e.timeStamp;
    else if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "a") {
      const panel = document.getElementById("decide");
      if (!panel) return;
      panel.scrollIntoView({ block: "nearest" });
      (panel.querySelector("input:checked") ?? panel.querySelector("input[type=radio]") ?? panel).focus();
    } else if (key === "/") {
      const box = [...document.querySelectorAll("#q, .find input")].find((b) => b.offsetParent); // the top bar's has no room on a phone
      if (!box) return;
      box.focus();
      box.select();
    } else if (key === "enter" && e.target === document.body) {
      const first = document.querySelector(".task .btn.pri")?.closest(".task");
      if (!first) return;
      first.click();
    } else return;
    e.preventDefault();
  });
})();
