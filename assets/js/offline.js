// The service worker of installable pages: keeps the shell and the pages that asked for it readable without a network.
//
// A page asks by a message (`keepPage` of offline-queue.js): its address and the built files it uses are kept, and
// answered from the copy when the network is gone. Nothing else is touched, nothing that is sent is repeated here:
// the page itself keeps what could not be sent.
const KEPT = "yicheng-kept-1";
const WAIT_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keep(event.data.keep).then((done) => event.ports[0]?.postMessage(done ? "kept" : "failed")));
  if (event.data?.forget) event.waitUntil(caches.delete(KEPT));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (new URL(request.url).pathname.startsWith("/assets/")) event.respondWith(assetFirst(request));
  else if (request.mode === "navigate") event.respondWith(networkFirst(request));
});

// Answers whether everything is there. Built files of earlier versions go.
async function keep(addresses) {
  const cache = await caches.open(KEPT);
  const answers = await Promise.all(addresses.map((address) => keepOne(cache, address).catch(() => false)));
  const wanted = new Set(addresses.map((address) => new URL(address, self.location.href).pathname));
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/assets/") && !wanted.has(pathname)) await cache.delete(request);
  }
  return answers.every(Boolean);
}

async function keepOne(cache, address) {
  if (address.startsWith("/assets/") && (await cache.match(address))) return true;
  const answer = await fetch(address, { credentials: "same-origin" });
  // A redirect to sign-in is not the page that was asked for.
  if (!answer.ok || answer.redirected) return false;
  await cache.put(address, answer);
  return true;
}

// Hashed names never change their content: the copy is as good as the original.
async function assetFirst(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function networkFirst(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (!kept) return fetch(request);
  try {
    const answer = await fetch(request, { signal: timeout() });
    if (answer.ok && !answer.redirected) (await caches.open(KEPT)).put(request, answer.clone());
    return answer;
  } catch {
    return kept;
  }
}

function timeout() {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), WAIT_MS);
  return stop.signal;
}
