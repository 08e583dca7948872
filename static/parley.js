// Copies a message and keeps going: everything works without this file too.

// At once, because a page that opens beside this one takes the focus that the clipboard asks for.
function copyAtOnce(words) {
  const area = document.createElement("textarea");
  area.className = "visually-hidden";
  area.value = words;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}

async function copy(words) {
  if (copyAtOnce(words)) return true;
  // Absent where the household's server is reached without HTTPS.
  if (!navigator.clipboard) return false;
  return navigator.clipboard.writeText(words).then(() => true, () => false);
}

// Long enough to read it after coming back from the other page's tab.
const SAID_FOR_MS = 10000;
let silence;

function say(words) {
  const said = document.getElementById("said");
  said.textContent = words;
  clearTimeout(silence);
  silence = setTimeout(() => said.replaceChildren(), SAID_FOR_MS);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const chosen = button.closest("form")?.querySelector("[name=which]:checked");
  const ids = (chosen?.dataset.of || button.dataset.copy).split(" ");
  const texts = ids.map((id) => document.getElementById(id)).filter(Boolean);
  if (!texts.length) return;
  const words = texts.map((text) => ("value" in text ? text.value : text.textContent).trim());
  const copying = copy(words.filter(Boolean).join("\n\n"));
  button.focus();
  const isCopied = await copying;
  const fold = texts[0].closest("details");
  if (!isCopied && fold) fold.open = true;
  say(isCopied ? button.dataset.said : button.dataset.unsaid);
});

// Words changed in a draft outlast a reload: a phone drops the page while the other one is open.
// They belong to the draft they were changed from, and leave with the tab or with signing out.
const DRAFTS = "form textarea[data-draft]";
function giveBack() {
  for (const area of document.querySelectorAll(DRAFTS)) {
    const kept = JSON.parse(sessionStorage.getItem(area.id) || "{}");
    if (kept.draft === area.defaultValue) area.value = kept.words;
  }
}
giveBack();
document.addEventListener("htmx:afterSettle", giveBack);
document.addEventListener("input", ({ target }) => {
  if (!target.matches(DRAFTS)) return;
  sessionStorage.setItem(target.id, JSON.stringify({ draft: target.defaultValue, words: target.value }));
});
document.querySelector("form[action$='/logout/']")?.addEventListener("submit", () => sessionStorage.clear());

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method.toLowerCase() !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// The session ended while the page was open: whoever asked for something signs in and comes back.
document.addEventListener("signed-out", ({ detail }) => location.assign(detail.at));
