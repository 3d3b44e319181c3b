// Where a PIN is typed, on large keys or the keyboard.

import { open } from "./panel.js";
import { duration, text } from "./words.js";

const form = document.querySelector("#secret-form");
const secret = document.querySelector("#secret");
const note = document.querySelector("#secret-note");
const said = document.querySelector("#secret-said");
const pad = document.querySelector("#pad");
const enter = form.querySelector("[type=submit]");
const otherName = document.querySelector("#other-name");
let asked = null;
let waitEnd = 0;

/** Asks for one. `it.enter(secret)` resolves to the station's answer if that is a refusal;
 *  `it.title`, `it.person`, whose it is, `it.note`, and `it.said`, why it is asked again;
 *  `it.shut` if somebody leaves it there, `it.other`, where there is one, to be somebody else. */
export function askSecret(it) {
  asked = it;
  open("secret", it.title, it.shut);
  const { pin } = it.person;
  document.querySelector("#secret-kind").textContent = text(pin ? "secret_pin" : "secret_password");
  secret.inputMode = pin ? "none" : "text"; // the keys below are larger than a phone's own
  pad.hidden = !pin;
  note.textContent = it.note ?? "";
  note.hidden = !it.note;
  otherName.hidden = !it.other;
  waitEnd = 0;
  count();
  say(it.said ?? "");
  secret.focus();
}

async function press(event) {
  event.preventDefault();
  if (!secret.value || form.ariaBusy === "true" || waitEnd) return;
  const typed = secret.value;
  const before = asked;
  form.ariaBusy = "true";
  const refused = await asked.enter(typed);
  form.ariaBusy = null;
  if (asked !== before) return; // it asks for something else by now
  say("");
  if (!refused) return;
  const { status, body } = refused;
  if (body?.wait_s) waitEnd = performance.now() + body.wait_s * 1000;
  say(text(status ? body.code : "not_reached"));
  count();
  secret.focus();
}

function say(words) {
  said.textContent = words;
  secret.value = "";
}

/** Shows how long she must wait after too many wrong tries. */
function count() {
  const left_ms = waitEnd - performance.now();
  enter.disabled = left_ms > 0;
  secret.readOnly = left_ms > 0;
  if (!waitEnd) return;
  if (left_ms > 0) {
    const words = text("wait_first", { wait: duration(Math.ceil(left_ms / 1000)) });
    if (said.textContent !== words) said.textContent = words;
  } else {
    waitEnd = 0;
    said.textContent = "";
  }
}

function key(name) {
  if (name === undefined || secret.readOnly) return;
  secret.value = name === "erase" ? secret.value.slice(0, -1) : secret.value + name;
}

/** The keyboard types also while a key of the pad has the focus. */
function type(event) {
  if (event.target === secret || event.ctrlKey || event.altKey || event.metaKey) return;
  if (/^\d$/.test(event.key)) key(event.key);
  else if (event.key === "Backspace") key("erase");
}

form.addEventListener("submit", press);
form.addEventListener("keydown", type);
pad.addEventListener("click", (event) => key(event.target.closest("button")?.value));
// Not while the station looks at a PIN: she may be in already.
otherName.addEventListener("click", () => form.ariaBusy !== "true" && asked.other());
setInterval(count, 250);
