// The parts of a ticket's page that are fetched again: nothing is swapped while it is being edited, entries of the talk that did not
// change stay as they are (open letters, selections), and a new message is announced instead of slipped under what one writes.
import { now } from "./time.js";
import { refresh } from "./verbs.js";

const talk = () => document.getElementById("talk");
const composer = () => document.getElementById("composer");
const field = () => composer()?.querySelector("textarea");

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if ("editable" in target.dataset && target.querySelector(".verb-form")) return (event.detail.shouldSwap = false);
  if (!("keyed" in target.dataset)) return;
  event.detail.shouldSwap = false;
  const fresh = fragment.querySelector?.(`#${target.id}`) ?? fragment.firstElementChild ?? fragment;
  const was = Number(target.dataset.newest);
  const atEnd = nearEnd();
  patch(target, fresh);
  target.dataset.newest = fresh.dataset.newest;
  if (Number(fresh.dataset.newest) > was) arrived(atEnd);
});

function patch(old, fresh) {
  const kept = new Map([...old.children].map((entry) => [entry.id, entry]));
  let after = null;
  for (const entry of [...fresh.children]) {
    const before = kept.get(entry.id);
    kept.delete(entry.id);
    const same = before && before.dataset.was === entry.outerHTML;
    const shown = same ? before : entry;
    if (!same) entry.dataset.was = entry.outerHTML;
    if (before && !same) before.replaceWith(entry);
    else if (!before) after ? after.after(entry) : old.prepend(entry);
    if (!same) window.htmx?.process(entry);
    after = shown;
  }
  for (const gone of kept.values()) gone.remove();
  watchLeaving();
}

// A reply that can still be taken back says so until it leaves.
let leaving;

function watchLeaving() {
  clearTimeout(leaving);
  const moments = [...document.querySelectorAll("[data-leaves]")].map((one) => Date.parse(one.dataset.leaves) - now());
  if (moments.length) leaving = setTimeout(refresh, Math.max(1000, Math.min(...moments) + 1500));
}

const nearEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 120;

// With nothing written the message counts as seen once it is on the page; else the writer says so.
function arrived(atEnd) {
  if (field()?.value.trim()) return announce();
  seen();
  if (atEnd) talk().lastElementChild?.scrollIntoView({ block: "end" });
  else announce();
}

function announce() {
  const news = document.querySelector("[data-news]");
  if (news) news.hidden = false;
}

function seen() {
  const known = composer()?.elements.seen;
  if (known) known.value = talk().dataset.newest;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-show-news]")) return;
  document.querySelector("[data-news]").hidden = true;
  seen();
  talk().lastElementChild?.scrollIntoView({ block: "center" });
  field()?.focus({ preventScroll: true });
});

// One begins at the end of the conversation, unless the address names a place in it.
if (talk()) {
  watchLeaving();
  for (const entry of talk().children) entry.dataset.was = entry.outerHTML;
  if (!location.hash || location.hash === "#newest") requestAnimationFrame(() => {
    const end = document.querySelector(".split > .sheet").getBoundingClientRect().bottom + scrollY;
    const tray = document.querySelector(".tray")?.offsetHeight ?? 0;
    if (end - innerHeight > 150) scrollTo({ top: end - innerHeight + tray });
  });
}

// On paper is all of it: earlier messages are fetched while the browser waits, and what is folded is opened.
addEventListener("beforeprint", () => {
  for (let link; (link = document.querySelector(".talk #earlier a")); ) {
    const asked = new XMLHttpRequest();
    asked.open("GET", link.getAttribute("hx-get"), false);
    asked.setRequestHeader("HX-Request", "true");
    asked.send();
    if (asked.status !== 200) break;
    document.getElementById("earlier").outerHTML = asked.responseText;
  }
  for (const folded of document.querySelectorAll(".talk details.quoted:not([open], .letter)")) folded.open = true;
});
