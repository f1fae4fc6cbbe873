// What could not be sent waits on the device (IndexedDB) and goes out, once, when the network is back.
// The server recognises a repeated send by its Idempotency-Key, so a lost answer does no harm.
//
//   const queue = openQueue("inspector");
//   await queue.add(url, formData);      // files included
//   await queue.send(onSent, onRefused); // now, and again on every "online"
//   await queue.count();
const STORE = "waiting";

export function openQueue(name) {
  const ready = new Promise((resolve, reject) => {
    const request = indexedDB.open(`yicheng-${name}`, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  async function store(mode, act) {
    const database = await ready;
    return new Promise((resolve, reject) => {
      const request = act(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  async function add(url, formData) {
    const item = { key: crypto.randomUUID(), url, at: new Date().toISOString(), entries: [...formData.entries()] };
    await store("readwrite", (box) => box.add(item));
    return item.key;
  }

  // In the order they were made; stops at the first that finds no network. A refused one stays, with the reason told.
  async function send(onSent = () => {}, onRefused = () => {}) {
    for (const item of (await store("readonly", (box) => box.getAll())).sort((a, b) => a.at.localeCompare(b.at))) {
      const answer = await post(item).catch(() => null);
      if (!answer) return;
      if (answer.ok) {
        await store("readwrite", (box) => box.delete(item.key));
        onSent(item, answer);
      } else {
        onRefused(item, answer);
      }
    }
  }

  return {
    add,
    send,
    count: () => store("readonly", (box) => box.count()),
    all: () => store("readonly", (box) => box.getAll()),
    remove: (key) => store("readwrite", (box) => box.delete(key)),
  };
}

function post(item) {
  const body = new FormData();
  for (const [name, value] of item.entries) body.append(name, value);
  const headers = { Accept: "application/json", "Idempotency-Key": item.key };
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) headers["X-CSRFToken"] = token;
  return fetch(item.url, { method: "POST", body, headers, credentials: "same-origin" });
}

/** Keep this page and its files for use without a network. */
export async function keepPage(addresses) {
  if (!navigator.serviceWorker) return false;
  await navigator.serviceWorker.register("/offline.js", { scope: "/" });
  const { active } = await navigator.serviceWorker.ready;
  const files = [...document.querySelectorAll("link[rel=stylesheet], script[src], link[rel=modulepreload]")].map((e) => e.href ?? e.src);
  const icons = [...new Set([...document.querySelectorAll("svg use")].map((use) => new URL(use.getAttribute("href"), location.href)).map((url) => url.origin + url.pathname))];
  active.postMessage({ keep: [...addresses, ...files, ...icons] });
  return true;
}
