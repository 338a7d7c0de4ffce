// <ticket-list data-url>: fetches its rows again when something happened and puts them in order, without losing what is chosen,
// where the cursor is, or how far one has scrolled. Shift-click and Shift-X choose a range; the bulk bar says how many.
import { open } from "./dialog.js";
import { word } from "./words.js";

const REST = 1500;
const MOST_ROWS = 200;

class TicketList extends HTMLElement {
  connectedCallback() {
    this.addEventListener("live", () => this.refreshSoon());
    this.addEventListener("change", (event) => event.target.name === "ticket" && this.count());
    this.addEventListener("click", (event) => this.click(event));
    this.addEventListener("htmx:afterSettle", () => { this.once(); this.count(); });
    document.addEventListener("keydown", this.onKey, true);
    document.body.addEventListener("bulk-done", this.onDone);
    document.body.addEventListener("htmx:afterSwap", this.onSwap);
    this.count();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey, true);
    document.body.removeEventListener("bulk-done", this.onDone);
    document.body.removeEventListener("htmx:afterSwap", this.onSwap);
  }

  get body() { return this.querySelector("[data-rows] tbody"); }
  get boxes() { return [...this.querySelectorAll("input[name=ticket]")]; }

  // Rows

  refreshSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), Math.max(0, (this.last ?? 0) + REST - Date.now()));
  }

  async refresh() {
    this.last = Date.now();
    const shown = this.body.rows.length;
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("rows", Math.min(shown, MOST_ROWS));
    const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const came = new DOMParser().parseFromString(await answer.text(), "text/html");
    const rows = [...came.querySelectorAll("[data-rows] tbody tr")];
    this.put(rows, shown > rows.length && !came.getElementById("more").hidden);
    for (const id of ["more", "nothing", "queue-numbers"]) {
      if (id === "more" && shown > MOST_ROWS) continue;
      const part = document.importNode(came.getElementById(id), true);
      document.getElementById(id)?.replaceWith(part);
      window.htmx?.process(part);
    }
    this.count();
  }

  // `goesOn`: rows that are shown behind those that came stay where they are.
  put(rows, goesOn) {
    const here = document.activeElement?.closest?.("[data-row]")?.dataset.row;
    const at = [...this.body.rows].findIndex((row) => row.hasAttribute("data-cursor"));
    const old = new Map([...this.body.rows].map((row) => [row.dataset.row, row]));
    const fresh = rows.map((row) => document.importNode(row, true));
    const tail = goesOn ? [...this.body.rows].slice(rows.length).filter((row) => !fresh.some((one) => one.id === row.id)) : [];
    for (const row of fresh) {
      const was = old.get(row.dataset.row);
      if (!was) { row.classList.add("fresh"); continue; }
      if (was.hasAttribute("data-cursor")) row.setAttribute("data-cursor", "");
      const box = row.querySelector("input[name=ticket]");
      if (box) box.checked = was.querySelector("input[name=ticket]")?.checked ?? false;
    }
    const top = this.anchor();
    this.body.replaceChildren(...fresh, ...tail);
    if (top) this.keep(top);
    // Where the row under the cursor has gone, the cursor stays in its place.
    const next = at >= 0 && !this.body.querySelector("[data-cursor]") ? this.body.rows[Math.min(at, this.body.rows.length - 1)] : null;
    next?.setAttribute("data-cursor", "");
    if (here) document.querySelector(`[data-row="${here}"] a[href]`)?.focus({ preventScroll: true });
  }

  // The first row in sight stays where it is, whatever came above it; at the very top, news is shown.
  anchor() {
    if (scrollY < 40) return null;
    const row = [...this.body.rows].find((one) => one.getBoundingClientRect().top >= 60);
    return row && { id: row.id, top: row.getBoundingClientRect().top };
  }

  keep({ id, top }) {
    const row = document.getElementById(id);
    if (row) scrollBy(0, row.getBoundingClientRect().top - top);
  }

  // A row that moved while one read on can come a second time: the newer one stays.
  once() {
    const seen = new Set();
    for (const row of [...this.body.rows].reverse()) seen.has(row.id) ? row.remove() : seen.add(row.id);
  }

  // Choosing

  onKey = (event) => {
    if (event.key !== "X" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], [popover]:popover-open")) return;
    if (event.target.matches?.("input:not([type=checkbox]), textarea, select")) return;
    const box = this.querySelector("[data-cursor] input[name=ticket]");
    if (box) { event.preventDefault(); this.through(box); }
  };

  click(event) {
    if (event.target.closest("[data-choose-none]")) return this.none();
    if (event.target.name !== "ticket") return;
    if (event.shiftKey && event.target.checked) this.through(event.target);
    else this.from = event.target;
  }

  // From the one chosen last to this one.
  through(box) {
    const boxes = this.boxes;
    const ends = [boxes.indexOf(box), Math.max(0, boxes.findIndex((one) => one.value === this.from?.value))].sort((a, b) => a - b);
    boxes.slice(ends[0], ends[1] + 1).forEach((one) => (one.checked = true));
    this.from = box;
    this.count();
  }

  none() {
    this.boxes.forEach((box) => (box.checked = false));
    this.count();
  }

  count() {
    const label = this.querySelector("[data-chosen-count]");
    if (label) label.textContent = word("chosen", { n: this.boxes.filter((box) => box.checked).length });
  }

  // Bulk verbs

  onSwap = (event) => {
    const { target } = event.detail;
    if (target.id !== "bulk-part") return;
    if (target.querySelector("[data-all-done]")) document.getElementById("bulk-dialog").close();
    else open("bulk-dialog");
  };

  onDone = () => {
    this.none();
    this.refresh();
  };
}

customElements.define("ticket-list", TicketList);
