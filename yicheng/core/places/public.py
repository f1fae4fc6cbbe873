"""What other parts may call about places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from yicheng.core.places.atlas import DivisionInfo


@dataclass(frozen=True, slots=True)
class Place:
    """Where a point lies. ``cell_code`` is "" where no unit cell covers it; coordinates are WGS 84."""

    lon: float
    lat: float
    division_code: str
    cell_code: str
    division_name: str


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for an area in a role: one account, or (None) all of the organisation who hold the role."""

    area_code: str
    role_code: str
    role_name: str
    role_name_en: str
    organisation_id: int
    organisation_name: str
    organisation_name_en: str
    account_id: int | None
    account_name: str | None


@dataclass(frozen=True, slots=True)
class CellInfo:
    """A unit cell: a point inside and its ring of (longitude, latitude), closed, in WGS 84 degrees."""

    code: str
    lon: float
    lat: float
    ring: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Duties:
    """A place and who answers for it, the most specific of each role."""

    place: Place
    responsible: tuple[Responsible, ...]


def locate(lon: float, lat: float, *, datum: str = "wgs84") -> Place | None:
    """The division and unit cell of a point, or None outside the city. One query.

    ``datum`` is the source's: wgs84, cgcs2000, gcj02 or bd09 (converted here). Raises ``Invalid`` on
    coordinates that are no coordinates.
    """
    from yicheng.core.places import queries

    return queries.locate(lon, lat, datum=datum)


def locate_many(points: Sequence[tuple[float, float]], *, datum: str = "wgs84") -> list[Place | None]:
    """``locate`` for an import: (longitude, latitude) pairs in, as many places out, in at most three queries."""
    from yicheng.core.places import queries

    return queries.locate_many(points, datum=datum)


def locate_with_duties(lon: float, lat: float, *, datum: str = "wgs84") -> Duties | None:
    """Point → cell → the people responsible, or None outside the city. One query (two off the grid)."""
    from yicheng.core.places import queries

    return queries.locate_with_duties(lon, lat, datum=datum)


def cells_under(division_code: str, *, limit: int = 2000) -> Sequence[CellInfo]:
    """The active unit cells of a division, by code. The caller has checked the right. One query."""
    from yicheng.core.places import queries

    return queries.cell_infos(queries.cells_below(division_code, limit=limit))


def cells_between(
    west: float, south: float, *, east: float, north: float, limit: int = 2000
) -> Sequence[CellInfo]:
    """The active unit cells that touch a viewport, by code. The caller has checked the right. One query."""
    from yicheng.core.places import queries

    return queries.cell_infos(queries.cells_in_box(west, south, east=east, north=north, limit=limit))


def duties_of(code: str) -> tuple[Responsible, ...]:
    """Who answers for a cell (15 digits) or a division (6, 9, 12): the most specific of each role. One query."""
    from yicheng.core.places import queries

    return queries.duties_of(code)


def division(code: str) -> DivisionInfo | None:
    """A division of the city, from this process's copy: no query on a warm process."""
    from yicheng.core.places.atlas import atlas

    return atlas().get(code)


def divisions(level: int, *, under: str = "") -> Sequence[DivisionInfo]:
    """All divisions of a level (1 city, 2 county, 3 street, 4 community), below a code, in pinyin order."""
    from yicheng.core.places.atlas import atlas
    from yicheng.core.places.models import Level

    return atlas().at_level(Level(level), under=under)


def outlines(level: int) -> Sequence[tuple[DivisionInfo, BaseGeometry]]:
    """The divisions of a level with their outlines (WGS 84 degrees), where one is known; no query when warm."""
    from yicheng.core.places.atlas import atlas

    known = atlas()
    return [(info, known.outlines[info.code]) for info in divisions(level) if info.code in known.outlines]


def division_name(code: str) -> str:
    """The name in the reader's language, "" for an unknown code; of a cell that of its community."""
    info = division(code[:12])
    return info.name if info else ""


def full_name(code: str) -> str:
    """County, street and community in one line: “金水区 经八路街道 黄委会社区”."""
    from yicheng.core.places.atlas import atlas

    return " ".join(info.name for info in atlas().line(code[:12]))


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two near points in WGS 84."""
    from yicheng.core.places import datum

    return datum.distance_m(a, b)
