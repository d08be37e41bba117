// Says that what the page shows has changed meanwhile, and leaves it as it is: whoever reads it loads it again when what was
// typed is done with. It listens only while the page is looked at.
(() => {
  "use strict";
  const box = document.getElementById("live");
  if (!box || !window.EventSource) return;
  const bar = box.querySelector("[data-bar]"), typed = box.querySelector("[data-typed]");
  let line;

  const changed = (f) => f.matches("[type=radio], [type=checkbox]") ? f.checked !== f.defaultChecked
    : f.options ? [...f.options].some((o, i) => o.selected !== (o.defaultSelected || (!f.querySelector("[selected]") && i === 0)))
    : f.value !== f.defaultValue;
  const written = () => [...document.querySelectorAll("main form :is(textarea, select, input:not([type=hidden]))")].some(changed);

  function rest() {
    line?.close();
    line = undefined;
  }

  function hear() {
    if (line || !bar.hidden || document.hidden) return;
    line = new EventSource(box.dataset.live);
    line.addEventListener("changed", () => {
      rest();
      typed.hidden = !written();
      bar.hidden = false;
    });
    line.addEventListener("error", () => { if (line?.readyState === EventSource.CLOSED) line = undefined; });
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : hear()));
  document.addEventListener("input", () => { typed.hidden = !written(); });
  addEventListener("pagehide", rest);
  addEventListener("pageshow", hear);
  hear();
})();
