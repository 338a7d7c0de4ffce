// A question of a form that appears with certain answers to others: data-show-if='{"answer-kind": ["new", "other"]}'.
function look(form) {
  const given = new FormData(form);
  for (const part of form.querySelectorAll("[data-show-if]")) {
    const wanted = Object.entries(JSON.parse(part.dataset.showIf));
    part.hidden = !wanted.every(([name, values]) => given.getAll(name).some((value) => values.includes(value === "on" ? "yes" : value)));
  }
}

document.addEventListener("input", (event) => event.target.form?.querySelector("[data-show-if]") && look(event.target.form));
addEventListener("pageshow", () => {
  for (const form of new Set([...document.querySelectorAll("[data-show-if]")].map((part) => part.closest("form")))) look(form);
});
