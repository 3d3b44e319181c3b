// What this screen remembers of whoever uses it: language and theme.

import { speak } from "./words.js";

/** Wires the choices of the header; calls changed() after each. */
export function offerChoices(changed) {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => choose("language", button.dataset.language, changed));
  }
  document.querySelector("#theme").addEventListener("click", () => {
    const other = document.documentElement.dataset.theme === "light" ? "dark" : "light";
    choose("theme", other, changed);
  });
  apply();
}

function choose(name, value, changed) {
  localStorage.setItem(name, value);
  apply();
  changed();
}

function apply() {
  window.applyTheme(); // theme.js
  const language = localStorage.getItem("language") ?? "fr";
  speak(language);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.ariaPressed = String(button.dataset.language === language);
  }
}
