// Keys to touch, the clock of somebody who went away, the sign of life. Every page works without it.
const body = document.body;
const ask = document.querySelector("[data-ask]");
const left = document.querySelector("[data-left]");
const wipe = document.querySelector("[data-wipe]");
const idleSeconds = Number(body.dataset.idle || 0);
const countSeconds = Number(body.dataset.grace || 0);
let quiet = 0;

function touched() {
  quiet = 0;
  if (ask) ask.hidden = true;
}

function leave() {
  if (wipe) wipe.submit();
}

function tick() {
  quiet += 1;
  const rest = idleSeconds + countSeconds - quiet;
  if (rest <= 0) return leave();
  if (quiet < idleSeconds || !ask) return;
  if (ask.hidden) {
    ask.hidden = false;
    ask.querySelector("[data-stay]").focus();
  }
  left.textContent = String(rest);
}

if (idleSeconds && wipe) {
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, touched, { passive: true });
  setInterval(tick, 1000);
}

for (const keys of document.querySelectorAll("[data-keys]")) {
  const input = document.getElementById(keys.dataset.keys);
  keys.hidden = false;
  keys.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    if (!key) return;
    input.value = key.dataset.key ? input.value + key.dataset.key : input.value.slice(0, -1);
  });
}

const alive = document.querySelector("[data-alive]");
if (alive) {
  const say = () => fetch(alive.action, { method: "POST", body: new FormData(alive), credentials: "same-origin" }).catch(() => {});
  if ("quiet" in body.dataset) say();
  setInterval(say, 60_000);
}

if (body.dataset.again) setTimeout(() => location.reload(), Number(body.dataset.again) * 1000);
if ("printNow" in body.dataset) window.print();

for (const frame of document.querySelectorAll("[data-print-frame]")) {
  frame.addEventListener("load", () => frame.contentWindow.print());
}

// A page that comes back from the browser's memory may be somebody else's.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
document.addEventListener("contextmenu", (event) => event.preventDefault());
