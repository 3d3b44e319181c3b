// Keeps the page's own files, so that the app opens while the station is away and can say so.
// What the station tells is never kept: an old alert must not look like one that waits.

const SHELF = "page";
const PATIENCE_MS = 3000; // a station that hangs must not keep the page from opening
const AWAY_MS = 10_000; // of its many files only the first waits that long
let awayUntil = 0;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && isFile(event.request.url)) {
    event.respondWith(newest(event.request));
  }
});

/** Whether it is a file of the program: all the rest is the station's own business. */
function isFile(url) {
  const { origin, pathname } = new URL(url);
  return origin === self.location.origin && (pathname === "/" || pathname.startsWith("/static/"));
}

async function keep(urls) {
  const shelf = await caches.open(SHELF);
  await shelf.addAll([...new Set(urls.filter(isFile))]);
}

/** From the station if it answers, and only otherwise as it was last. */
async function newest(request) {
  const shelf = await caches.open(SHELF);
  if (Date.now() < awayUntil) return (await shelf.match(request)) ?? fetch(request);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) await shelf.put(request, answer.clone());
    return answer;
  } catch {
    awayUntil = Date.now() + AWAY_MS;
    return (await shelf.match(request)) ?? Response.error();
  }
}
