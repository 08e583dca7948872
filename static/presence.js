// Tells the others, quietly, who is at a case and who is about to write to its seller.

const form = document.getElementById("presence");
const shown = document.getElementById("presence-said");

form?.addEventListener("htmx:beforeRequest", (event) => {
  // Nobody is at a page that lies behind another one.
  if (document.hidden) event.preventDefault();
});
form?.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // Said once: a screen reader need not hear the same again.
  const words = document.createElement("div");
  words.innerHTML = detail.xhr.responseText;
  detail.shouldSwap &&= words.textContent.trim() !== shown.textContent.trim();
});
// A lost connection, or session, is told where something was to be sent.
for (const fault of ["htmx:sendError", "htmx:responseError", "signed-out"]) {
  form?.addEventListener(fault, (event) => event.stopPropagation());
}
document.addEventListener("visibilitychange", () => {
  if (form && !document.hidden) htmx.trigger(form, "seen");
});

// Who changes or copies a message is about to send it.
const TOLD_FOR_MS = 5 * 60 * 1000;
const told = new Map();
async function writing(draft) {
  const address = draft.getAttribute("action").replace(/attempts\/$/, "presence/");
  if (Date.now() - (told.get(address) ?? 0) < TOLD_FOR_MS) return;
  told.set(address, Date.now());
  const said = { doing: "writing", csrfmiddlewaretoken: draft.elements.csrfmiddlewaretoken.value };
  const request = { method: "POST", body: new URLSearchParams(said), headers: { "HX-Request": "true" }, keepalive: true };
  const answer = await fetch(address, request).catch(() => null);
  if (!answer?.ok) return told.delete(address);
  const words = document.createElement("div");
  words.innerHTML = await answer.text();
  if (shown) shown.replaceChildren(...words.childNodes);
  else if (words.textContent.trim()) say(words.textContent.trim());
}
const WRITES = "form[action$='/attempts/']";
document.addEventListener("input", ({ target }) => {
  const draft = target.matches("textarea") && target.closest(WRITES);
  if (draft) writing(draft);
});
document.addEventListener("click", ({ target }) => {
  const draft = target.closest("[data-copy]")?.closest(WRITES);
  if (draft) writing(draft);
});
