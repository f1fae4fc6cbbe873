// MapLibre with its worker as a file of our own origin, as the content-security policy asks.
import * as maplibregl from "maplibre-gl";

/* global MAP_WORKER */
const here = new URL(import.meta.url);
const folder = here.pathname.slice(0, here.pathname.indexOf("/assets/") + "/assets/".length);
maplibregl.setWorkerUrl(new URL(folder + MAP_WORKER, here.origin).href);

export default maplibregl;
