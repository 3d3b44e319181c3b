// Shows the alerts that wait for somebody: large cards, the most urgent first.

import { keep, write } from "./lists.js";
import { counter, duration, fill, text, word } from "./words.js";

export const SYMBOLS = { high: "!!!", medium: "!!", low: "!" };
const FEW = 3;
const SOME = 12;
const KEYS = 9;
const SETTLE_MS = 400;

const list = document.querySelector("#open");
const cardTemplate = document.querySelector("#card");
const ages = new WeakMap(); // where each card tells its age, and since when
let order = [];
let movedAt = -Infinity;

/** Shows what nobody has taken. `act(id, button, what)` is called when somebody presses "J'y vais",
 *  `moved()` instead when the cards had just moved under that thumb. */
export function showOpen(board, { act, moved, me }) {
  const open = board.open;
  noteMoves(open);
  list.dataset.density = open.length <= FEW ? "few" : open.length <= SOME ? "some" : "many";
  const { setting } = board;
  keep(list, {
    template: cardTemplate,
    items: open,
    keyOf: (alert) => alert.id,
    make(card) {
      fill(card);
      const button = card.querySelector(".take");
      button.addEventListener("click", (event) => {
        const byThumb = event.detail > 0;
        if (byThumb && performance.now() - movedAt < SETTLE_MS) moved();
        else act(card.dataset.key, button, "acknowledge");
      });
    },
    also: (_alert, place) => `${setting} ${keyFor(place)}`,
    update: (card, alert, place) => showCard(card, alert, place, board.severalSites, me),
  });
  write(document, "#open-count", open.length ? String(open.length) : "");
  showUrgency(open);
}

/** Lets the seconds run. */
export function showAges(now) {
  for (const card of list.children) {
    const { time, since } = ages.get(card);
    const age = counter((now - since) / 1000);
    if (time.textContent !== age) time.textContent = age;
  }
}

/** The first button of the alert shown at a place, counted from 1: cards, then rows. */
export function buttonAt(place) {
  const shown = document.querySelectorAll("#open > *, #held > *");
  return shown[place - 1]?.querySelector("button:not([hidden])");
}

/** What a screen reader says of a new alert. */
export function spoken(alert) {
  return text("announce", {
    priority: word("priority", alert.priority),
    room: text("in_room", alert),
    label: word("label", alert.label),
    reason: word("reason", alert.reason),
  });
}

/** Whom it was escalated to. */
export function called(alert) {
  const groups = alert.calls.map((call) => call.to).join(", ");
  return groups && text("called", { to: groups });
}

/** Who had it before it was open again, and does not any more. */
function reopened(alert) {
  if (!alert.before) return "";
  return text(alert.reopened?.by ? "handed_over" : "reopened", alert.before);
}

/** The key that chooses an alert: there is one for the first nine. */
function keyFor(place) {
  return place < KEYS ? String(place + 1) : "";
}

/** Whether a card that was there is now at another place. */
function noteMoves(open) {
  const before = order;
  const known = new Set(before);
  order = open.map((alert) => alert.id);
  if (order.some((id, place) => known.has(id) && before[place] !== id)) {
    movedAt = performance.now();
  }
}

function showCard(card, alert, place, severalSites, me) {
  card.dataset.priority = alert.priority;
  write(card, ".symbol", SYMBOLS[alert.priority]);
  write(card, ".priority", word("priority", alert.priority));
  const number = card.querySelector(".number");
  number.dataset.size = alert.room.length <= 3 ? "short" : alert.room.length <= 7 ? "middle" : "long";
  write(card, ".number", alert.room);
  write(card, ".site", severalSites ? alert.site : "");
  write(card, ".resident", me.residentOf(alert));
  write(card, ".label", word("label", alert.label));
  write(card, ".reason", word("reason", alert.reason));
  write(card, ".repeats", alert.repeats > 1 ? text("repeats", { n: alert.repeats }) : "");
  write(card, ".late", alert.late_s ? text("late", { delay: duration(alert.late_s) }) : "");
  write(card, ".reopened", reopened(alert));
  write(card, ".called", called(alert));
  write(card, "kbd", keyFor(place));
  ages.set(card, { time: card.querySelector(".counter"), since: new Date(alert.onset_at) });
  card.querySelector(".take").hidden = !me.may("acknowledge");
  card.querySelector(".take").ariaLabel = text("take_room", {
    room: alert.room,
    label: word("label", alert.label),
  });
}

/** The whole page, and its tab, tell the most urgent. */
function showUrgency(open) {
  document.body.dataset.urgency = open[0]?.priority ?? "none";
  document.title = open.length
    ? `(${open.length}) ${SYMBOLS[open[0].priority]} ${text("in_room", open[0])} – Veilleur`
    : "Veilleur";
}
