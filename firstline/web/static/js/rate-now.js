// A verdict clicked in a letter is sent when its page is shown; opening the address alone writes nothing.
const form = document.querySelector("form[data-send-now]");
if (form && !document.hidden) form.requestSubmit();
else document.addEventListener("visibilitychange", () => document.hidden || form?.requestSubmit(), { once: true });
