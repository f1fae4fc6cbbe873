"""Fills in the outlines that nobody gave: shares of the parent's outline, marked as generated.

From the city down. A division without an outline whose parent has none either (a zone
that lies inside other counties) lives where its children's centres are, and gets the
union of their shares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from yicheng.core.places.datum import Point
from yicheng.core.places.models import Origin
from yicheng.core.places.territory import divide, spread

#: an outline and how it came about
Outlines = dict[str, tuple[BaseGeometry, str]]


@dataclass(frozen=True)
class Seat:
    """A division to be placed: its code, its parent's, and its centre where that is known."""

    code: str
    parent: str
    centre: Point | None


def fill_in(seats: Iterable[Seat], given: Mapping[str, tuple[BaseGeometry, str]]) -> Outlines:
    """``given`` and what follows from it; a division that nothing is known of stays without outline."""
    outlines: Outlines = dict(given)
    levels: dict[int, list[Seat]] = defaultdict(list)
    children: dict[str, list[str]] = defaultdict(list)
    for seat in seats:
        levels[_depth(seat)].append(seat)
        children[seat.parent].append(seat.code)
    _root(levels[0], children, outlines)
    for depth in sorted(levels)[1:]:
        for host, members in _by_host(levels[depth], outlines).items():
            _share(outlines, outlines[host][0], members)
        for seat in levels[depth - 1]:
            _unite(seat.code, children[seat.code], outlines)
    return outlines


def _depth(seat: Seat) -> int:
    return 0 if not seat.parent else len(seat.code) // 3 - 1


def _root(roots: Iterable[Seat], children: Mapping[str, list[str]], outlines: Outlines) -> None:
    for root in roots:
        _unite(root.code, children[root.code], outlines)


def _unite(code: str, parts: Iterable[str], outlines: Outlines) -> None:
    """Where a division has no outline of its own, that of its parts together."""
    known = [outlines[part] for part in parts if part in outlines]
    if code in outlines or not known:
        return
    origins = {origin for _outline, origin in known}
    (origin,) = origins if len(origins) == 1 else (Origin.GENERATED.value,)
    outlines[code] = shapely.union_all([outline for outline, _origin in known]), origin


def _by_host(seats: Iterable[Seat], outlines: Outlines) -> dict[str, list[Seat]]:
    """Which outline each seat is to get its share of: its parent's, or the one around its centre."""
    hosts: dict[str, list[Seat]] = defaultdict(list)
    seats = list(seats)
    parents = sorted({seat.parent for seat in seats if seat.parent in outlines})
    tree = shapely.STRtree([outlines[code][0] for code in parents])
    for seat in seats:
        if seat.parent in outlines:
            hosts[seat.parent].append(seat)
        elif seat.centre:
            around = tree.query(shapely.Point(seat.centre), predicate="intersects")
            if len(around):
                hosts[parents[int(min(around))]].append(seat)
    return hosts


def _share(outlines: Outlines, host: BaseGeometry, members: list[Seat]) -> None:
    """Divide what the members with an outline leave over among those without."""
    taken = [outlines[seat.code][0] for seat in members if seat.code in outlines]
    bare = [seat for seat in members if seat.code not in outlines]
    ground = host.difference(shapely.union_all(taken)) if taken else host
    if not bare or ground.is_empty:
        return
    for seat, share in zip(bare, divide(ground, _seeds(ground, bare)), strict=True):
        if not share.is_empty:
            outlines[seat.code] = share, Origin.GENERATED.value


def _seeds(ground: BaseGeometry, seats: list[Seat]) -> list[Point]:
    """The centres that lie inside, and for the other seats points far from all that are taken."""
    seeds: dict[int, Point] = {}
    for at, seat in enumerate(seats):
        if seat.centre and seat.centre not in seeds.values() and ground.covers(shapely.Point(seat.centre)):
            seeds[at] = seat.centre
    free = [at for at in range(len(seats)) if at not in seeds]
    places = spread(ground, len(seats)) if free else []
    for at in free:
        seeds[at] = _farthest(places, list(seeds.values()))
        places.remove(seeds[at])
    return [seeds[at] for at in range(len(seats))]


def _farthest(places: list[Point], taken: list[Point]) -> Point:
    if not taken:
        return places[0]
    distances = ((np.array(places)[:, None, :] - np.array(taken)[None, :, :]) ** 2).sum(axis=2).min(axis=1)
    return places[int(distances.argmax())]
