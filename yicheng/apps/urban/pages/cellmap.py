"""A small drawing of a shift's cells: made on the server, so that it needs neither network nor script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

WIDTH = 1000
MARGIN = 24


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell as a polygon of the drawing, and where its number stands."""

    code: str
    points: str
    x: int
    y: int
    is_seen: bool
    has_task: bool


@dataclass(frozen=True, slots=True)
class CellMap:
    """The drawing. Degrees become x and y by ``west``, ``north``, ``x_scale``, ``y_scale``: the script uses them too."""

    width: int
    height: int
    west: float
    north: float
    x_scale: float
    y_scale: float
    cells: Sequence[DrawnCell]
    marks: Sequence[tuple[int, int, int]]


def cell_map(cells: Sequence[Any], points: Sequence[tuple[float, float, int]]) -> CellMap | None:
    """Draw cells and the points of tasks (longitude, latitude, task id) inside them; None without cells."""
    rings = [cell.ring for cell in cells if cell.ring]
    if not rings:
        return None
    lons, lats = zip(*(point for ring in rings for point in ring), strict=True)
    west, east, south, north = min(lons), max(lons), min(lats), max(lats)
    shrink = cos(radians((south + north) / 2))
    x_scale = (WIDTH - 2 * MARGIN) / max(east - west, 1e-6)
    y_scale = x_scale / max(shrink, 0.01)

    def spot(lon: float, lat: float) -> tuple[int, int]:
        return round(MARGIN + (lon - west) * x_scale), round(MARGIN + (north - lat) * y_scale)

    drawn = [_cell(cell, [spot(*point) for point in cell.ring]) for cell in cells if cell.ring]
    height = round((north - south) * y_scale) + 2 * MARGIN
    inside = [(lon, lat, pk) for lon, lat, pk in points if west <= lon <= east and south <= lat <= north]
    marks = [(*spot(lon, lat), pk) for lon, lat, pk in inside]
    return CellMap(WIDTH, height, west, north, x_scale, y_scale, drawn, marks)


def _cell(cell: Any, corners: Sequence[tuple[int, int]]) -> DrawnCell:
    xs, ys = zip(*corners, strict=True)
    return DrawnCell(
        cell.code,
        " ".join(f"{x},{y}" for x, y in corners),
        (min(xs) + max(xs)) // 2,
        (min(ys) + max(ys)) // 2,
        cell.is_seen,
        cell.has_task,
    )
