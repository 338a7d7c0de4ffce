// The list under a search box (data-found=ID on the box): the arrow keys walk it, Escape goes back to the box.
document.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp", "Escape"].includes(event.key) || event.isComposing) return;
  const list = document.getElementById(event.target.dataset?.found) ?? event.target.closest?.("[data-found-list]");
  if (!list) return;
  const box = document.querySelector(`[data-found="${list.id}"]`);
  const links = [...list.querySelectorAll("a[href]")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "Escape") {
    if (at < 0) return;
    event.preventDefault();
    return box.focus();
  }
  if (!links.length) return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  (next < 0 ? box : links[Math.min(next, links.length - 1)]).focus();
});
