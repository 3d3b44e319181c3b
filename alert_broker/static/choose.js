// Somebody chooses what she signs in with: twice the same, after what it is now.

import { close } from "./panel.js";
import { askSecret } from "./secret_form.js";
import { text } from "./words.js";

export class Choose {
  #me;
  #notify;
  #other;
  #then = null;

  constructor(me, notify) {
    this.#me = me;
    this.#notify = notify;
  }

  /** Asks her; `present` is what she has just typed, asked for if she has not. `then` is done once
   *  her own is kept; `other` is somebody else's way out, where she must choose. */
  ask({ present = "", then = null, other = null } = {}) {
    this.#then = then;
    this.#other = other;
    present ? this.#askNew(present) : this.#askPresent();
  }

  #askPresent(said = "") {
    this.#ask("choose_present", said, (secret) => this.#askNew(secret));
  }

  #askNew(present, said = "") {
    const rule = text("choose_rule", { n: this.#me.pinDigits });
    const note = this.#me.mustChoose ? `${text("choose_note")} ${rule}` : rule;
    this.#ask("choose_new", said, (chosen) => this.#askAgain(present, chosen), note);
  }

  #askAgain(present, chosen) {
    this.#ask("choose_again", "", (again) => {
      if (again !== chosen) return this.#askNew(present, text("secrets_differ"));
      return this.#change(present, chosen);
    });
  }

  async #change(present, chosen) {
    const answer = await this.#me.changeSecret(present, chosen);
    const code = answer.body?.code ?? "";
    if (answer.ok) return this.#done();
    if (code === "wrong_secret") return this.#askPresent(text(code));
    if (code.startsWith("secret_")) return this.#askNew(present, text(code));
    return answer;
  }

  #done() {
    const then = this.#then;
    this.#then = null;
    close();
    this.#notify(text("chosen"));
    then?.();
  }

  #ask(title, said, enter, note = "") {
    const shut = () => (this.#then = null);
    const { person } = this.#me;
    askSecret({ title: text(title), person, said, note, shut, enter, other: this.#other });
  }
}
