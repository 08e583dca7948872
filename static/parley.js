// Copies a message and keeps going: everything works without this file too.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy);
  if (!text) return;
  const words = "value" in text ? text.value : text.textContent;
  if (navigator.clipboard) navigator.clipboard.writeText(words.trim());
  const said = document.getElementById("said");
  if (said) said.textContent = button.dataset.said || "";
});

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
