// The collector's page without a network: forms go into a queue on the device, the page itself is kept, and both are
// brought up to date when the network is back. What the page can do without this script it does with plain forms.
import { forgetPages, keepPage, openQueue } from "../../../../assets/js/offline-queue.js";
import { distanceText, inRing, spotOf } from "./field/places.js";
import { smaller } from "./field/photos.js";

const root = document.getElementById("field");
const { account, page } = root.dataset;
const queue = openQueue("field", { owner: account });
const state = document.getElementById("field-state");
const EVERY_MS = 30_000;
let isSending = false;
let isKept = false;
let isSignedOut = false;

// ── sending ─────────────────────────────────────────────────────────────────

root.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-queue]");
  if (!form) return;
  event.preventDefault();
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  button.disabled = true;
  await queue.add(new URL(form.action).pathname, await dataOf(form), { label: labelOf(form) });
  button.disabled = false;
  if (form.hasAttribute("data-report")) clear(form);
  await show();
  await send();
});

function clear(form) {
  form.reset();
  // The previews of chosen photos listen to this.
  form.elements.photos.dispatchEvent(new Event("change", { bubbles: true }));
}

async function dataOf(form) {
  const data = new FormData();
  for (const [name, value] of new FormData(form).entries()) {
    if (name === "csrfmiddlewaretoken") continue;
    if (!(value instanceof File)) data.append(name, value);
    else if (value.size) data.append(name, await smaller(value), value.name);
  }
  if (data.has("cell_code")) data.set("seen_at", new Date().toISOString());
  return data;
}

function labelOf(form) {
  const chosen = form.elements.class_code?.selectedOptions?.[0]?.textContent;
  return chosen ? `${form.dataset.label}: ${chosen}` : form.dataset.label;
}

async function send() {
  if (isSending || !navigator.onLine) return show();
  isSending = true;
  try {
    if ((await queue.all()).some((item) => !item.refused) && !(await refresh())) return;
    const { sent, stopped } = await queue.send();
    isSignedOut = stopped === "signed_out";
    if (sent.length) await refresh();
  } finally {
    isSending = false;
    await show();
  }
}

// The page as the server has it now: a fresh token, what is still to be done; the kept copy follows.
async function refresh() {
  const answer = await fetch(page, { headers: { Accept: "text/html" } }).catch(() => null);
  isSignedOut = Boolean(answer?.redirected || answer?.status === 401);
  if (!answer?.ok || answer.redirected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (fresh.getElementById("field")?.dataset.account !== account) return false;
  document.querySelector("meta[name=csrf-token]").content = fresh.querySelector("meta[name=csrf-token]").content;
  for (const part of document.querySelectorAll("[data-fresh]")) {
    const open = part.querySelector("details[open]");
    const newer = fresh.getElementById(part.id);
    if (newer && !open) part.replaceWith(newer);
  }
  places();
  isKept = await keepPage([page]);
  return true;
}

// ── what is seen of it ──────────────────────────────────────────────────────

async function show() {
  const items = await queue.all();
  const box = document.getElementById("field-queue");
  box.hidden = !items.length;
  box.querySelector(".field-queue__count").textContent = items.length || "";
  box.querySelector("ul").replaceChildren(...items.map(line));
  for (const task of root.querySelectorAll("[data-task]")) {
    const waits = items.some((item) => !item.refused && item.url.endsWith(`/tasks/${task.dataset.task}/`));
    task.classList.toggle("field-task--waits", waits);
    task.querySelector(".field-task__waits").hidden = !waits;
  }
  for (const item of items) {
    const code = item.entries.find(([name]) => name === "cell_code")?.[1];
    const button = code && root.querySelector(`#cell-${CSS.escape(code)} button`);
    if (button) button.disabled = !item.refused;
  }
  tell();
}

function tell() {
  const kind = isSignedOut ? "signed-out" : navigator.onLine ? "online" : "offline";
  const words = state.querySelector(".field-state__words");
  state.hidden = false;
  state.className = `field-state field-state--${kind}`;
  state.dataset.now = kind;
  state.dataset.kept = isKept;
  words.textContent = [state.dataset[isSignedOut ? "signedOut" : kind], isKept ? state.dataset.ready : ""].join(" ").trim();
  if (!isSignedOut) return;
  const link = document.createElement("a");
  link.href = state.dataset.signIn;
  link.textContent = "→";
  words.append(" ", link);
}

function line(item) {
  const row = document.getElementById("field-queue-item").content.firstElementChild.cloneNode(true);
  const part = (name) => row.querySelector(`[data-part=${name}]`);
  part("label").textContent = item.label;
  part("at").textContent = new Date(item.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const words = part("state").dataset;
  part("state").textContent = item.refused ? `${words.refused} ${item.refused.text || words.unclear}` : words.waiting;
  row.classList.toggle("field-queue__item--refused", Boolean(item.refused));
  row.dataset.state = item.refused ? "refused" : "waiting";
  for (const name of ["retry", "drop"]) part(name).hidden = !item.refused;
  part("mend").hidden = !item.refused || !item.url.endsWith("/report/");
  part("retry").addEventListener("click", () => queue.retry(item.key).then(send));
  part("drop").addEventListener("click", () => window.confirm(part("drop").dataset.sure) && queue.remove(item.key).then(show));
  part("mend").addEventListener("click", () => mend(item));
  return row;
}

// Puts a refused report back into its form, photos too, to be sent anew.
async function mend(item) {
  const form = root.querySelector("form[data-report]");
  const files = new DataTransfer();
  for (const [name, value] of item.entries) {
    if (value instanceof File) files.items.add(value);
    else if (form.elements[name]) form.elements[name].value = value;
  }
  form.elements.photos.files = files.files;
  form.elements.photos.dispatchEvent(new Event("change", { bubbles: true }));
  await queue.remove(item.key);
  await show();
  form.scrollIntoView();
  form.elements.words.focus();
}

// ── where one stands: stays on this device ──────────────────────────────────

function where() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve([coords.longitude, coords.latitude]), () => resolve(null), { enableHighAccuracy: true, timeout: 15_000 });
  });
}

