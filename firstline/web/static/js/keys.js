// Single keys. An element with data-key="r" is pressed (or, with data-key-focus=ID, that field is focused) by it; lists with
// data-rows are walked by j and k, opened by Enter, marked by x. data-key="g m" is pressed by g, then m. Off while one writes,
// and switchable.
import { open } from "./dialog.js";

const SWITCH = "firstline.keys";
const on = () => localStorage.getItem(SWITCH) !== "off";
const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter((row) => row.offsetParent);

const WALK = {
  j: () => step(1),
  k: () => step(-1),
  x: () => cursor()?.querySelector("input[type=checkbox]")?.click(),
  Enter: () => document.activeElement === document.body && cursor()?.querySelector("a[href]")?.click(),
};

// A key of two, as data-key="g m": the first waits this long for the second.
const PATIENCE = 1500;
let begun = "", patience;

function begins(key) {
  clearTimeout(patience);
  begun = document.querySelector(`[data-key^="${CSS.escape(key)} "]`) ? key : "";
  if (begun) patience = setTimeout(() => (begun = ""), PATIENCE);
  return Boolean(begun);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && writing(event.target)) return event.target.blur();
  if (!on() || writing(event.target) || document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (event.key === "?") { event.preventDefault(); return showKeys(); }
  if (begun && event.key.length === 1) {
    const both = `${begun} ${event.key}`;
    begun = "";
    if (press(both)) return event.preventDefault();
  }
  if (press(event.key) || begins(event.key)) return event.preventDefault();
  if (rows().length && WALK[event.key]) {
    if (event.key !== "Enter") event.preventDefault();
    WALK[event.key]();
  }
});

export function press(key) {
  const fitting = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter(
    (one) => !one.disabled && (one.offsetParent || one.type === "radio" || one.dataset.verb));
  // A page may give a key of the shell another meaning.
  const target = fitting.find((one) => one.closest("main")) ?? fitting[0];
  if (!target) return false;
  target.click();
  const field = target.dataset.keyFocus ? document.getElementById(target.dataset.keyFocus) : target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select") ? target : null;
  field?.focus();
  field?.scrollIntoView({ block: "nearest" });
  return true;
}

function writing(target) {
  return target.isContentEditable || target.matches?.("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select");
}

const cursor = () => document.querySelector("[data-row][data-cursor]");

function step(by) {
  const all = rows();
  const at = all.indexOf(cursor());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  cursor()?.removeAttribute("data-cursor");
  next.setAttribute("data-cursor", "");
  next.scrollIntoView({ block: "nearest" });
  // The link takes the focus, so that a screen reader says the row and Enter opens it.
  next.querySelector("a[href]")?.focus({ preventScroll: true });
}

function showKeys() {
  const list = document.querySelector("[data-keys]");
  if (!list) return;
  list.querySelectorAll("[data-own]").forEach((item) => item.remove());
  list.querySelectorAll("[data-needs-rows]").forEach((item) => (item.hidden = !rows().length));
  const told = new Set();
  for (const target of [...document.querySelectorAll("main [data-key-label]"), ...document.querySelectorAll("[data-key][data-key-label]")]) {
    if (told.has(target.dataset.key)) continue;
    told.add(target.dataset.key);
    const item = document.createElement("li");
    item.dataset.own = "";
    item.textContent = target.dataset.keyLabel;
    const key = document.createElement("kbd");
    key.textContent = target.dataset.key.length === 1 || target.dataset.key.includes(" ") ? target.dataset.key.toUpperCase() : target.dataset.key;
    item.append(key);
    list.append(item);
  }
  document.querySelector("[data-keys-switch]").checked = on();
  open("keys");
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-keys-switch]")) localStorage.setItem(SWITCH, event.target.checked ? "on" : "off");
});

// Macs say ⌘; elsewhere the same keys are called Ctrl.
if (!/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("kbd")) key.textContent = key.textContent.replace("⌘", "Ctrl ");
}
