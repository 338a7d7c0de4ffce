// Toasts: an undoable one counts its seconds down, any other goes after six; both wait while one points at them.
import { word } from "./words.js";

const SECONDS = 6;

function start(toast) {
  let left = Number(toast.dataset.seconds ?? SECONDS);
  const shown = toast.querySelector(".seconds");
  const show = () => shown && (shown.textContent = word("undo_left", { n: left }));
  show();
  // A withdrawal is only possible for so long: that clock runs on even while one points at the toast.
  const beat = setInterval(() => {
    if (!toast.dataset.seconds && toast.matches(":hover, :focus-within")) return;
    left -= 1;
    show();
    if (left <= 0) { clearInterval(beat); toast.remove(); }
  }, 1000);
}

// A server that answers htmx with HX-Trigger: {"toast": {"text", "tone"}} has one shown.
document.addEventListener("toast", (event) => {
  const { text, tone } = event.detail;
  const item = document.getElementById("toast-template")?.content.querySelector(`.${tone ?? "new"}`)?.cloneNode(true);
  if (!item) return;
  item.querySelector(".grow").textContent = text;
  shelf.append(item);
});

document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove());

const shelf = document.getElementById("toasts");
if (shelf) {
  shelf.querySelectorAll("[data-toast]").forEach(start);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) start(node);
  }).observe(shelf, { childList: true });
}
