// What this screen remembers of whoever uses it: language, theme, name, sound. Nothing else.

import { speak } from "./words.js";

const who = document.querySelector("#who");

/** Wires the choices of the header; calls changed() after each. */
export function offerChoices(changed) {
  who.value = localStorage.getItem("who") ?? "";
  who.addEventListener("input", () => localStorage.setItem("who", who.value.trim()));
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => choose("language", button.dataset.language, changed));
  }
  document.querySelector("#theme").addEventListener("click", () => {
    const other = document.documentElement.dataset.theme === "light" ? "dark" : "light";
    choose("theme", other, changed);
  });
  apply();
}

/** Whoever uses this screen; empty until she has said so once, and then she is asked. */
export function whoGoes() {
  const name = who.value.trim();
  if (!name) who.focus();
  return name;
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
