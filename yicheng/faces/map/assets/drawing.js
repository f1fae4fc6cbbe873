// How each style of layer is drawn. Sources bear the layer's key; layers `key:what`.
const EMPTY = { type: "FeatureCollection", features: [] };
const FONT = ["sans-serif"];
const POINT = ["==", ["geometry-type"], "Point"];
const NOT_POINT = ["!=", ["geometry-type"], "Point"];
const LAYERS = {
  points: ["circle", "label"],
  heat: ["heat"],
  areas: ["fill", "line", "dashes", "name"],
  lines: ["line", "dashes"],
};

/** The ids of the map layers that a declared layer consists of. */
export function legible(layer) {
  return LAYERS[layer.style].map((what) => `${layer.key}:${what}`);
}

/** Adds the source and the map layers of a declared layer, empty. */
export function draw(map, layer, c) {
  map.addSource(layer.key, { type: "geojson", data: EMPTY });
  for (const style of STYLES[layer.style](layer, c)) {
    map.addLayer({ source: layer.key, minzoom: layer.minZoom, ...style });
  }
}

const tones = (c) => ["match", ["get", "tone"], "good", c.good, "warn", c.warn, "bad", c.bad, "info", c.info, c.brand];

const STYLES = {
  points: (layer, c) => [
    {
      id: `${layer.key}:circle`,
      type: "circle",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["log10", ["max", 1, ["coalesce", ["get", "count"], 1]]], 0, 7, 1, 13, 3, 21, 5, 30],
        "circle-color": tones(c),
        "circle-opacity": 0.9,
        "circle-stroke-width": 2,
        "circle-stroke-color": c.surface,
      },
    },
    {
      id: `${layer.key}:label`,
      type: "symbol",
      filter: ["has", "label"],
      layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-allow-overlap": true },
      paint: { "text-color": c.surface },
    },
  ],
  heat: (layer, c) => [
    {
      id: `${layer.key}:heat`,
      type: "heatmap",
      paint: {
        "heatmap-weight": ["interpolate", ["linear"], ["log10", ["max", 1, ["get", "count"]]], 0, 0.15, 3, 1],
        "heatmap-radius": 22,
        "heatmap-opacity": 0.75,
        "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(0,0,0,0)", 0.2, c.brand, 0.6, c.warn, 1, c.bad],
      },
    },
  ],
  areas: (layer, c) => [
    { id: `${layer.key}:fill`, type: "fill", filter: NOT_POINT, paint: { "fill-color": c.brand, "fill-opacity": 0.03 } },
    { id: `${layer.key}:line`, type: "line", filter: ["all", NOT_POINT, ["!", ["to-boolean", ["get", "dashed"]]]], paint: { "line-color": c.brand, "line-width": 1.2 } },
    { id: `${layer.key}:dashes`, type: "line", filter: ["all", NOT_POINT, ["to-boolean", ["get", "dashed"]]], paint: { "line-color": c.brand, "line-width": 1, "line-dasharray": [3, 2], "line-opacity": 0.7 } },
    {
      id: `${layer.key}:name`,
      type: "symbol",
      filter: POINT,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-max-width": 7 },
      paint: { "text-color": c["ink-2"], "text-halo-color": c.surface, "text-halo-width": 1.4 },
    },
  ],
  lines: (layer, c) => [
    { id: `${layer.key}:line`, type: "line", filter: ["!", ["to-boolean", ["get", "dashed"]]], paint: { "line-color": tones(c), "line-width": 2 } },
    { id: `${layer.key}:dashes`, type: "line", filter: ["to-boolean", ["get", "dashed"]], paint: { "line-color": tones(c), "line-width": 2, "line-dasharray": [3, 2] } },
  ],
};
