// Lets the page be installed as an app, where a browser allows that: over TLS, or on the station.

/** Has the worker keep the page and all files that it is made of. */
export async function keepFiles() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/worker.js");
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map((entry) => entry.name);
  active.postMessage(["/", ...files].map((file) => new URL(file, location.href).href));
}
