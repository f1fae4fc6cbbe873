// Small geometry for the drawing of cells; degrees in, drawing units out.

/** Where a [longitude, latitude] lies in the drawing. */
export function spotOf(drawing, [lon, lat]) {
  const { west, north, x, y } = drawing.dataset;
  return [24 + (lon - Number(west)) * Number(x), 24 + (Number(north) - lat) * Number(y)];
}

/** Whether a spot lies in the polygon whose corners are "x,y x,y …". */
export function inRing([x, y], points) {
  const corners = points.trim().split(/\s+/).map((pair) => pair.split(",").map(Number));
  let isIn = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
    const [xi, yi] = corners[i];
    const [xj, yj] = corners[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) isIn = !isIn;
  }
  return isIn;
}

/** How far two near places are apart, in words. */
export function distanceText([lon, lat], [toLon, toLat]) {
  const north = (toLat - lat) * 111_320;
  const east = (toLon - lon) * 111_320 * Math.cos((lat * Math.PI) / 180);
  const metres = Math.hypot(north, east);
  return metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`;
}
