// The words that scripts say, in the page's language: word("minutes", {m: 3}) → "3 min".
const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

export function word(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
