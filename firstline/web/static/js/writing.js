// The composer: a text for each mode, quoting what is selected, answers put in at the cursor, and @ for colleagues.
import { word } from "./words.js";

const composer = document.getElementById("composer");
const field = composer?.querySelector("textarea");
const known = JSON.parse(composer?.querySelector("[data-writing]")?.textContent ?? "{}");

if (field && known.mode) {
  // Each mode has its own words, so that a note never becomes a reply by one key.
  const texts = { ...known.drafts, [known.mode]: field.value };
  let mode = known.mode;
  composer.addEventListener("change", (event) => {
    if (event.target.name !== "mode" || event.target.value === mode) return;
    texts[mode] = field.value;
    mode = event.target.value;
    field.value = texts[mode] ?? "";
    field.placeholder = known[mode];
    field.focus();
  });

  // The palette presses the mode that is chosen already, too.
  composer.addEventListener("click", (event) => event.target.name === "mode" && field.focus());

  document.addEventListener("click", (event) => {
    const quoted = event.target.closest("[data-quote]");
    if (quoted) return quote(document.querySelector(`[data-said="${quoted.dataset.quote}"]`).innerText);
    const answer = event.target.closest("[data-insert]");
    if (answer) { event.preventDefault(); answer.closest("dialog")?.close(); return insert(answer.dataset.insert); }
    const list = event.target.closest("[data-answers]");
    if (list && window.htmx) { event.preventDefault(); answers(list.href); }
  });

  // R with words selected in the talk quotes just those.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "r" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
    const chosen = getSelection();
    if (chosen.isCollapsed || !chosen.anchorNode?.parentElement?.closest("[data-talk]")) return;
    const text = chosen.toString();
    setTimeout(() => quote(text));
  }, true);

  field.addEventListener("input", () => {
    if (mode === "reply" && field.value === "/") {
      field.value = "";
      answers(composer.querySelector("[data-answers]").href);
    }
  });
  field.addEventListener("input", () => mode === "note" && suggest());
  field.addEventListener("keydown", choose, true);
  field.addEventListener("blur", () => setTimeout(hide, 150));
}

function quote(text) {
  const lines = text.trim().split("\n").map((line) => `> ${line}`).join("\n");
  insert(`${field.value && !field.value.endsWith("\n") ? "\n" : ""}${lines}\n\n`);
}

function insert(text) {
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.scrollTop = field.scrollHeight;
}

async function answers(url) {
  const dialog = document.getElementById("answers-dialog");
  await htmx.ajax("GET", url, { target: dialog, swap: "innerHTML" });
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[data-filter]")?.focus();
}

let colleagues, list;

async function suggest() {
  const typed = field.value.slice(0, field.selectionStart).match(/@([^\s@]*(?: [^\s@]*)?)$/)?.[1];
  if (typed === undefined) return hide();
  colleagues ??= (await (await fetch(known.colleagues, { headers: { "X-Requested-With": "fetch" } })).json()).colleagues;
  const wanted = typed.toLowerCase();
  const found = colleagues.filter(({ name, also }) => [name, also].some((one) => one.toLowerCase().includes(wanted))).map(({ name }) => name).slice(0, 8);
  if (!found.length || found.some((name) => name === typed)) return hide();
  list ??= Object.assign(document.createElement("div"), { className: "callable", id: "callable", role: "listbox", ariaLabel: word("call") });
  list.replaceChildren(...found.map((name, at) => Object.assign(document.createElement("div"), { role: "option", textContent: name, id: `call-${at}`, ariaSelected: String(at === 0) })));
  list.onmousedown = (event) => { event.preventDefault(); call(event.target.closest("[role=option]")); };
  composer.append(list);
  field.setAttribute("aria-controls", "callable");
  field.setAttribute("aria-activedescendant", "call-0");
}

function choose(event) {
  if (!list?.isConnected || event.isComposing) return;
  const all = [...list.children];
  const at = all.findIndex((one) => one.ariaSelected === "true");
  if (event.key === "Escape") { event.stopPropagation(); hide(); }
  else if (event.key === "Enter" || event.key === "Tab") call(all[at]);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length];
    for (const one of all) one.ariaSelected = String(one === next);
    field.setAttribute("aria-activedescendant", next.id);
  } else return;
  event.preventDefault();
}

function call(option) {
  if (!option) return;
  const start = field.value.slice(0, field.selectionStart).lastIndexOf("@");
  field.setRangeText(`@${option.textContent} `, start, field.selectionStart, "end");
  hide();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function hide() {
  list?.remove();
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
}
