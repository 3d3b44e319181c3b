// Shows what becomes of an alert once somebody goes: who has it, what she can say, how it ended.

import { called, SYMBOLS } from "./alerts.js";
import { keep, write } from "./lists.js";
import { fill, moment, text, word } from "./words.js";

const SETTLE_MS = 700; // a second tap on one button must not fall on what came in its place
const WHEN = { acknowledged: ["arrive", "release", "cancel"], in_room: ["close", "release"] };

const held = document.querySelector("#held");
const ended = document.querySelector("#ended");
const heldTemplate = document.querySelector("#held-row");
const endedTemplate = document.querySelector("#ended-row");
const changedAt = new WeakMap();
let order = "";

/** Shows what somebody has and has not closed; `act` and `moved` as for the cards. */
export function showHeld(board, pressed) {
  const alerts = board.held;
  const { setting } = board;
  const moved = order !== (order = alerts.map((alert) => alert.id).join());
  held.closest("section").hidden = alerts.length === 0;
  keep(held, {
    template: heldTemplate,
    items: alerts,
    keyOf: (alert) => alert.id,
    make: (row) => wire(row, pressed),
    also: () => `${setting} ${order}`,
    update(row, alert) {
      if (moved || row.dataset.stage !== alert.stage) changedAt.set(row, performance.now());
      showHeldRow(row, alert, board, pressed.me);
    },
  });
}

/** Shows what is over. */
export function showEnded(board, me) {
  const alerts = board.ended;
  const { setting } = board;
  ended.closest("section").hidden = alerts.length === 0;
  keep(ended, {
    template: endedTemplate,
    items: alerts,
    keyOf: (alert) => alert.id,
    also: () => setting,
    update(row, alert) {
      showWhat(row, alert, board, me);
      row.dataset.stage = alert.stage;
      write(row, ".by", howItEnded(alert));
      showWhen(row, alert.ended.at, (time) => time, board);
    },
  });
}

function wire(row, { act, moved }) {
  fill(row);
  for (const button of row.querySelectorAll("button")) {
    button.addEventListener("click", (event) => {
      const byThumb = event.detail > 0;
      if (byThumb && performance.now() - changedAt.get(row) < SETTLE_MS) moved();
      else act(row.dataset.key, button, button.dataset.say, button.dataset.outcome);
    });
  }
}

function showHeldRow(row, alert, board, me) {
  showWhat(row, alert, board, me);
  row.dataset.stage = alert.stage;
  const there = alert.stage === "in_room";
  write(row, ".by", there ? text("there_by", alert.there) : text("taken_by", alert.taken));
  showWhen(row, (alert.there ?? alert.taken).at, (time) => text("taken_at", { time }), board);
  write(row, ".repeats", alert.repeats > 1 ? text("repeats", { n: alert.repeats }) : "");
  write(row, ".called", called(alert));
  row.querySelector(".acts").ariaLabel = text("in_room", alert);
  for (const button of row.querySelectorAll("button")) {
    const follows = WHEN[alert.stage].includes(button.dataset.say);
    button.hidden = !follows || !me.may(button.dataset.say);
    button.ariaLabel = text(`${button.dataset.say}_room`, {
      room: alert.room,
      label: word("label", alert.label),
      outcome: word("outcome", button.dataset.outcome),
    });
  }
}

function showWhat(row, alert, board, me) {
  row.dataset.priority = alert.priority;
  write(row, ".number", board.severalSites ? `${alert.site} · ${alert.room}` : alert.room);
  write(row, ".resident", me.residentOf(alert));
  write(row, ".symbol", SYMBOLS[alert.priority]);
  write(row, ".label", word("label", alert.label));
  write(row, ".reason", word("reason", alert.reason));
}

function showWhen(row, at, say, board) {
  row.querySelector(".when time").dateTime = at;
  write(row, ".when time", say(moment(new Date(at), board.now)));
}

function howItEnded(alert) {
  const by = alert.ended.by || alert.ended.station;
  if (!alert.outcome) return text("cancelled_by", { by });
  return text("closed_by", { by, outcome: word("outcome", alert.outcome) });
}
