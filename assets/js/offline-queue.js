// What could not be sent waits on the device (IndexedDB) and goes out, once, when the network is back.
// The server recognises a repeated send by its Idempotency-Key, so a lost answer does no harm.
//
//   const queue = openQueue("inspector", { owner: "17" });         // one person's entries; others' stay untouched
//   await queue.add(url, formData, { label: "Pothole" });          // files included
//   const { sent, stopped } = await queue.send();                  // stopped: "", "offline", "signed_out" or "busy"
//   for (const item of await queue.all()) item.refused;            // null, or { status, text }: it waits for a decision
//   await queue.retry(item.key);   await queue.remove(item.key);
const STORE = "waiting";
// What the server may take another time: too early, too many, out of order for a moment.
const LATER = new Set([408, 425, 429, 500, 502, 503, 504]);

export function openQueue(name, { owner = "" } = {}) {
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

  const put = (item) => store("readwrite", (box) => box.put(item));
  const remove = (key) => store("readwrite", (box) => box.delete(key));

  async function all() {
    const items = await store("readonly", (box) => box.getAll());
    return items.filter((item) => item.owner === owner).sort((a, b) => a.at.localeCompare(b.at));
  }

  async function add(url, formData, { label = "" } = {}) {
    const item = { key: newKey(), owner, url, label, at: new Date().toISOString(), entries: [...formData.entries()], refused: null };
    await put(item);
    return item.key;
  }

  // In the order they were made. One sender at a time, whatever the number of windows.
  function send() {
    if (!navigator.locks) return sendAll();
    return navigator.locks.request(`yicheng-${name}`, { ifAvailable: true }, (lock) => (lock ? sendAll() : { sent: [], stopped: "busy" }));
  }

  async function sendAll() {
    const sent = [];
    for (const item of await all()) {
      if (item.refused) continue;
      const answer = await post(item).catch(() => null);
      if (!answer || LATER.has(answer.status)) return { sent, stopped: "offline" };
      if (answer.status === 401) return { sent, stopped: "signed_out" };
      if (answer.ok && !answer.redirected) {
        await remove(item.key);
        sent.push(item);
      } else {
        await put({ ...item, refused: await reason(answer) });
      }
    }
    return { sent, stopped: "" };
  }

  async function retry(key) {
    const item = await store("readonly", (box) => box.get(key));
    if (item) await put({ ...item, refused: null });
  }

  return { add, all, send, retry, remove };
}

// `crypto.randomUUID` is younger than some phones in the street.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function post(item) {
  const body = new FormData();
  for (const [name, value] of item.entries) body.append(name, value);
  const headers = { Accept: "application/json", "Idempotency-Key": item.key };
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) headers["X-CSRFToken"] = token;
  return fetch(item.url, { method: "POST", body, headers, credentials: "same-origin" });
}

async function reason(answer) {
  const told = await answer.json().catch(() => ({}));
  const fields = Object.values(told.fields ?? {});
  return { status: answer.status, text: fields.length ? fields.join(" ") : (told.message ?? "") };
}

/** Keep these pages, and every built file this page uses, for use without a network; true once they are kept. */
export async function keepPage(addresses) {
  if (!navigator.serviceWorker) return false;
  await navigator.serviceWorker.register("/offline.js", { scope: "/" });
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
  const linked = [...document.querySelectorAll("link[rel=stylesheet], link[rel=modulepreload], script[src]")].map((e) => new URL(e.href || e.src, location.href));
  const files = [...loaded, ...linked].filter((url) => url.origin === location.origin && url.pathname.startsWith("/assets/"));
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => resolve(data === "kept");
    active.postMessage({ keep: [...addresses, ...new Set(files.map((url) => url.pathname))] }, [channel.port2]);
  });
}

/** Forget every kept page on this device: at sign-out. */
export async function forgetPages() {
  const registration = await navigator.serviceWorker?.getRegistration("/");
  registration?.active?.postMessage({ forget: true });
}
