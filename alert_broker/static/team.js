// What a head nurse sets up at the screen: who there is, their PINs, and who lives where.

import { ask } from "./ask.js";
import { button, close, open } from "./panel.js";
import { text, word } from "./words.js";

const SURE_MS = 4000;
const NAMES = new Intl.Collator("fr", { numeric: true });

const list = document.querySelector("#team");
const form = document.querySelector("#add-form");
const name = document.querySelector("#add-name");
const role = document.querySelector("#add-role");
const dwellings = document.querySelector("#dwellings");

export class Team {
  #me;
  #notify;

  constructor(me, notify) {
    this.#me = me;
    this.#notify = notify;
    form.addEventListener("submit", (event) => this.#add(event));
  }

  /** Shows everybody, and who may be added. */
  async show() {
    open("team", text("team"));
    role.replaceChildren(...this.#me.manages.map((it) => new Option(word("role", it), it)));
    const { ok, body } = await ask("GET", "/api/people");
    if (ok) this.#list(body.people);
    name.focus();
  }

  /** Shows who lives in each room. */
  showResidents(rooms) {
    open("residents", text("residents"));
    const sorted = [...rooms].sort((a, b) => NAMES.compare(a.site + a.room, b.site + b.room));
    const several = new Set(sorted.map((room) => room.site)).size > 1;
    dwellings.replaceChildren(...sorted.map((room) => this.#dwelling(room, several)));
    dwellings.querySelector("input")?.focus();
  }

  #list(people) {
    list.replaceChildren(...people.map((person) => this.#row(person)));
  }

  #row(person) {
    const row = document.createElement("li");
    const who = document.createElement("span");
    const what = document.createElement("small");
    who.textContent = person.name;
    what.textContent = word("role", person.role);
    who.append(what);
    row.append(who);
    if (this.#me.manages.includes(person.role) && person.id !== this.#me.person.id) {
      const reset = button("new_secret", () => this.#reset(person), text("new_secret_of", person));
      const remove = button("remove", () => this.#remove(person, remove), text("remove_person", person));
      row.append(reset, remove);
    }
    return row;
  }

  async #add(event) {
    event.preventDefault();
    const newcomer = { name: name.value.trim(), role: role.value };
    if (!newcomer.name) return name.focus();
    const answer = await ask("POST", "/api/people", newcomer);
    if (answer.ok) name.value = "";
    this.#give(answer);
  }

  async #reset(person) {
    this.#give(await ask("POST", `/api/people/${person.id}/reset`, {}));
  }

  /** A second press within four seconds removes her. */
  async #remove(person, pressed) {
    if (!pressed.dataset.sure) {
      pressed.dataset.sure = "yes";
      pressed.textContent = text("remove_sure");
      setTimeout(() => {
        delete pressed.dataset.sure;
        pressed.textContent = text("remove");
      }, SURE_MS);
      return;
    }
    const answer = await ask("DELETE", `/api/people/${person.id}`);
    if (answer.ok) this.#list(answer.body.people);
    else this.#refused(answer);
  }

  /** Shows a new PIN this once. */
  #give(answer) {
    if (!answer.ok) return this.#refused(answer);
    const { person, secret } = answer.body;
    const step = open("given", text("given_of", person));
    step.querySelector(".given-secret").textContent = person.pin ? grouped(secret) : secret;
    step.querySelector("button").focus();
  }

  #dwelling(room, severalSites) {
    const row = document.createElement("li");
    const label = document.createElement("label");
    const where = document.createElement("strong");
    const input = document.createElement("input");
    where.textContent = severalSites ? `${room.site} · ${room.room}` : room.room;
    input.maxLength = 60;
    input.autocomplete = "off";
    input.value = this.#me.residentOf(room);
    input.ariaLabel = text("resident_of", room);
    input.addEventListener("change", () => this.#name(room, input.value.trim()));
    label.append(where, input);
    row.append(label);
    return row;
  }

  async #name({ site, room }, resident) {
    const answer = await ask("POST", "/api/residents", { site, room, name: resident });
    if (!answer.ok) return this.#refused(answer);
    this.#me.take(answer.body);
    this.#notify(text("kept"));
  }

  #refused({ status, body }) {
    if (status === 401) close();
    this.#notify(text(status ? body?.code || "take_failed" : "not_reached"));
  }
}

/** 753317 is read as 753 317. */
function grouped(pin) {
  return pin.replace(/(\d{3})(?=\d)/g, "$1\u202f");
}

document.querySelector("#noted").addEventListener("click", close);
