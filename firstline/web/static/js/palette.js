// <command-palette data-url>: Ctrl/⌘-K asks the server what fits the words typed and this page, arrows choose, Enter does it.
import { postAndGo } from "./csrf.js";
import { open } from "./dialog.js";
import { press } from "./keys.js";

const PAUSE = 120;

class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.nothing = this.querySelector(".nothing");
    document.addEventListener("keydown", this.onKey);
    this.input.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.ask(), PAUSE); });
    this.input.addEventListener("keydown", (event) => this.walk(event));
    this.list.addEventListener("click", (event) => this.run(event.target.closest("[role=option]")));
    this.list.addEventListener("mousemove", (event) => this.choose(event.target.closest("[role=option]")));
    // However it was opened, it opens on an empty question.
    new MutationObserver(() => this.dialog.open && this.begin()).observe(this.dialog, { attributeFilter: ["open"] });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
  }

  onKey = (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (this.dialog.open) this.dialog.close();
    else open(this.dialog.id);
  };

  begin() {
    this.input.value = "";
    this.input.focus();
    this.ask();
  }

  async ask() {
    this.asking?.abort();
    this.asking = new AbortController();
    const query = new URLSearchParams({ q: this.input.value, here: location.pathname });
    try {
      const answer = await fetch(`${this.dataset.url}?${query}`, { signal: this.asking.signal, headers: { "X-Requested-With": "fetch" } });
      this.list.innerHTML = answer.ok ? await answer.text() : "";
    } catch (error) {
      if (error.name === "AbortError") return;
      this.list.innerHTML = "";
    }
    this.options().forEach((option, number) => (option.id = `palette-option-${number}`));
    this.nothing.hidden = this.options().length > 0;
    this.choose(this.options()[0]);
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  choose(option) {
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    for (const other of this.options()) other.setAttribute("aria-selected", String(other === option));
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  walk(event) {
    const all = this.options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); return this.run(all[at], event); }
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || !all.length) return;
    event.preventDefault();
    this.choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
  }

  run(option, event) {
    if (!option) return;
    this.dialog.close();
    const { href, post, press: key, opens, does } = option.dataset;
    if (href && (event?.ctrlKey || event?.metaKey)) window.open(href, "_blank", "noopener");
    else if (href) location.assign(href);
    else if (post) postAndGo(post);
    else if (opens) open(opens);
    else if (does) document.querySelector(`[data-verb="${CSS.escape(does)}"]`)?.click();
    else if (key) press(key);
  }
}

customElements.define("command-palette", CommandPalette);
