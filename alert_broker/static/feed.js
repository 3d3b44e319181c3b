// The station's events, for ever: says at once when they stop, and comes back by itself.

import { ask } from "./ask.js";

const KINDS = ["board", "alert", "room", "link", "gone", "tick", "upkeep", "retired"];
const SILENT_MS = 8000; // the station ticks every 3 s; a link can die without a word
const RETRY_MS = 1000;
const SHOWN_AT_ONCE = 50;

/** Calls take(kind, data) for each event, and lost() when the station is out of reach. */
export function follow(take, lost) {
  let source;
  let silence;
  let retry;
  let heardAt;

  function connect() {
    source = new EventSource("/api/events");
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        listen();
        take(kind, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", again);
    listen();
  }

  function listen() {
    heardAt = Date.now();
    clearTimeout(silence);
    silence = setTimeout(again, SILENT_MS);
  }

  function again() {
    clearTimeout(silence);
    source.close();
    lost();
    clearTimeout(retry);
    retry = setTimeout(connect, RETRY_MS);
  }

  /** A phone that slept counted no silence, and still shows what it knew before. */
  function wake() {
    if (!document.hidden && Date.now() - heardAt > SILENT_MS) again();
  }

  document.addEventListener("visibilitychange", wake);
  document.addEventListener("resume", wake);
  connect();
}

/** A carer does something; resolves to {alert} when it is done, to {stands} when something stands
 *  in its way, each with how the alert is now, or to {code}, the text that says why it is not. */
export async function say(id, what, said) {
  const { ok, status, body } = await ask("POST", `/api/alerts/${id}/${what}`, said);
  if (ok) return { alert: body };
  if (body?.alert) return { stands: body.alert };
  return { code: (status && body?.code) || "take_failed" };
}

/** Somebody says something of the technical side; resolves to the text that says why it is not
 *  recorded, empty if it is. */
export async function sayUpkeep(what, said) {
  const { ok, status, body } = await ask("POST", `/api/upkeep/${what}`, said);
  return ok ? "" : (status && body?.code) || "take_failed";
}

/** Says that these alerts are on a screen: only now are they delivered. */
export async function tellShown(ids) {
  for (let begin = 0; begin < ids.length; begin += SHOWN_AT_ONCE) {
    const alerts = ids.slice(begin, begin + SHOWN_AT_ONCE);
    await ask("POST", "/api/shown", { alerts }); // told again once the station is back
  }
}
