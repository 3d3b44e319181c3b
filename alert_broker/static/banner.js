// Says over everything, at once, that alerts cannot reach this screen.

import { write } from "./lists.js";
import { moment, text } from "./words.js";

const banner = document.querySelector("#banner");
const OURS = ["page", "station"];
let lostAt = null; // when this screen failed or lost the station, by its own clock

/** Returns what is lost: "page", "station", "broker", "store", or "" when all is well. */
export function showLink(board) {
  const trouble = troubleOf(board);
  lostAt = OURS.includes(trouble) ? (lostAt ?? new Date()) : null;
  document.body.dataset.lost = trouble;
  banner.hidden = trouble === "";
  if (trouble) {
    const since = lostAt ?? new Date(board.link.lost_at ?? board.now);
    write(banner, ".banner-title", text(`${trouble}_lost`));
    write(banner, ".banner-detail", text(`${trouble}_lost_detail`));
    write(banner, ".banner-since", text("lost_since", { time: moment(since, new Date()) }));
  }
  return trouble;
}

function troubleOf(board) {
  if (board.broken) return "page";
  if (board.reached === null) return "";
  if (!board.reached) return "station";
  if (!board.link.broker) return "broker";
  return board.link.store ? "" : "store";
}
