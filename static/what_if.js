// 'What if I wait?' as a slider: htmx asks for the answer while it moves.
const days = document.getElementById("wait");
if (days && window.htmx) {
  const typed = Number(days.value);
  days.max = Math.max(typed, Number(days.dataset.slideTo));
  days.type = "range";
  days.form.querySelector("button").remove();
}
