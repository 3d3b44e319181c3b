// Signing in: a name, then the PIN; and her own, where she was given one.

import { ask } from "./ask.js";
import { close, open } from "./panel.js";
import { askSecret } from "./secret_form.js";
import { text, word } from "./words.js";

const MANY = 12;
const RECENT = 6;

const names = document.querySelector("#names");
const nobody = document.querySelector("#nobody-yet");
const lookFor = document.querySelector("#look-for");

export class SignIn {
  #me;
  #choose;
  #then = null;

  constructor(me, choose) {
    this.#me = me;
    this.#choose = choose;
    lookFor.addEventListener("input", () => filter());
  }

  /** Asks who it is; `then` is done once she has signed in, and never if she does not. */
  ask(then = null) {
    this.#then = then;
    return this.#me.mustChoose ? this.#goOn("") : this.#askName();
  }

  async #askName() {
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
    chosen.addEventListener("click", () => this.#askSecret(person));
    item.append(chosen);
    return item;
  }

  #askSecret(person) {
    askSecret({
      title: text("secret_of", person),
      person,
      shut: () => (this.#then = null),
      enter: (secret) => this.#enter(person, secret),
      other: () => this.#askName(),
    });
  }

  async #enter(person, secret) {
    const answer = await this.#me.signIn(person.id, secret);
    if (!answer.ok) return answer;
    remember(person);
    this.#goOn(secret);
  }

  /** She is in; with a PIN that was made for her she chooses her own first. */
  #goOn(present) {
    const then = this.#then;
    this.#then = null;
    if (this.#me.mustChoose) {
      return this.#choose.ask({ present, then, other: () => this.#beOther(then) });
    }
    close();
    then?.();
  }

  async #beOther(then) {
    await this.#me.signOut();
    this.ask(then);
  }
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
