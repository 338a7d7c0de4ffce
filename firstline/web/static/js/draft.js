// Keeps what is being written. data-draft=URL on a textarea keeps it on the server, per mode;
// data-draft-local=KEY on a form keeps its text fields in this tab until it is sent.
import { post } from "./csrf.js";
import { word } from "./words.js";

const IDLE = 1000;
const LONGEST_PARTING = 15_000; // characters; what a page may still send when it is left is limited to 64 KB
const waiting = new Map();

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches("[data-draft]")) later(field, () => keepOnServer(field));
  const form = field.closest("form[data-draft-local]");
  if (form && field.type !== "file" && field.type !== "password") later(form, () => keepHere(form));
});

document.addEventListener("submit", (event) => {
  forget(event.target.querySelector?.("[data-draft]"));
  forget(event.target);
  // Not removed yet: the form may come back with errors. The page that thanks says data-draft-done=KEY.
  if (event.target.matches("form[data-draft-local]")) keepHere(event.target);
});

// Another button or link may leave the page before one has paused. The next page is to show what was written, so it is
// kept before that is asked for; on phones only pagehide may come.
addEventListener("beforeunload", keepAll);
addEventListener("pagehide", keepAll);

function later(key, work) {
  forget(key);
  const now = () => { waiting.delete(key); work(); };
  waiting.set(key, { now, timer: setTimeout(now, IDLE) });
}

function forget(key) {
  clearTimeout(waiting.get(key)?.timer);
  waiting.delete(key);
}

function keepAll() {
  for (const { now, timer } of [...waiting.values()]) {
    clearTimeout(timer);
    now();
  }
}

async function keepOnServer(field) {
  const body = new FormData();
  body.set("text", field.value);
  body.set("mode", new FormData(field.form).get("mode") ?? "");
  say(field.form, "draft_keeping");
  try {
    say(field.form, (await post(field.dataset.draft, body, { keepalive: field.value.length <= LONGEST_PARTING })).ok ? "draft_kept" : "draft_failed");
  } catch {
    say(field.form, "draft_failed");
  }
}

const keyOf = (form) => `draft:${form.dataset.draftLocal}`;

function keepHere(form) {
  const kept = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  sessionStorage.setItem(keyOf(form), JSON.stringify(kept));
  say(form, "draft_kept");
}

// Only empty fields are filled: what the server sent back knows better.
function restore(form) {
  for (const [name, value] of JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "[]")) {
    const field = form.elements[name];
    if (field instanceof RadioNodeList) {
      if (![...field].some((one) => one.checked)) [...field].filter((one) => one.value === value).forEach((one) => (one.checked = true));
    } else if (field?.type === "checkbox") field.checked ||= field.value === value;
    else if (field && field.type !== "hidden" && !field.value) field.value = value;
  }
}

function say(form, key) {
  const status = form?.querySelector("[data-draft-status]");
  if (status) status.textContent = word(key);
}

document.querySelectorAll("[data-draft-done]").forEach((done) => sessionStorage.removeItem(`draft:${done.dataset.draftDone}`));
document.querySelectorAll("form[data-draft-local]").forEach(restore);
