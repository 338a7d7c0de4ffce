// <iframe data-letter>: as high as the letter in it, when it is opened.
document.addEventListener("toggle", (event) => {
  const frame = event.target.querySelector?.(":scope > iframe[data-letter]");
  if (!frame || !event.target.open || frame.src) return;
  frame.addEventListener("load", () => fit(frame));
  frame.src = frame.dataset.letter;
}, true);

function fit(frame) {
  const height = frame.contentDocument?.body.scrollHeight;
  if (height) frame.height = Math.min(height + 28, 4000); // with the margins of letter.css
}
