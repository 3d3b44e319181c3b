// The station's events, for ever: says at once when they stop, and comes back by itself.

const KINDS = ["board", "alert", "room", "link", "gone", "tick"];
const SILENT_MS = 8000; // the station ticks every 3 s; a link can die without a word
const RETRY_MS = 1000;

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

/** Says that somebody goes; resolves to {taken} or {first} or {failed}. */
export async function acknowledge(id, by) {
  try {
    const answer = await fetch(`/api/alerts/${id}/acknowledge`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ by }),
      signal: AbortSignal.timeout(SILENT_MS),
    });
    const body = await answer.json();
    if (answer.ok) return { taken: body };
    return body.taken ? { first: body.taken } : { failed: true };
  } catch {
    return { failed: true };
  }
}
