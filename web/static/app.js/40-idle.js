// Says that the session is about to end unused, while something can still be done: one button goes on with it. Once it is
// over, what was typed stays on the page and can be sent after signing in in another window.
(() => {
  "use strict";
  const box = document.getElementById("idle");
  if (!box) return;
  const [soon, over] = box.querySelectorAll("div");
  const ends = Number(box.dataset.idle) * 1000, warn = Math.min(120000, ends / 2);
  let timers = [];

  function show(ended) {
    soon.hidden = ended;
    over.hidden = !ended;
    box.hidden = false;
  }

  function again() {
    timers.forEach(clearTimeout);
    box.hidden = true;
    timers = [setTimeout(() => show(false), ends - warn), setTimeout(() => show(true), ends)];
  }

  box.querySelector("button").addEventListener("click", async () => {
    try {
      const answer = await fetch("/me", { method: "HEAD", redirect: "manual" });
      if (answer.ok) again();
      else show(true);
    } catch { /* the line is down: the words stay as they are, and so does the page */ }
  });

  // Whatever else is asked of the desk uses the session too.
  if (window.PerformanceObserver) new PerformanceObserver((l) => { if (l.getEntries().some((e) => e.initiatorType === "fetch" && (box.hidden || e.responseStatus === 200))) again(); }).observe({ type: "resource" });
  again();
})();
