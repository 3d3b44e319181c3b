// Who is signed in on this screen. Alerts are shown and heard whoever is, and if nobody is.

import { ask } from "./ask.js";

// As the station says it.
const NOBODY = {
  person: null,
  ends_at: null,
  rights: [],
  manages: [],
  residents: [],
  pin_digits: 0,
  must_choose: false,
};
const OFFERED = ["acknowledge", "arrive", "release", "close", "visit", "see_to"];
const ASK_MS = 60_000; // so soon a screen knows of a changed name, or of a new PIN
const UNTOUCHED_MS = 60_000;

export class Me {
  #told = NOBODY;
  #known = false;
  #residents = new Map();
  #onChange;
  #touchedAt = performance.now();

  /** Calls onChange() whenever it is somebody else, and onChange("over") when her time is up,
   *  onChange("out") when she has signed out. */
  constructor(onChange) {
    this.#onChange = onChange;
    setInterval(() => this.person && this.refresh(), ASK_MS);
    setInterval(() => this.#watch(), 1000);
    for (const touch of ["pointerdown", "keydown"]) {
      document.addEventListener(touch, () => (this.#touchedAt = performance.now()));
    }
  }

  get person() {
    return this.#told.person;
  }

  /** Whether she must choose a PIN of her own before she does anything else. */
  get mustChoose() {
    return this.#told.must_choose;
  }

  /** Whether somebody is signed in who may do something. */
  get ready() {
    return this.person !== null && !this.mustChoose;
  }

  /** The least digits of a PIN. */
  get pinDigits() {
    return this.#told.pin_digits;
  }

  get endsAt() {
    return new Date(this.#told.ends_at);
  }

  /** The roles that she may add, reset and remove. */
  get manages() {
    return this.#told.manages;
  }

  /** Whether several use this screen. */
  get shared() {
    return localStorage.getItem("shared") === "yes";
  }

  set shared(yes) {
    localStorage.setItem("shared", yes ? "yes" : "no");
  }

  /** What she may do; before anybody has signed in, what every carer may is offered. */
  may(right) {
    return this.ready ? this.#told.rights.includes(right) : OFFERED.includes(right);
  }

  /** Who lives in the room of an alert or a tile; empty if nobody known, or she may not see it. */
  residentOf({ site, room }) {
    return this.#residents.get(`${site}/${room}`) ?? "";
  }

  /** Who is signed in and may do something; before the station has said so it is asked, or a quick press would ask her
   *  who she is, signed in or not. */
  async who() {
    if (!this.#known) await this.refresh();
    return this.ready ? this.person : null;
  }

  /** Ask the station; what it does not answer changes nothing. */
  async refresh() {
    const { ok, body } = await ask("GET", "/api/session");
    if (!ok) return;
    this.#known = true;
    this.take(body);
  }

  async signIn(person, secret) {
    const answer = await ask("POST", "/api/session", { person, secret });
    if (answer.ok) this.take(answer.body);
    return answer;
  }

  async changeSecret(secret, wanted) {
    const answer = await ask("POST", "/api/session/secret", { secret, new: wanted });
    if (answer.ok) this.take(answer.body);
    return answer;
  }

  /** Whether it is done. */
  async signOut() {
    const { ok, body } = await ask("DELETE", "/api/session");
    if (ok) this.take(body, "out");
    return ok;
  }

  /** What the station says of who is signed in here; `why` nobody is, if not that her time is up. */
  take(told, why = "over") {
    if (JSON.stringify(told) === JSON.stringify(this.#told)) return;
    const before = this.person?.id;
    this.#told = told;
    this.#residents = new Map(told.residents.map((it) => [`${it.site}/${it.room}`, it.name]));
    this.#onChange(before && !told.person ? why : "");
  }

  #watch() {
    if (!this.person) return;
    if (Date.now() >= this.endsAt) this.take(NOBODY);
    else if (this.shared && performance.now() - this.#touchedAt > UNTOUCHED_MS) this.signOut();
  }
}