function places() {
  const drawing = document.getElementById("cellmap");
  const tick = document.getElementById("field-tick");
  if (tick) {
    tick.hidden = !navigator.geolocation;
    tick.addEventListener("click", () => tickHere(drawing, tick));
  }
  drawing?.addEventListener("click", (event) => choose(drawing, event));
}

async function tickHere(drawing, tick) {
  const here = await where();
  const said = document.getElementById("field-tick-said");
  const found = here && [...drawing.querySelectorAll("[data-cell]")].find((cell) => inRing(spotOf(drawing, here), cell.getAttribute("points")));
  said.textContent = found ? "" : tick.dataset.nowhere;
  if (here) mark(drawing, "cellmap__me", spotOf(drawing, here));
  if (found) root.querySelector(`#cell-${CSS.escape(found.dataset.cell)} form`)?.requestSubmit();
}

// A tap on the drawing sets the place of the report.
function choose(drawing, event) {
  if (event.target.closest("circle")) return;
  const corner = drawing.createSVGPoint();
  corner.x = event.clientX;
  corner.y = event.clientY;
  const { x, y } = corner.matrixTransform(drawing.getScreenCTM().inverse());
  const { west, north, x: xScale, y: yScale } = drawing.dataset;
  setPlace([Number(west) + (x - 24) / Number(xScale), Number(north) - (y - 24) / Number(yScale)]);
  mark(drawing, "cellmap__chosen", [x, y]);
}

function mark(drawing, name, [x, y]) {
  const dot = drawing.querySelector(`.${name}`) ?? drawing.appendChild(document.createElementNS(drawing.namespaceURI, "circle"));
  for (const [key, value] of Object.entries({ class: name, cx: x, cy: y, r: 16 })) dot.setAttribute(key, value);
}

function setPlace([lon, lat]) {
  const form = root.querySelector("form[data-report]");
  form.elements.lon.value = lon.toFixed(6);
  form.elements.lat.value = lat.toFixed(6);
}

const here = document.getElementById("field-here");
here.hidden = !navigator.geolocation;
here.addEventListener("click", async () => {
  const place = await where();
  document.getElementById("field-here-said").textContent = place ? "" : here.dataset.failed;
  if (!place) return;
  setPlace(place);
  for (const one of root.querySelectorAll("[data-distance]")) one.textContent = distanceText(place, one.dataset.distance.split(",").map(Number));
});

// ── begin ───────────────────────────────────────────────────────────────────

document.addEventListener("submit", (event) => {
  if (new URL(event.target.action).pathname === root.dataset.logout) forgetPages();
});
window.addEventListener("online", send);
window.addEventListener("offline", show);
setInterval(send, EVERY_MS);
places();
begin();

async function begin() {
  await show();
  if (navigator.onLine) isKept = await keepPage([page]).catch(() => false);
  await send();
}
