// data-opens="ID" opens that dialog or popover; a click on a dialog's veil closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener && opener.getAttribute("role") !== "option") return open(opener.dataset.opens);
  if (event.target instanceof HTMLDialogElement && event.target.open && outside(event)) event.target.close();
});

export function open(id) {
  const target = document.getElementById(id);
  if (!target) return;
  for (const shown of document.querySelectorAll("[popover]:popover-open")) shown.hidePopover();
  if (target instanceof HTMLDialogElement) {
    if (!target.open) target.showModal();
    target.querySelector("[autofocus], input:not([type=hidden]), select, textarea")?.focus();
  } else target.showPopover?.();
}

function outside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
