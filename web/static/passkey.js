// Passkeys: the browser speaks to the device, the page to the office. Where a browser has no passkeys the buttons stay
// hidden, and a code does the same.
(() => {
  "use strict";
  const address = /^[\d.]+$|:/.test(location.hostname); // passkeys belong to names
  if (!window.PublicKeyCredential || !navigator.credentials || address) return;

  const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const words = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  async function ask(path, body) {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.detail);
    return said;
  }

  function options(o) {
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    for (const list of [o.allowCredentials, o.excludeCredentials]) for (const c of list ?? []) c.id = bytes(c.id);
    return o;
  }

  function credential(c) {
    const r = { clientDataJSON: words(c.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (c.response[part]) r[part] = words(c.response[part]);
    }
    return { id: c.id, rawId: words(c.rawId), type: c.type, response: r, clientExtensionResults: c.getClientExtensionResults() };
  }

  for (const box of document.querySelectorAll("[data-passkey]")) {
    box.hidden = false;
    const button = box.querySelector("button");
    const said = box.querySelector("[role=status]");
    button.addEventListener("click", async () => {
      said.textContent = "";
      button.disabled = true;
      try {
        const form = box.closest("[data-enrolment]");
        const password = form?.querySelector("[name=current]")?.value ?? "";
        const name = form?.querySelector("[name=name]")?.value || box.dataset.name;
        const enrol = box.dataset.passkey !== "sign-in";
        const begun = await ask(enrol ? "/sign-in/passkey/enrolment" : "/sign-in/passkey", { password });
        const publicKey = options(begun.publicKey);
        const made = enrol ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
        const path = enrol ? "/sign-in/passkey/enrolment/answer" : "/sign-in/passkey/answer";
        const done = await ask(path, { credential: credential(made), name, next: box.dataset.next });
        location.assign(done.next);
      } catch (e) {
        said.textContent = e instanceof DOMException || !e.message ? box.dataset.failed : e.message;
        button.disabled = false;
      }
    });
  }
})();
