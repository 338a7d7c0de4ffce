// Ctrl/⌘-Enter in a data-send textarea sends its form by its main button; a form is never sent twice.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches?.("[data-send]")) return;
  event.preventDefault();
  const buttons = [...event.target.form.querySelectorAll("button.main[type=submit]")];
  event.target.form.requestSubmit(buttons.find((button) => button.offsetParent) ?? null);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});

// A page that comes back from the browser's memory may be sent again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
