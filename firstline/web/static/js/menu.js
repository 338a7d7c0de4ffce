// Puts a menu under the button that opened it and lets the arrow keys walk it.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("[data-menu]")) return;
  const button = document.querySelector(`[popovertarget="${menu.id}"]`);
  button?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState === "open") place(menu, button);
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-menu]") ?? opened(event.target);
  if (event.target.matches?.("select, textarea, input:not([type=checkbox], [type=radio])")) return;
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const items = [...menu.querySelectorAll("a[href], button:not(:disabled), input")];
  if (!items.length) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  items[(next + items.length) % items.length].focus();
});

function opened(target) {
  const menu = target.popoverTargetElement;
  return menu?.matches("[data-menu]:popover-open") ? menu : null;
}

function place(menu, button) {
  if (!button) return;
  const box = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + 4 + height <= innerHeight || box.top < height;
  const left = box.left + width <= innerWidth - 8 ? box.left : box.right - width;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${below ? Math.min(box.bottom + 4, Math.max(8, innerHeight - height - 8)) : box.top - height - 4}px`;
}
