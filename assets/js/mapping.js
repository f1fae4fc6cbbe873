// One way to make a map, for the map element, the map face and applications' pages.
import maplibregl from "./maplibre.js";

/** Colours of the design system as the browser resolved them (light or dark). */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  return Object.fromEntries(["brand", "surface", "sunken", "line", "line-strong", "ink", "ink-2", "ink-3", "accent", "bad", "warn", "good", "info"].map((name) => [name, read(name)]));
}

/** A map in `box`, by its data attributes; `options` go to MapLibre. */
export function createMap(box, options = {}) {
  const { sunken } = colours();
  const map = new maplibregl.Map({
    container: box,
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": sunken } }] },
    center: (box.dataset.center ?? "0,0").split(",").map(Number),
    zoom: Number(box.dataset.zoom ?? 11),
    maxZoom: 19,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    locale: words(box),
    ...options,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.addControl(new maplibregl.ScaleControl());
  if (box.dataset.base) map.on("load", () => base(map, box.dataset.base));
  return map;
}

const AREAS = ["!=", ["geometry-type"], "Point"];

// Areas (divisions) with a label point each: the ground of every map of the city.
function base(map, address) {
  const c = colours();
  map.addSource("base", { type: "geojson", data: address });
  const level = (n) => ["all", AREAS, ["==", ["get", "level"], n]];
  map.addLayer({ id: "base-fill", type: "fill", source: "base", filter: level(2), paint: { "fill-color": c.surface } });
  map.addLayer({ id: "base-street", type: "line", source: "base", minzoom: 10.5, filter: level(3), paint: { "line-color": c.line, "line-width": 1.2 } });
  map.addLayer({ id: "base-line", type: "line", source: "base", filter: level(2), paint: { "line-color": c["line-strong"], "line-width": 1 } });
  map.addLayer({
    id: "base-name",
    type: "symbol",
    source: "base",
    filter: ["all", ["==", ["geometry-type"], "Point"], ["==", ["get", "level"], 2]],
    maxzoom: 12,
    layout: { "text-field": ["get", "name"], "text-size": 13, "text-font": ["sans-serif"], "text-max-width": 6 },
    paint: { "text-color": c["ink-2"], "text-halo-color": c.surface, "text-halo-width": 1.5 },
  });
  map.addLayer({
    id: "base-street-name",
    type: "symbol",
    source: "base",
    filter: ["all", ["==", ["geometry-type"], "Point"], ["==", ["get", "level"], 3]],
    minzoom: 11.5,
    layout: { "text-field": ["get", "name"], "text-size": 12, "text-font": ["sans-serif"], "text-max-width": 6 },
    paint: { "text-color": c["ink-3"], "text-halo-color": c.surface, "text-halo-width": 1.5 },
  });
}

// MapLibre's own words come from the page, in the page's language.
function words(box) {
  const { wordZoomIn, wordZoomOut, label } = { ...box.dataset, label: box.getAttribute("aria-label") };
  return {
    "NavigationControl.ZoomIn": wordZoomIn ?? "+",
    "NavigationControl.ZoomOut": wordZoomOut ?? "−",
    "Map.Title": label ?? "",
  };
}
