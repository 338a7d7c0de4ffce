// One stream of ids. When it says event "ticket" with data 7 (or {"id": 7}), each element whose data-live holds "ticket:7" or "queue"
// gets the event "live", soon and once; hx-trigger="live" then fetches the element's own fragment, with its own permissions.
// Any other event name works alike: "looking" with 7 reaches data-live="looking:7". "everything" (and a stream that was lost
// and found) reaches all. An element inside another that is told too is left alone: it comes with its parent.
const DEBOUNCE = 300;
const HIDDEN_FOR = 60_000;
const EVENTS = ["ticket", "looking"];
const SPREAD = 1500; // after a restart all browsers ask for everything: not in the same instant

const note = document.querySelector("[data-offline-note]");
const url = document.querySelector("[data-live-stream]")?.dataset.liveStream;
const due = new Set();
let stream, missed = false, debounce, hiding, offline;

function connect() {
  stream?.close();
  stream = new EventSource(url);
  stream.onopen = () => { sayOffline(false); if (missed) everything(); missed = false; };
  stream.onerror = () => {
    missed = true;
    sayOffline(true);
    // The browser tries again by itself, except after an answer that was not a stream.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => document.hidden || connect(), 5000 + Math.random() * 5000);
  };
  for (const name of EVENTS) stream.addEventListener(name, (event) => hear(name, event.data));
  stream.addEventListener("everything", everything);
}

// A restart of the server takes a second or two: not worth a word.
function sayOffline(lost) {
  clearTimeout(offline);
  if (!lost) note?.setAttribute("hidden", "");
  else offline = setTimeout(() => note?.removeAttribute("hidden"), 4000);
}

function hear(name, data) {
  let id = data;
  try { const parsed = JSON.parse(data); id = parsed?.id ?? parsed; } catch { /* a bare id */ }
  due.add(`${name}:${id}`);
  if (name === "ticket") due.add("queue");
  flushSoon();
}

function everything() {
  for (const element of document.querySelectorAll("[data-live]")) element.dataset.live.split(" ").forEach((key) => due.add(key));
  flushSoon(Math.random() * SPREAD);
}

function flushSoon(wait = 0) {
  clearTimeout(debounce);
  if (!document.hidden) debounce = setTimeout(flush, DEBOUNCE + wait);
}

function flush() {
  const keys = new Set(due);
  due.clear();
  const told = [...document.querySelectorAll("[data-live]")].filter((element) => element.dataset.live.split(" ").some((key) => keys.has(key)));
  const outer = told.filter((element) => !told.some((other) => other !== element && other.contains(element)));
  for (const element of outer) element.dispatchEvent(new CustomEvent("live"));
}

if (url) {
  connect();
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(() => { stream.close(); missed = true; }, HIDDEN_FOR);
    } else {
      if (stream.readyState === EventSource.CLOSED) connect();
      flushSoon();
    }
  });
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { missed = true; connect(); } });
}
