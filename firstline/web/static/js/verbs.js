// A link with data-verb brings the verb's form: into the dialog, or with data-in-place to where the value stands. The server answers
// "verb-done" when it is done, and the form itself, with what was typed, when it refused. data-dialog shows any fragment alike.
// #verb=escalate in the address opens that form.
const dialog = () => document.getElementById("verb-dialog");

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const cancel = event.target.closest("[data-verb-cancel]");
  if (cancel && dialog()) { event.preventDefault(); return leave(cancel); }
  const link = event.target.closest("a[data-verb], a[data-dialog]");
  if (!link || !dialog() || !window.htmx) return;
  event.preventDefault();
  const place = "inPlace" in link.dataset && link.offsetParent ? link.closest("dd, [data-verb-box]") : null;
  place ? inPlace(link, place) : inDialog(link.dataset.verb ? shownIn(link.getAttribute("href")) : link.getAttribute("href"));
});

document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && event.target.closest?.(".verb-form.in-place");
  if (form) { event.preventDefault(); event.stopPropagation(); leave(form); }
}, true);

// Up to which message the page shows what was asked; what arrives later is held against it.
function shownIn(href) {
  const seen = document.querySelector(".composer [name=seen]")?.value;
  if (!seen) return href;
  const url = new URL(href, location.href);
  url.searchParams.set("seen", seen);
  return url.pathname + url.search;
}

async function inDialog(url) {
  for (const shown of document.querySelectorAll("[popover]:popover-open")) shown.hidePopover();
  await htmx.ajax("GET", url, { target: dialog(), swap: "innerHTML" });
  if (!dialog().open) dialog().showModal();
  first(dialog())?.focus();
}

async function inPlace(link, place) {
  place.dataset.verbBox = "";
  const url = new URL(link.href);
  url.searchParams.set("in_place", "1");
  await htmx.ajax("GET", url.pathname + url.search, { target: place, swap: "innerHTML" });
  first(place)?.focus();
}

const first = (box) => box.querySelector("[autofocus]") ?? box.querySelector("form.verb-form input:checked") ?? box.querySelector("form.verb-form :is(input:not([type=hidden]), select, textarea)");

// In place nothing was kept of the value: the parts are fetched again.
function leave(part) {
  if (dialog().contains(part)) return dialog().close();
  part.closest("[data-verb-box]")?.replaceChildren();
  refresh();
}

export function refresh() {
  document.querySelector("[data-parts]")?.dispatchEvent(new CustomEvent("live"));
}

document.addEventListener("verb-done", () => {
  if (dialog()?.open) dialog().close();
  for (const form of document.querySelectorAll(".verb-form.in-place")) form.remove();
  refresh();
});

function byAddress() {
  const verb = location.hash.match(/^#verb=(\w+)$/)?.[1];
  if (!verb) return;
  history.replaceState(null, "", location.pathname + location.search);
  document.querySelector(`[data-verb="${verb}"]`)?.click();
}
addEventListener("hashchange", byAddress);
addEventListener("load", byAddress);
