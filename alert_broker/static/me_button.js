// The header's button that says who is signed in, and the panel behind it.

import { open } from "./panel.js";
import { write } from "./lists.js";
import { moment, text, word } from "./words.js";

const shown = document.querySelector("#me");
const shared = document.querySelector("#shared");

/** Wires the button and what stands behind it; `go` says where each leads. */
export function offerMe(me, go) {
  shown.addEventListener("click", async () => {
    (await me.who()) ? showMe(me) : go.signIn();
  });
  document.querySelector("#sign-out").addEventListener("click", go.signOut);
  document.querySelector("#to-choose").addEventListener("click", go.choose);
  document.querySelector("#to-team").addEventListener("click", go.team);
  document.querySelector("#to-residents").addEventListener("click", go.residents);
  shared.addEventListener("change", () => (me.shared = shared.checked));
}

/** Says who is signed in, and until when. */
export function tellMe(me, now) {
  shown.dataset.in = String(me.person !== null);
  write(shown, ".me-name", me.person?.name ?? text("sign_in"));
  write(shown, ".me-until", me.person ? text("until", { time: moment(me.endsAt, now) }) : "");
}

function showMe(me) {
  const step = open("me", me.person.name);
  write(step, ".me-role", word("role", me.person.role));
  shared.checked = me.shared;
  document.querySelector("#to-team").hidden = me.manages.length === 0;
  document.querySelector("#to-residents").hidden = !me.may("name_residents");
  document.querySelector("#sign-out").focus();
}
