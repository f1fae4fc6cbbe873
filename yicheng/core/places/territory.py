"""Divides an outline among points: stands in for borders that nobody has surveyed yet.

Streets in a county, communities in a street and unit cells in a community come by the
same way: each point takes what lies nearest to it (Voronoi). The same input gives the
same output, so that codes stay where they are from one loading to the next. What comes
out is marked ``generated`` by the callers.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, cos, radians
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from yicheng.core.places.datum import Point

Floats = np.ndarray[Any, np.dtype[np.float64]]

DEGREE_M = 111_194.93
DECIMALS = 6
SAMPLES_PER_SEED = 16
FEWEST_SAMPLES = 96
ROUNDS = 7
#: parts of a piece below this share of it go to the neighbour
LOOSE_M2 = 25.0


def area_m2(outline: BaseGeometry) -> float:
    """The area in square metres, good to a thousandth for what a city holds."""
    if outline.is_empty:
        return 0.0
    return float(outline.area * DEGREE_M**2 * cos(radians(outline.centroid.y)))


def divide(outline: BaseGeometry, seeds: Sequence[Point]) -> list[BaseGeometry]:
    """The share of each seed, in the order of the seeds; together they are the outline."""
    if len(seeds) < 2:
        return [outline] * len(seeds)
    scale = _scale(outline)
    flat = _scaled(outline, scale)
    points = [shapely.Point(lon * scale, lat) for lon, lat in seeds]
    shares = shapely.voronoi_polygons(MultiPoint(points), extend_to=flat, ordered=True).geoms
    pieces = [shapely.make_valid(share.intersection(flat)) for share in shares]
    return [_rounded(_scaled(piece, 1 / scale)) for piece in _joined(pieces, points)]


def spread(outline: BaseGeometry, count: int) -> list[Point]:
    """``count`` points inside the outline, about evenly far from each other."""
    samples = _samples(outline, max(FEWEST_SAMPLES, count * SAMPLES_PER_SEED))
    scale = _scale(outline)
    flat = samples * (scale, 1.0)
    centres = flat[np.linspace(0, len(flat) - 1, count + 2).round().astype(int)[1:-1]]
    for _round in range(ROUNDS):
        centres = _middles(flat, _nearest(flat, centres), centres)
    inside = flat[_nearest(centres, flat)]
    return [(round(float(x) / scale, DECIMALS), round(float(y), DECIMALS)) for x, y in inside]


def cut_into(outline: BaseGeometry, piece_m2: float, *, most: int) -> list[Polygon]:
    """Simple polygons of about ``piece_m2`` each, larger where more than ``most`` would come out.

    In rows from north to south, none with holes.
    """
    wanted_m2 = max(piece_m2, 1.1 * area_m2(outline) / most)
    pieces: list[Polygon] = []
    for part in _polygons(outline):
        count = max(1, round(area_m2(part) / wanted_m2))
        shares = divide(part, spread(part, count)) if count > 1 else [part]
        pieces += [simple for share in shares for one in _polygons(share) for simple in _without_holes(one)]
    row_deg = wanted_m2**0.5 / DEGREE_M
    return sorted(pieces, key=lambda one: (-round(one.centroid.y / row_deg), one.centroid.x))[:most]


def _samples(outline: BaseGeometry, wanted: int) -> Floats:
    """Lattice points inside, row by row in turning direction, so that neighbours stay neighbours."""
    west, south, east, north = outline.bounds
    scale = _scale(outline)
    step = (outline.area * scale / wanted) ** 0.5
    for _try in range(8):
        rows = max(2, ceil((north - south) / step))
        columns = max(2, ceil((east - west) * scale / step))
        xs = west + (np.arange(columns) + 0.5) * (east - west) / columns
        ys = south + (np.arange(rows) + 0.5) * (north - south) / rows
        lattice = np.concatenate(
            [np.column_stack((xs if row % 2 else xs[::-1], np.full(columns, y))) for row, y in enumerate(ys)]
        )
        inside = lattice[shapely.contains_xy(outline, lattice[:, 0], lattice[:, 1])]
        if len(inside) >= wanted * 2 // 3:
            break
        step /= 1.6
    return np.asarray(inside, dtype=np.float64)


def _nearest(points: Floats, centres: Floats) -> np.ndarray[Any, Any]:
    """For each point the index of the nearest centre."""
    tree = shapely.STRtree(shapely.points(centres))
    nearest: np.ndarray[Any, Any] = tree.nearest(shapely.points(points))
    return nearest


def _middles(points: Floats, owner: np.ndarray[Any, Any], otherwise: Floats) -> Floats:
    """The mean of each owner's points; who owns none stays where it was."""
    count = np.bincount(owner, minlength=len(otherwise))[:, None]
    sums = np.column_stack([np.bincount(owner, points[:, axis], len(otherwise)) for axis in (0, 1)])
    return np.where(count > 0, sums / np.maximum(count, 1), otherwise)


def _joined(pieces: list[BaseGeometry], seeds: Sequence[shapely.Point]) -> list[BaseGeometry]:
    """Each share in one part where it can be: what the outline's bends cut off goes to a neighbour."""
    mains: list[Polygon] = []
    loose: list[Polygon] = []
    for piece, seed in zip(pieces, seeds, strict=True):
        parts = sorted(_polygons(piece), key=lambda one: (not one.covers(seed), -one.area))
        mains.append(parts[0] if parts else Polygon())
        loose += parts[1:]
    for part in sorted(loose, key=lambda one: -one.area):
        borders = [part.boundary.intersection(main.boundary).length for main in mains]
        at = int(np.argmax(borders))
        mains[at] = shapely.union_all([mains[at], part])
    return list(mains)


def _without_holes(piece: Polygon) -> list[Polygon]:
    """Cut along the meridian through a hole until no hole is left."""
    if not piece.interiors:
        return [piece]
    west, south, east, north = piece.bounds
    middle = piece.interiors[0].centroid.x
    halves = (shapely.box(west, south, middle, north), shapely.box(middle, south, east, north))
    cut = [part for half in halves for part in _polygons(_rounded(piece.intersection(half)))]
    return [simple for part in cut for simple in _without_holes(part)]


def _polygons(outline: BaseGeometry) -> list[Polygon]:
    parts = getattr(outline, "geoms", [outline])
    return [one for one in parts if isinstance(one, Polygon) and area_m2(one) > LOOSE_M2]


def _rounded(outline: BaseGeometry) -> BaseGeometry:
    return shapely.set_precision(outline, 10.0**-DECIMALS)


def _scale(outline: BaseGeometry) -> float:
    _west, south, _east, north = outline.bounds
    return cos(radians((south + north) / 2))


def _scaled(outline: BaseGeometry, scale: float) -> BaseGeometry:
    return shapely.transform(outline, lambda points: points * (scale, 1.0))
