"""The city's divisions in memory: names, tree and outlines, one copy a process.

A few thousand rows that nearly every page needs. The copy is renewed when the table's
revision says so: every ``locate`` compares it, everything else at most every few seconds.
Cells stay in the database.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from yicheng.core.kernel.languages import in_language
from yicheng.core.places.models import Division, Level, Revision

TRUSTED_S = 5.0
TONES = re.compile(r"[\s0-9]+")


@dataclass(frozen=True, slots=True)
class DivisionInfo:
    """A division as other parts see it; ``lon`` and ``lat`` of its centre in WGS 84."""

    code: str
    level: Level
    kind: str
    name_zh: str
    name_en: str
    sort_key: str
    parent_code: str
    lon: float | None
    lat: float | None
    is_statistical: bool
    outline_origin: str

    @property
    def name(self) -> str:
        """In the reader's language."""
        return in_language(self.name_zh, self.name_en)


class Atlas:
    """An unchanging copy of the active divisions."""

    def __init__(self, token: str, rows: Iterable[Division]) -> None:
        ordered = sorted(rows, key=lambda row: (row.level, row.sort_key, row.code))
        self.token = token
        self.divisions = {row.code: _info(row) for row in ordered}
        self.outlines: dict[str, BaseGeometry] = {row.code: row.outline for row in ordered if row.outline}
        self._children: dict[str, list[DivisionInfo]] = defaultdict(list)
        for info in self.divisions.values():
            self._children[info.parent_code].append(info)

    def get(self, code: str) -> DivisionInfo | None:
        """The division with this code, None where there is none."""
        return self.divisions.get(code)

    def children(self, code: str) -> Sequence[DivisionInfo]:
        """What lies right below, in order of pinyin; of "" the city itself."""
        return tuple(self._children.get(code, ()))

    def at_level(self, level: Level, *, under: str = "") -> Sequence[DivisionInfo]:
        """All divisions of a level, or those below a code."""
        below = {one.code for one in self.descendants(under)} if under else None
        return tuple(
            one
            for one in self.divisions.values()
            if one.level == level and (below is None or one.code in below)
        )

    def descendants(self, code: str) -> Iterator[DivisionInfo]:
        """Everything below a code."""
        for child in self._children.get(code, ()):
            yield child
            yield from self.descendants(child.code)

    def line(self, code: str) -> Sequence[DivisionInfo]:
        """From the county down to the division itself."""
        found: list[DivisionInfo] = []
        info = self.divisions.get(code)
        while info is not None and info.level > Level.CITY:
            found.insert(0, info)
            info = self.divisions.get(info.parent_code)
        return tuple(found)

    def touching(
        self, level: int, corners: tuple[float, float, float, float]
    ) -> Sequence[tuple[DivisionInfo, BaseGeometry]]:
        """The divisions of a level whose outlines meet a box, by code."""
        codes, _ranks, tree = self._tree
        hits = sorted(codes[at] for at in tree.query(shapely.box(*corners), predicate="intersects"))
        infos = (self.divisions[code] for code in hits)
        return [(info, self.outlines[info.code]) for info in infos if info.level == level]

    def search(self, text: str, *, limit: int) -> Sequence[DivisionInfo]:
        """By name, English name, code or pinyin without tones; what begins with the text goes first."""
        sought = text.strip().casefold()
        letters = TONES.sub("", sought)
        found: list[tuple[bool, int, str]] = []
        for info in self.divisions.values():
            names = (info.name_zh.casefold(), info.name_en.casefold(), info.code)
            spelt = TONES.sub("", info.sort_key)
            if any(sought in name for name in names) or (letters and spelt.startswith(letters)):
                begins = any(name.startswith(sought) for name in names)
                found.append((not begins, info.level, info.code))
        return [self.divisions[code] for _begins, _level, code in sorted(found)[:limit]] if sought else []

    def deepest(self, lons: Sequence[float], lats: Sequence[float]) -> list[str]:
        """For each point the code of the deepest division around it, "" outside the city."""
        codes, ranks, tree = self._tree
        best = np.full(len(lons), -1)
        point, hit = tree.query(shapely.points(lons, lats), predicate="intersects")
        for at, one in zip(point, hit, strict=True):
            if best[at] < 0 or ranks[one] > ranks[best[at]]:
                best[at] = one
        return [codes[one] if one >= 0 else "" for one in best]

    @cached_property
    def _tree(self) -> tuple[list[str], list[tuple[int, int]], Any]:
        """Outlines, deeper ones ranked higher; on a shared border the smaller code wins."""
        codes = sorted(self.outlines)
        ranks = [(int(self.divisions[code].level), -at) for at, code in enumerate(codes)]
        return codes, ranks, shapely.STRtree([self.outlines[code] for code in codes])


_current: Atlas | None = None
_seen_at = 0.0


def atlas(token: str | None = None) -> Atlas:
    """The present copy; ``token``: the revision that a query has just read."""
    global _current, _seen_at
    if _current is not None and token is None and time.monotonic() - _seen_at < TRUSTED_S:
        return _current
    wanted = token if token is not None else revision()
    if _current is None or _current.token != wanted:
        _current = Atlas(wanted, Division.objects.filter(is_active=True))
    _seen_at = time.monotonic()
    return _current


def forget() -> None:
    """Drop the copy: after a change in this process, and between tests."""
    global _current
    _current = None


def revision() -> str:
    """The present revision, "" before any division was loaded."""
    return Revision.objects.values_list("token", flat=True).first() or ""


def renew() -> None:
    """Write a new revision in the caller's transaction, so that every process reads again."""
    Revision.objects.update_or_create(pk=1, defaults={"token": uuid4().hex})
    forget()


def _info(row: Division) -> DivisionInfo:
    return DivisionInfo(
        code=row.code,
        level=Level(row.level),
        kind=row.kind,
        name_zh=row.name,
        name_en=row.name_en,
        sort_key=row.sort_key,
        parent_code=row.parent_id or "",
        lon=row.lon,
        lat=row.lat,
        is_statistical=row.is_statistical,
        outline_origin=row.outline_origin,
    )
