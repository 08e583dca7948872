// Today in place: what is done with a line changes the page without a reload.

let lineActedOn = -1;
const titles = () => [...document.querySelectorAll("main article.case h3 a")];

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  const line = target.closest("article.case");
  lineActedOn = line ? titles().findIndex((title) => line.contains(title)) : -1;
});

// The next line takes the place, and the focus, of the one that was done.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.requestConfig?.verb !== "post") return;
  const next = lineActedOn >= 0 ? titles()[lineActedOn] : null;
  (next ?? document.querySelector("#today h1")).focus();
});

// A refusal is a page of its own, with the reason and what was typed: ask for it as one.
document.addEventListener("htmx:responseError", ({ detail }) => {
  const form = detail.elt.closest("form");
  if (form && detail.requestConfig.verb === "post") form.submit();
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt.closest("form");
  if (form) delete form.dataset.sent;
});
