// Says every 15 seconds that this ticket is open here, at once when typing begins or ends, and when it is left.
import { token } from "./csrf.js";

const EVERY = 15_000;
const STILL = 6_000;
const page = document.querySelector("[data-present]");
let typing = false, rest;

function say(gone = false) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token());
  if (typing) body.set("typing", "1");
  if (gone) body.set("gone", "1");
  if (gone) return navigator.sendBeacon(page.dataset.present, body);
  fetch(page.dataset.present, { method: "POST", body, headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" } })
    .then((answer) => answer.ok ? answer.text() : "").then(show).catch(() => {});
}

// The answer says who else is there: nothing more to ask for.
function show(html) {
  const faces = document.getElementById("faces");
  if (!html || !faces) return;
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("faces");
  if (fresh && fresh.innerHTML !== faces.innerHTML) faces.replaceChildren(...fresh.childNodes);
}

function types(now) {
  clearTimeout(rest);
  if (now) rest = setTimeout(() => types(false), STILL);
  if (now === typing) return;
  typing = now;
  say();
}

if (page) {
  say();
  setInterval(() => document.hidden || say(), EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || say());
  document.getElementById("composer")?.addEventListener("input", (event) => event.target.matches("textarea") && types(true));
  addEventListener("pagehide", () => say(true));
}
