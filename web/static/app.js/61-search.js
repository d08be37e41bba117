// The key / leads to the box in the top bar, or to the search page where the box
// has no room; not while somebody types, and not with another key held.
(() => {
  "use strict";
  addEventListener("keydown", (e) => {
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey) return;
    const at = e.target;
    if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
    const box = [...document.querySelectorAll("#q, .find input")].find((b) => b.offsetParent);
    if (!box) return;
    e.preventDefault();
    box.focus();
    box.select();
  });
})();
