// The files that the page is made of: kept, so that it opens as an app where a browser allows that,
// over TLS or on the station; and compared, so that a page left open knows that it is old.

/** Has the worker keep the page and all files that it is made of. */
export async function keepFiles() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/worker.js");
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map((entry) => entry.name);
  active.postMessage(["/", ...files].map((file) => new URL(file, location.href).href));
}

/** Whether the station serves a page of other files than this one. */
export async function isOutdated() {
  try {
    const answer = await fetch("/");
    const served = new DOMParser().parseFromString(await answer.text(), "text/html");
    return answer.ok && filesOf(served) !== filesOf(document);
  } catch {
    return false; // out of reach again
  }
}

function filesOf(page) {
  return page.querySelector("meta[name=files]")?.content;
}
