// Recording a call: the arrow down leads from the words typed to the people found, and what was typed about a new person goes
// into the field where it belongs.
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-who]")) return;
  const first = document.querySelector("#found input");
  if (event.key === "Enter") event.preventDefault();
  if (!first || !["ArrowDown", "Enter"].includes(event.key)) return;
  event.preventDefault();
  first.focus();
  if (!first.checked) first.click();
});

document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.name !== "requester" || !target.form?.elements.q) return;
  const { name, email, phone, q } = target.form.elements;
  if (target.value !== "new") return;
  document.getElementById("recent").replaceChildren();
  if (name.value || email.value || phone.value) return;
  const typed = q.value.trim();
  const field = typed.includes("@") ? email : /\d{3}/.test(typed) ? phone : name;
  field.value = typed;
  (field === name ? phone : name).focus();
});
