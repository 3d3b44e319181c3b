// Shows how each room's device is, and what may be said when no alert is open.

import { keep, write } from "./lists.js";
import { duration, many, text, word } from "./words.js";

const QUIETEST_DBFS = -70;
const STEP_DB = 10;
const LEVELS = 5;
const SURE_MS = 6_000;
const GONE = ["offline", "silent"];
const DEAF = [...GONE, "fault"];

const tiles = document.querySelector("#rooms");
const template = document.querySelector("#tile");
const calm = document.querySelector("#calm");

/** Shows every room; `tell(button, what, said)` is called when somebody says that one is gone. */
export function showRooms(board, { tell, me }) {
  const rooms = board.sortedRooms;
  const { setting } = board;
  keep(tiles, {
    template,
    items: rooms,
    keyOf: (room) => `${room.site}/${room.room}`,
    also: (room) => `${setting} ${GONE.includes(room.health) && lastSign(room, board.now)}`,
    make: (tile) => offerRetirement(tile, tell),
    update: (tile, room) => showTile(tile, room, board, me),
  });
  const listening = rooms.filter((room) => room.health === "online").length;
  const deaf = rooms.filter((room) => DEAF.includes(room.health));
  write(document, "#rooms-count", rooms.length ? `${listening} / ${rooms.length}` : "");
  document.querySelector("#no-rooms").hidden = rooms.length > 0 || !board.reached;
  showCalm(board, listening, deaf);
}

function showTile(tile, room, board, me) {
  tile.dataset.health = room.health;
  tile.title = room.detail;
  write(tile, ".number", board.severalSites ? `${room.site} · ${room.room}` : room.room);
  write(tile, ".resident", me.residentOf(room));
  write(tile, ".health-text", word("health", room.health));
  write(tile, ".fault", room.faults.map((fault) => word("fault", fault)).join(", "));
  write(tile, ".seen", GONE.includes(room.health) ? lastSign(room, board.now) : "");
  showRetire(tile, room, me);
  tile.querySelector(".level").dataset.level = room.health === "online" ? levelOf(room) : 0;
}

/** A room whose device was taken away leaves by two presses: one alone must hide no room. */
function offerRetirement(tile, tell) {
  const button = tile.querySelector(".retire");
  button.addEventListener("click", () => {
    const sure = button.dataset.sure === "true";
    button.dataset.sure = String(!sure);
    setTimeout(() => (button.dataset.sure = "false"), SURE_MS);
    if (sure) tell(button, "retire", tile.place);
  });
}

function showRetire(tile, room, me) {
  const button = tile.querySelector(".retire");
  tile.place = { site: room.site, room: room.room };
  button.hidden = !GONE.includes(room.health) || !me.may("retire");
  button.ariaLabel = text("retire_room", { where: text("in_room", room) });
  write(button, ".retire-text", text("retire"));
  write(button, ".retire-sure", text("retire_sure"));
}

function lastSign(room, now) {
  if (!room.seen_at) return text("never_seen");
  return text("seen", { age: duration((now - new Date(room.seen_at)) / 1000) });
}

/** Silence must not look like calm: with the link lost, or rooms deaf, it says so. */
function showCalm(board, listening, deaf) {
  const reached = board.reached && board.link.broker && !board.broken;
  calm.hidden = board.reached === null || board.open.length > 0;
  calm.dataset.known = reached && listening > 0 ? (deaf.length ? "partly" : "true") : "false";
  write(calm, ".calm-title", !reached ? text("unknown") : text(listening ? "calm" : "none_open"));
  write(calm, ".calm-detail", reached ? many("listening", listening) : text("unknown_detail"));
  write(calm, ".calm-deaf", reached && deaf.length ? many("deaf", deaf.length) : "");
}

function levelOf(room) {
  if (room.level_dbfs === null) return 0;
  const steps = Math.ceil((room.level_dbfs - QUIETEST_DBFS) / STEP_DB);
  return Math.min(LEVELS, Math.max(0, steps));
}
