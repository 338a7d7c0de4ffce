// <input data-filter=ID>: of the elements with data-text inside that one only those are shown that hold all the words typed.
document.addEventListener("input", (event) => {
  const list = event.target.dataset?.filter && document.getElementById(event.target.dataset.filter);
  if (!list) return;
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of list.querySelectorAll("[data-text]")) item.hidden = !words.every((word) => item.dataset.text.toLowerCase().includes(word));
});

// Enter chooses the only one left, or the first.
document.addEventListener("keydown", (event) => {
  const list = event.key === "Enter" && !event.isComposing && event.target.dataset?.filter && document.getElementById(event.target.dataset.filter);
  if (!list) return;
  event.preventDefault();
  const found = list.querySelector("[data-text]:not([hidden])");
  const radio = found?.querySelector("input[type=radio]");
  if (radio) { radio.checked = true; radio.form.requestSubmit(); }
  else found?.querySelector("a, button")?.click();
});
