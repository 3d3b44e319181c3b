// Signing in: a name, then the PIN on large keys or the keyboard.

import { ask } from "./ask.js";
import { close, open } from "./panel.js";
import { duration, text, word } from "./words.js";

const MANY = 12;
const RECENT = 6;

const names = document.querySelector("#names");
const nobody = document.querySelector("#nobody-yet");
const lookFor = document.querySelector("#look-for");
const form = document.querySelector("#secret-form");
const secret = document.querySelector("#secret");
const said = document.querySelector("#secret-said");
const pad = document.querySelector("#pad");
const enter = form.querySelector("[type=submit]");

export class SignIn {
  #me;
  #person = null;
  #then = null;
  #waitEnd = 0;

  constructor(me) {
    this.#me = me;
    lookFor.addEventListener("input", () => filter());
    form.addEventListener("submit", (event) => this.#enter(event));
    form.addEventListener("keydown", (event) => this.#type(event));
    pad.addEventListener("click", (event) => press(event.target.closest("button")?.value));
    document.querySelector("#other-name").addEventListener("click", () => this.ask(this.#then));
    setInterval(() => this.#count(), 250);
  }

  /** Asks who it is; `then` is done once she has signed in, and never if she does not. */
  async ask(then = null) {
    this.#then = then;
    open("names", text("who_are_you"), () => (this.#then = null));
    const { ok, body } = await ask("GET", "/api/people");
    const people = ok ? recentFirst(body.people) : [];
    names.replaceChildren(...people.map((person) => this.#offer(person)));
    nobody.textContent = text(ok ? "nobody_yet" : "not_reached");
    nobody.hidden = people.length > 0;
    lookFor.hidden = people.length <= MANY;
    lookFor.value = "";
    names.querySelector("button")?.focus();
  }

  #offer(person) {
    const item = document.createElement("li");
    const chosen = document.createElement("button");
    const role = document.createElement("small");
    chosen.type = "button";
    chosen.textContent = person.name;
    role.textContent = word("role", person.role);
    chosen.append(role);
    chosen.addEventListener("click", () => this.#choose(person));
    item.append(chosen);
    return item;
  }

  #choose(person) {
    this.#person = person;
    open("secret", text("secret_of", person), () => (this.#then = null));
    document.querySelector("#secret-kind").textContent = text(
      person.pin ? "secret_pin" : "secret_password",
    );
    secret.inputMode = person.pin ? "none" : "text"; // the keys below are larger than a phone's own
    pad.hidden = !person.pin;
    this.#waitEnd = 0;
    this.#count();
    this.#say("");
    secret.focus();
  }

  async #enter(event) {
    event.preventDefault();
    if (!secret.value || form.ariaBusy === "true" || this.#waitEnd) return;
    form.ariaBusy = "true";
    const person = this.#person;
    const { ok, status, body } = await this.#me.signIn(person.id, secret.value);
    form.ariaBusy = null;
    if (ok) return this.#isIn(person);
    if (body?.wait_s) this.#waitEnd = performance.now() + body.wait_s * 1000;
    this.#say(text(status ? body.code : "not_reached"));
    this.#count();
    secret.focus();
  }

  #isIn(person) {
    const then = this.#then;
    this.#then = null;
    secret.value = "";
    remember(person);
    close();
    then?.();
  }

  #say(words) {
    said.textContent = words;
    secret.value = "";
  }

  /** Shows how long she must wait after too many wrong tries. */
  #count() {
    const left_ms = this.#waitEnd - performance.now();
    enter.disabled = left_ms > 0;
    secret.readOnly = left_ms > 0;
    if (!this.#waitEnd) return;
    if (left_ms > 0) {
      const words = text("wait_first", { wait: duration(Math.ceil(left_ms / 1000)) });
      if (said.textContent !== words) said.textContent = words;
    } else {
      this.#waitEnd = 0;
      said.textContent = "";
    }
  }

  /** The keyboard types also while a key of the pad has the focus. */
  #type(event) {
    if (event.target === secret || event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^\d$/.test(event.key)) press(event.key);
    else if (event.key === "Backspace") press("erase");
  }
}

function press(key) {
  if (key === undefined || secret.readOnly) return;
  secret.value = key === "erase" ? secret.value.slice(0, -1) : secret.value + key;
}

function filter() {
  const wanted = lookFor.value.trim().toLocaleLowerCase();
  for (const item of names.children) {
    item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
  }
}

/** Whoever signed in here lately stands first: at night it is one of two. */
function recentFirst(people) {
  const recent = recents();
  const place = (person) => (recent.includes(person.id) ? recent.indexOf(person.id) : RECENT);
  return [...people].sort((a, b) => place(a) - place(b));
}

function remember(person) {
  const others = recents().filter((id) => id !== person.id);
  localStorage.setItem("recent", [person.id, ...others].slice(0, RECENT).join(" "));
}

function recents() {
  return (localStorage.getItem("recent") ?? "").split(" ").filter(Boolean);
}
