// The map of the whole city: draws the layers that the page names, each read anew when the view moves out of what is known.
import { colours, createMap } from "../../../../assets/js/mapping.js";
import maplibregl from "../../../../assets/js/maplibre.js";
import { draw, legible } from "./drawing.js";

const settings = JSON.parse(document.getElementById("map-settings").textContent);
const box = document.getElementById("citymap");
const form = document.getElementById("map-filters");
const note = document.getElementById("map-note");
const list = document.getElementById("map-list");
const inView = document.getElementById("map-in-view");
const places = document.getElementById("map-places");
const MARGIN = 0.15; // of the view, read beyond its edges
const PAUSE_MS = 180;

const map = createMap(box, { hash: true });
box.yichengMap = map;
const known = new Map(); // layer key → { bounds, zoom, filters } of what its source holds
const running = new Map(); // layer key → AbortController
let timer = 0;

map.on("load", () => {
  const c = colours();
  for (const layer of [...settings.layers].reverse()) draw(map, layer, c);
  for (const layer of settings.layers) listen(layer);
  refresh();
  map.on("moveend", later);
  box.dataset.ready = "true";
});
form.addEventListener("change", refresh);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  refresh();
});
list.addEventListener("toggle", refreshList);
document.getElementById("map-apply").hidden = true;
search();

function later() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE_MS);
}

function chosen() {
  return new Set(new FormData(form).getAll("layer"));
}

function filtersOf(layer) {
  const data = new FormData(form);
  return layer.filters.map((name) => [name, data.get(name) ?? ""]).filter(([, value]) => value);
}

function view() {
  const bounds = map.getBounds();
  return { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
}

function widened({ west, south, east, north }) {
  const dx = (east - west) * MARGIN;
  const dy = (north - south) * MARGIN;
  return {
    west: Math.max(-180, west - dx),
    south: Math.max(-90, south - dy),
    east: Math.min(180, east + dx),
    north: Math.min(90, north + dy),
  };
}

function query(bounds, more) {
  const numbers = Object.entries(bounds).map(([name, value]) => [name, value.toFixed(6)]);
  return new URLSearchParams([...numbers, ["zoom", map.getZoom().toFixed(2)], ...more]).toString();
}

function refresh() {
  const on = chosen();
  for (const layer of settings.layers) {
    const visible = on.has(layer.key);
    for (const id of legible(layer)) map.setLayoutProperty(id, "visibility", visible ? "visible" : "none");
    if (visible) read(layer);
  }
  tell(settings.layers.some((layer) => on.has(layer.key) && map.getZoom() < layer.minZoom) ? settings.words.zoomIn : "");
  refreshList();
}

async function read(layer) {
  const filters = filtersOf(layer);
  if (map.getZoom() < layer.minZoom || holds(layer, filters)) return;
  running.get(layer.key)?.abort();
  const stop = new AbortController();
  running.set(layer.key, stop);
  const bounds = widened(view());
  const zoom = map.getZoom();
  try {
    const answer = await fetch(`${layer.url}?${query(bounds, filters)}`, { signal: stop.signal, headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const features = await answer.json();
    mark(features);
    map.getSource(layer.key).setData(features);
    known.set(layer.key, { bounds, zoom, filters: JSON.stringify(filters) });
    box.dispatchEvent(new CustomEvent("yicheng:layer", { bubbles: true, detail: { key: layer.key, count: features.features.length } }));
  } catch (error) {
    if (error.name !== "AbortError") tell(settings.words.failed);
  }
}

// What was read still serves while the view stays inside it at about the same zoom.
function holds(layer, filters) {
  const held = known.get(layer.key);
  if (!held || held.filters !== JSON.stringify(filters) || Math.abs(held.zoom - map.getZoom()) > 0.25) return false;
  const { west, south, east, north } = view();
  return west >= held.bounds.west && east <= held.bounds.east && south >= held.bounds.south && north <= held.bounds.north;
}

// A label for each cluster; estimates say so.
function mark(collection) {
  const about = (collection.sample ?? 1) > 1;
  const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumSignificantDigits: about ? 2 : 3 });
  for (const { properties } of collection.features) {
    if (properties.count > 1) properties.label = `${about ? "≈" : ""}${short.format(properties.count)}`;
    if (about) properties.about = true;
  }
}

function listen(layer) {
  const ids = legible(layer).filter((id) => map.getLayer(id).type === "circle");
  for (const id of ids) {
    map.on("mouseenter", id, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", id, () => (map.getCanvas().style.cursor = ""));
  }
}

map.on("click", (event) => {
  const layers = settings.layers.filter((layer) => layer.style === "points").flatMap(legible).filter((id) => map.getLayer(id)?.type === "circle");
  const hits = map.queryRenderedFeatures(event.point, { layers });
  if (!hits.length) return askHere(event.lngLat);
  const many = hits.find(({ properties }) => properties.count > 1);
  if (many && map.getZoom() < map.getMaxZoom() - 0.5) {
    map.easeTo({ center: many.geometry.coordinates, zoom: Math.min(map.getZoom() + 2, map.getMaxZoom()) });
    return undefined;
  }
  return popup(event.lngLat, words(hits));
});

function words(hits) {
  const all = document.createElement("div");
  for (const { properties } of hits.slice(0, 8)) {
    const head = document.createElement("p");
    const name = document.createElement(properties.link ? "a" : "strong");
    name.textContent = properties.title ?? `${properties.about ? `${settings.words.estimate} ` : ""}${properties.count} ${settings.words.cases}`;
    if (properties.link) name.href = properties.link;
    head.append(name);
    all.append(head);
    if (properties.note) {
      const more = document.createElement("p");
      more.textContent = properties.note;
      all.append(more);
    }
  }
  return all;
}

async function askHere({ lng, lat }) {
  const where = new URLSearchParams({ lon: lng.toFixed(6), lat: lat.toFixed(6) });
  const answer = await fetch(`${settings.here}?${where}`).catch(() => null);
  if (answer?.ok) popup([lng, lat], fragment(await answer.text()));
}

function popup(place, content) {
  content.classList?.add("citymap__popup");
  new maplibregl.Popup({ maxWidth: "20rem", locale: { "Popup.Close": settings.words.close } }).setLngLat(place).setDOMContent(content).addTo(map);
}

function fragment(html) {
  const holder = document.createElement("div");
  holder.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  return holder;
}

async function refreshList() {
  if (!list.open || !map.loaded) return;
  const filters = new URLSearchParams(new FormData(form));
  const more = [...filters.entries()].filter(([, value]) => value);
  const answer = await fetch(`${settings.inView}?${query(view(), more)}`).catch(() => null);
  if (answer?.ok) inView.replaceChildren(...fragment(await answer.text()).childNodes);
}

function search() {
  const box = document.querySelector(".citymap__search");
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sought = new URLSearchParams(new FormData(box));
    const answer = await fetch(`${settings.search}?${sought}`).catch(() => null);
    if (answer?.ok) places.replaceChildren(...fragment(await answer.text()).childNodes);
  });
  places.addEventListener("click", (event) => {
    const go = event.target.closest("[data-go]");
    if (!go) return;
    event.preventDefault();
    const [lon, lat, zoom] = go.dataset.go.split(",").map(Number);
    map.easeTo({ center: [lon, lat], zoom });
    map.getCanvas().focus();
  });
}

function tell(text) {
  note.textContent = text;
  note.hidden = !text;
}
