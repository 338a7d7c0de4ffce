// Keeps clocks (<time data-due>) and ages (<time data-ago>) true while the page is open, in the server's time.
import { word } from "./words.js";

const MINUTE = 60_000;
const shift = Date.parse(document.documentElement.dataset.now ?? "") - Date.now() || 0;

export const now = () => Date.now() + shift;

export function span(length) {
  const minutes = Math.floor(Math.abs(length) / MINUTE);
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const sign = length < 0 ? "−" : "";
  if (d) return sign + (h ? word("days_hours", { d, h }) : word("days", { d }));
  if (h) return sign + (m ? word("hours_minutes", { h, m: String(m).padStart(2, "0") }) : word("hours", { h }));
  return sign + word("minutes", { m });
}

function since(length) {
  const n = Math.floor(length / MINUTE);
  if (n < 1) return word("just_now");
  if (n < 60) return word("minutes_ago", { n });
  if (n < 1440) return word("hours_ago", { n: Math.floor(n / 60) });
  return word("days_ago", { n: Math.floor(n / 1440) });
}

function tick() {
  for (const time of document.querySelectorAll("time[data-due]")) {
    const left = Date.parse(time.dateTime) - now();
    time.textContent = span(left);
    const status = left < 0 ? "late" : Date.parse(time.dataset.soon ?? "") <= now() ? "soon" : "running";
    const clock = time.closest(".clock");
    clock?.classList.remove("running", "soon", "late");
    clock?.classList.add(status);
  }
  for (const time of document.querySelectorAll("time[data-ago]")) time.textContent = since(now() - Date.parse(time.dateTime));
}

setInterval(tick, 30_000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
document.addEventListener("htmx:afterSettle", tick);
