// What a browser adds to the page of a case: usual phrases, links into what is folded, a form sent once, the time left to recall, and the summary of
// what was refused in focus. Every page works without this file.
(() => {
  "use strict";
  document.querySelectorAll("[data-phrases]").forEach((box) => {
    box.hidden = false;
    const text = box.closest("form").querySelector("textarea[name=text]");
    box.addEventListener("click", (e) => {
      if (e.target.tagName !== "BUTTON") return;
      text.setRangeText(e.target.textContent, text.selectionStart, text.selectionEnd, "end");
      text.focus();
    });
  });

  // A link to what is folded opens it.
  addEventListener("hashchange", () => {
    const to = document.getElementById(location.hash.slice(1));
    if (to?.matches("details")) to.open = true;
  });

  // Enter on a card leads to its button; it signs nothing by itself.
  document.querySelector(".picks")?.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || e.target.tagName !== "INPUT") return;
    e.preventDefault();
    if (e.target.type === "radio") e.target.checked = true;
    [...e.currentTarget.querySelectorAll(".pick button")].find((b) => b.offsetParent)?.focus();
  });

  document.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", (e) => {
      if (form.dataset.sent) e.preventDefault();
      form.dataset.sent = "1";
    });
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-once]").forEach((f) => { delete f.dataset.sent; }));

  document.querySelectorAll("[data-left]").forEach((e) => {
    const end = Date.now() + Number(e.dataset.left) * 1000;
    const timer = setInterval(() => {
      const left = Math.max(0, Math.round((end - Date.now()) / 1000));
      e.textContent = e.dataset.words.replace("{m}", Math.floor(left / 60)).replace("{s}", left % 60);
      if (left > 0) return;
      clearInterval(timer);
      e.closest("section").remove();
    }, 1000);
  });

  document.querySelector("[data-focus]")?.focus();
})();
