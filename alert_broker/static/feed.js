// The station's events, for ever: says at once when they stop, and comes back by itself.

const KINDS = ["board", "alert", "room", "link", "gone", "tick", "upkeep", "retired"];
const SILENT_MS = 8000; // the station ticks every 3 s; a link can die without a word
const RETRY_MS = 1000;
const SHOWN_AT_ONCE = 50;

/** Calls take(kind, data) for each event, and lost() when the station is out of reach. */
export function follow(take, lost) {
  let source;
  let silence;

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
    clearTimeout(silence);
    silence = setTimeout(again, SILENT_MS);
  }

  function again() {
    clearTimeout(silence);
    source.close();
    lost();
    setTimeout(connect, RETRY_MS);
  }

  connect();
}

/** A carer does something; resolves to {alert} when it is done, to {stands} when something stands
 *  in its way, each with how the alert is now, or to {failed}. */
export async function say(id, what, said) {
  try {
    const answer = await post(`/api/alerts/${id}/${what}`, said);
    const body = await answer.json();
    if (answer.ok) return { alert: body };
    return body.alert ? { stands: body.alert } : { failed: true };
  } catch {
    return { failed: true };
  }
}

/** Somebody says something of the technical side; resolves to whether it was recorded. */
export async function sayUpkeep(what, said) {
  try {
    return (await post(`/api/upkeep/${what}`, said)).ok;
  } catch {
    return false;
  }
}

/** Says that these alerts are on a screen: only now are they delivered. */
export async function tellShown(ids) {
  for (let begin = 0; begin < ids.length; begin += SHOWN_AT_ONCE) {
    const alerts = ids.slice(begin, begin + SHOWN_AT_ONCE);
    await post("/api/shown", { alerts }).catch(() => {}); // told again once the station is back
  }
}

function post(url, body) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(SILENT_MS),
  });
}
