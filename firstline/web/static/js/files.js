// <file-drop data-url data-name>: takes files by drag, paste and picker, uploads each at once, and keeps the ids
// the server gave as hidden inputs, so that a form sent back with errors has lost nothing.
import { post, token } from "./csrf.js";
import { word } from "./words.js";

class FileDrop extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.picker = this.querySelector("input[type=file]");
    this.list = this.querySelector(".uploads");
    this.status = this.querySelector("[role=status]");
    this.picker.removeAttribute("name");
    this.picker.addEventListener("change", () => { this.take(this.picker.files); this.picker.value = ""; });
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
    for (const file of files) this.upload(file);
  }

  upload(file) {
    const item = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const name = file.name || "screenshot.png";
    item.querySelector(".name").textContent = name;
    item.querySelector(".name").title = name;
    item.querySelector("[data-remove] .unseen").textContent = word("remove", { name });
    item.querySelector("progress").setAttribute("aria-label", word("uploading", { name }));
    this.list.append(item);
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
