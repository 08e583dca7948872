// Single keys on lists: j and k walk, Enter opens, x ticks, / finds, n is new, ? explains.
// They can be switched off (WCAG 2.1.4), because a person who dictates says letters.

const SWITCH = "parley-keys";
const isOn = () => localStorage.getItem(SWITCH) !== "off";
const sheet = document.getElementById("keys");

function walk(by) {
  const titles = [...document.querySelectorAll("main :is(article.case h3 a, li.card h3 a)")];
  const line = document.activeElement.closest("article.case, li.card");
  const at = titles.findIndex((title) => line?.contains(title));
  const next = titles[Math.min(Math.max(at + by, 0), titles.length - 1)];
  next?.focus();
  next?.closest("article, li").scrollIntoView({ block: "nearest" });
}

function tick() {
  const box = document.activeElement.closest("article.case")?.querySelector(".pick input");
  const several = document.getElementById("together");
  if (!box || !several) return;
  several.open = true;
  box.checked = !box.checked;
}

function find() {
  const field = document.getElementById("q");
  const fold = field?.closest("details");
  if (fold) fold.open = true;
  field?.focus();
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  x: tick,
  "/": find,
  n: () => document.querySelector("[data-new]")?.click(),
  "?": () => sheet.showModal(),
};

function isTyping(element) {
  return element.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog");
}

document.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || !isOn() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) return;
  event.preventDefault();
  act();
});

document.querySelector("[data-keys]")?.addEventListener("click", () => sheet.showModal());
const box = sheet?.querySelector("input");
if (box) {
  box.checked = isOn();
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
}
