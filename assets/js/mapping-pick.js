// Choosing a place: a click or a dragged marker fills two inputs; typing in them moves the marker;
// a button `[data-locate]` in the same form asks the device where it is.
import { colours } from "./mapping.js";
import maplibregl from "./maplibre.js";

export function pick(box, map) {
  const [lon, lat] = box.dataset.pick.split(",").map((id) => document.getElementById(id));
  const marker = new maplibregl.Marker({ color: colours().brand, draggable: true });
  const here = () => (lon.value && lat.value ? [Number(lon.value), Number(lat.value)] : null);

  function show(place, { move = false } = {}) {
    marker.setLngLat(place).addTo(map);
    if (move) map.easeTo({ center: place, zoom: Math.max(map.getZoom(), 15) });
  }

  function choose(place, options) {
    const { lng, lat: north } = maplibregl.LngLat.convert(place);
    lon.value = lng.toFixed(6);
    lat.value = north.toFixed(6);
    show([lng, north], options);
    for (const input of [lon, lat]) input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  if (here()) show(here(), { move: true });
  map.on("click", (event) => choose(event.lngLat));
  marker.on("dragend", () => choose(marker.getLngLat()));
  for (const input of [lon, lat]) {
    input.addEventListener("input", () => here() && here().every(Number.isFinite) && show(here(), { move: true }));
  }
  const button = (lon.form ?? document).querySelector("[data-locate]");
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.removeAttribute("aria-busy");
        choose([coords.longitude, coords.latitude], { move: true });
      },
      () => {
        button.removeAttribute("aria-busy");
        const failed = document.getElementById(button.dataset.locateFailed);
        if (failed) failed.hidden = false;
      },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}
