// One question to the station, and its answer.

const SILENT_MS = 8000;

/** Resolves to {ok, status, body}; a station out of reach answers with status 0. */
export async function ask(method, url, body) {
  try {
    const answer = await fetch(url, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(SILENT_MS),
    });
    return { ok: answer.ok, status: answer.status, body: await read(answer) };
  } catch {
    return { ok: false, status: 0, body: null };
  }
}

async function read(answer) {
  return answer.headers.get("content-type") === "application/json" ? answer.json() : null;
}
