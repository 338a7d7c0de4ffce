// Runs before the page is drawn, so that what needs a script never flickers.
document.documentElement.classList.add("has-js");
