// <file-drop data-url data-name>: takes files by drag, paste and picker, uploads each at once, and keeps the ids
// the server gave as hidden inputs, so that a form sent back with errors has lost nothing. Without data-url they stay
// in the picker and go with the form.
import { post, token } from "./csrf.js";
import { word } from "./words.js";

const MB = 1024 ** 2;

class FileDrop extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.picker = this.querySelector("input[type=file]");
    this.list = this.querySelector(".uploads");
    this.status = this.querySelector("[role=status]");
    this.held = [];
    if (this.dataset.url) this.picker.removeAttribute("name");
    this.picker.addEventListener("change", () => { const chosen = [...this.picker.files]; this.picker.value = ""; this.take(chosen); });
    this.list.addEventListener("click", (event) => event.target.closest("[data-remove]") && this.takeBack(event.target.closest(".upload")));
    const field = this.closest("form") ?? this;
    field.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.classList.add("over");
    });
    field.addEventListener("dragleave", (event) => field.contains(event.relatedTarget) || this.classList.remove("over"));
    field.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.classList.remove("over");
      this.take(event.dataTransfer.files);
    });
    field.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.take(event.clipboardData.files);
    });
  }

  take(files) {
    for (const file of files) this.refused(file) || (this.dataset.url ? this.upload(file) : this.hold(file));
  }

  // The server refuses it too, but a browser that is still sending may not show what it is told.
  refused(file) {
    const name = file.name || "screenshot.png";
    const [each, together] = [Number(this.dataset.most), Number(this.dataset.mostTogether)];
    const all = file.size + this.held.reduce((sum, one) => sum + one.file.size, 0);
    if (file.size > each * MB) this.failed(this.item(name), name, { error: word("too_large", { name, n: each }) });
    else if (!this.dataset.url && all > together * MB) this.failed(this.item(name), name, { error: word("too_large_together", { name, n: together }) });
    else return false;
    return true;
  }

  item(name) {
    const item = this.querySelector("template").content.firstElementChild.cloneNode(true);
    item.querySelector(".name").textContent = name;
    item.querySelector(".name").title = name;
    item.querySelector("[data-remove] .unseen").textContent = word("remove", { name });
    item.querySelector("progress").setAttribute("aria-label", word("uploading", { name }));
    this.list.append(item);
    return item;
  }

  hold(file) {
    const item = this.item(file.name || "screenshot.png");
    item.querySelector("progress").remove();
    item.querySelector(".size").textContent = size(file.size);
    this.held.push({ file, item });
    this.pick();
    this.status.textContent = file.name;
  }

  pick() {
    const all = new DataTransfer();
    for (const { file } of this.held) all.items.add(file);
    this.picker.files = all.files;
  }

  upload(file) {
    const name = file.name || "screenshot.png";
    const item = this.item(name);
    this.status.textContent = word("uploading", { name });
    const body = new FormData();
    body.set("file", file, name);
    const request = new XMLHttpRequest();
    request.open("POST", this.dataset.url);
    request.setRequestHeader("X-CSRFToken", token());
    request.responseType = "json";
    request.upload.onprogress = (event) => (item.querySelector("progress").value = (100 * event.loaded) / event.total);
    request.onload = () => (request.status < 300 && request.response?.id ? this.done(item, request.response) : this.failed(item, name, request.response));
    request.onerror = () => this.failed(item, name);
    item.querySelector("[data-remove]").addEventListener("click", () => request.abort());
    request.send(body);
  }

  done(item, answer) {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = this.dataset.name;
    hidden.value = answer.id;
    item.prepend(hidden);
    item.dataset.file = answer.url;
    item.querySelector(".size").textContent = size(answer.size);
    const progress = item.querySelector("progress");
    if (answer.picture) {
      const picture = document.createElement("img");
      picture.src = answer.url;
      picture.alt = "";
      progress.replaceWith(picture);
    } else progress.remove();
    this.status.textContent = answer.name ?? "";
    this.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: answer }));
  }

  // What was never sent is taken back at once; the server also forgets it by itself.
  takeBack(item) {
    if (item.dataset.file) post(`${item.dataset.file}remove/`).catch(() => {});
    item.remove();
    if (!this.dataset.url) {
      this.held = this.held.filter((one) => one.item !== item);
      this.pick();
    }
    this.picker.focus();
  }

  failed(item, name, answer) {
    const text = answer?.error ?? word("upload_failed", { name });
    item.classList.add("failed");
    item.querySelector("progress")?.remove();
    item.querySelector(".name").textContent = text;
    this.status.textContent = text;
  }
}

function size(bytes) {
  const format = (value, unit) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
  return bytes < 1024 ** 2 ? format(Math.max(1, Math.round(bytes / 1024)), "kilobyte") : format(bytes / 1024 ** 2, "megabyte");
}

customElements.define("file-drop", FileDrop);
