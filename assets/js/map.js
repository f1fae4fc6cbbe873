// Maps without an outside host: every `<div class="map" data-map>` becomes a MapLibre map drawn from our own GeoJSON.
//
// data-center="lon,lat"  data-zoom  data-base="URL of areas as GeoJSON"  data-point="lon,lat" (a marker)
// data-points="URL of GeoJSON points" (data-fit: show them all)  data-pick="id of lon input,id of lat input" (click or drag to choose a place)
// A page with a map of its own imports what it needs: `import { createMap } from "…/assets/js/map.js"`.
import "maplibre-gl/dist/maplibre-gl.css";
import { createMap, colours } from "./mapping.js";
import { pick } from "./mapping-pick.js";
import maplibregl from "./maplibre.js";

for (const box of document.querySelectorAll("[data-map]")) start(box);

function start(box) {
  const map = createMap(box);
  box.yichengMap = map;
  const place = numbers(box.dataset.point);
  if (place) new maplibregl.Marker({ color: colours().brand }).setLngLat(place).addTo(map);
  if (box.dataset.pick) pick(box, map);
  if (box.dataset.points) map.on("load", () => points(map, box.dataset.points, "fit" in box.dataset));
  box.dispatchEvent(new CustomEvent("yicheng:map", { bubbles: true, detail: { map } }));
}

function numbers(text) {
  const found = (text ?? "").split(",").map(Number);
  return found.length === 2 && found.every(Number.isFinite) ? found : null;
}

async function points(map, address, fits) {
  const { brand, surface } = colours();
  const data = await (await fetch(address)).json();
  map.addSource("points", { type: "geojson", data });
  if (fits && data.features.length) fit(map, data.features);
  map.addLayer({
    id: "points",
    type: "circle",
    source: "points",
    // a point that stands for several says how large it is
    paint: { "circle-radius": ["coalesce", ["get", "radius"], 6], "circle-color": brand, "circle-stroke-width": 2, "circle-stroke-color": surface },
  });
  map.on("click", "points", ({ features }) => {
    const link = features[0].properties.link;
    if (link) window.location.href = link;
  });
}

// Shows all points at once: a list that reaches over the whole city is not cut off at its centre.
function fit(map, features) {
  const bounds = new maplibregl.LngLatBounds();
  for (const { geometry } of features) bounds.extend(geometry.coordinates);
  map.fitBounds(bounds, { padding: 40, maxZoom: 13, animate: false });
}
