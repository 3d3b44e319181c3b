// Runs before the first paint, so that a dark room is never lit by a white flash.
const systemIsLight = matchMedia("(prefers-color-scheme: light)");

function applyTheme() {
  const chosen = localStorage.getItem("theme");
  document.documentElement.dataset.theme = chosen ?? (systemIsLight.matches ? "light" : "dark");
}

systemIsLight.addEventListener("change", applyTheme);
applyTheme();
