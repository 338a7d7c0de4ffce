// A picture that could not be drawn at once (503, as many as may be are being drawn) is asked for again, here and in letters.
const TRIES = 6;

document.addEventListener("error", (event) => again(event.target), true);
document.addEventListener("load", (event) => {
  if (!event.target.matches?.("iframe[data-letter]")) return;
  const letter = event.target.contentDocument;
  for (const image of letter?.images ?? []) if (image.complete && !image.naturalWidth) again(image);
  letter?.addEventListener("error", (failed) => again(failed.target), true);
}, true);
// What failed before this script was here.
for (const image of document.images) if (image.complete && image.getAttribute("src") && !image.naturalWidth) again(image);

async function again(image) {
  if (image?.tagName !== "IMG" || image.dataset.asked || new URL(image.src).origin !== location.origin) return;
  image.dataset.asked = "again";
  for (let tries = 1; tries <= TRIES; tries++) {
    const answer = await fetch(image.src).catch(() => null);
    if (answer?.ok) return void (image.src = URL.createObjectURL(await answer.blob()));
    if (answer?.status !== 503) break;
    await new Promise((done) => setTimeout(done, 500 * tries * (1 + Math.random())));
  }
  image.dataset.asked = "over";
}
