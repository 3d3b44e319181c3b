// Shows which rooms to look into because nobody hears them, and what a technician must see to.
// Neither is ever an alert, nor looks or sounds like one.

import { keep, write } from "./lists.js";
import { fill, moment, text, word } from "./words.js";

const sections = { rounds: document.querySelector("#rounds"), alarms: document.querySelector("#alarms") };
const roundRow = document.querySelector("#round-row");
const alarmRow = document.querySelector("#alarm-row");

/** Shows both lists; `tell(button, what, said)` is called when somebody presses a button. */
export function showUpkeep(board, { tell, me }) {
  const { rounds, alarms } = board.upkeep;
  const { setting } = board;
  const also = () => setting;
  showList("rounds", roundRow, rounds, placeOf, {
    also,
    make: (row) => onPress(row, () => tell(row.querySelector("button"), "visit", row.place)),
    update: (row, round) => showRound(row, round, board, me),
  });
  showList("alarms", alarmRow, alarms, (alarm) => alarm.id, {
    also,
    make: (row) =>
      onPress(row, () => tell(row.querySelector("button"), `alarms/${row.dataset.key}/see-to`, {})),
    update: (row, alarm) => showAlarm(row, alarm, board, me),
  });
  const due = rounds.filter((round) => round.due).length;
  write(document, "#rounds-count", due ? String(due) : "");
}

/** What calls somebody: each with its kind of sound, rooms to look into before the rest. */
export function callsOf(board) {
  const rounds = board.upkeep.rounds.filter((it) => it.due).map((it) => [placeOf(it), "round"]);
  const alarms = board.upkeep.alarms.filter((it) => !it.seen_to).map((it) => [it.id, "technical"]);
  return new Map([...rounds, ...alarms]);
}

/** What a screen reader says of the first room to look into. */
export function spokenRound(board) {
  const round = board.upkeep.rounds.find((it) => it.due);
  return round ? `${text("round_due")}. ${roomOf(round)}. ${why(round)}.` : "";
}

function showList(name, template, items, keyOf, { also, make, update }) {
  sections[name].closest("section").hidden = items.length === 0;
  keep(sections[name], { template, items, keyOf, also, make, update });
}

function onPress(row, press) {
  fill(row);
  row.querySelector("button").addEventListener("click", press);
}

function showRound(row, round, board, me) {
  row.place = { site: round.site, room: round.room };
  row.dataset.due = String(round.due);
  write(row, ".number", numberOf(round, board) || text("all_rooms"));
  write(row, ".label", text(round.due ? "round_due" : "round_later"));
  const since = text("unheard_since", { time: moment(new Date(round.since), board.now) });
  write(row, ".reason", `${since} · ${why(round)}`);
  const { visited } = round;
  const at = visited && moment(new Date(visited.at), board.now);
  write(row, ".by", visited ? text("visited_by", { by: visited.by, time: at }) : "");
  row.querySelector("button").hidden = !me.may("visit");
  row.querySelector("button").ariaLabel = text("visit_room", { where: roomOf(round) });
}

function showAlarm(row, alarm, board, me) {
  const where = numberOf(alarm, board) || alarm.station;
  row.dataset.seen = String(Boolean(alarm.seen_to));
  write(row, ".number", where);
  write(row, ".label", word("defect", alarm.defect));
  const since = text("taken_at", { time: moment(new Date(alarm.began_at), board.now) });
  write(row, ".reason", `${word("priority", alarm.priority)} · ${since}`);
  write(row, ".detail", alarm.detail);
  write(row, ".by", alarm.seen_to ? text("seen_to_by", alarm.seen_to) : "");
  const button = row.querySelector("button");
  button.hidden = Boolean(alarm.seen_to) || !me.may("see_to");
  button.ariaLabel = text("see_to_room", {
    where: alarm.site ? roomOf(alarm) : where,
    defect: word("defect", alarm.defect),
  });
}

function why(round) {
  return round.defects.map((defect) => word("defect", defect)).join(", ");
}

function placeOf(it) {
  return `${it.site}/${it.room}`;
}

function roomOf(it) {
  return it.room ? text("in_room", it) : text("all_rooms");
}

function numberOf(it, board) {
  return it.site && board.severalSites ? `${it.site} · ${it.room}` : it.room;
}
