// Runs before the first paint, so that a dark room is never lit by a white flash.
const systemIsLight = matchMedia("(prefers-color-scheme: light)");

function applyTheme() {
  const chosen = localStorage.getItem("theme");
  document.documentElement.dataset.theme = chosen ?? (systemIsLight.matches ? "light" : "dark");
}

systemIsLight.addEventListener("change", applyTheme);
applyTheme();

// A page that did not open, since a file did not come, tries again by itself; see #unopened.
setTimeout(() => document.querySelector("#unopened") && location.reload(), 20_000);
