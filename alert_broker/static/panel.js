// The panel at the side, from below on a phone: it never covers the most urgent alert.

import { text } from "./words.js";

const panel = document.querySelector("#panel");
const title = document.querySelector("#panel-title");
let opener = null;
let shutting = () => {};

/** Shows one step of the panel, and only that; `shut` is called if somebody leaves it there. */
export function open(step, heading, shut = () => {}) {
  if (panel.hidden) opener = document.activeElement;
  shutting = shut;
  panel.hidden = false;
  for (const part of panel.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== step;
  title.textContent = heading;
  panel.scrollTop = 0;
  return panel.querySelector(`[data-step="${step}"]`);
}

export function close() {
  if (panel.hidden) return;
  panel.hidden = true;
  if (opener?.isConnected) opener.focus();
}

export function isOpen(step) {
  return !panel.hidden && !panel.querySelector(`[data-step="${step}"]`).hidden;
}

/** A button with a text of the catalogues. */
export function button(name, press, label = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text(name);
  if (label) made.ariaLabel = label;
  made.addEventListener("click", press);
  return made;
}

function leave() {
  shutting();
  close();
}

document.querySelector("#panel-shut").addEventListener("click", leave);
// Anywhere: what the panel will hold the focus with may still be on its way.
document.addEventListener("keydown", (event) => event.key === "Escape" && !panel.hidden && leave());
