"""What other parts may call about places."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from yicheng.core.places.duties import HeldDuties
from yicheng.core.places.facts import (
    AreaDetail,
    CellInfo,
    CellReport,
    Duties,
    DutyChoices,
    HeldDuty,
    Place,
    Responsible,
)

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from yicheng.core.people.public import Viewer
    from yicheng.core.places.atlas import DivisionInfo

__all__ = [
    "AreaDetail",
    "CellInfo",
    "CellReport",
    "Duties",
    "DutyChoices",
    "HeldDuties",
    "HeldDuty",
    "Place",
    "Responsible",
    "area_detail",
    "assign_duty",
    "cell",
    "cells_between",
    "cells_under",
    "distance_m",
    "division",
    "division_name",
    "divisions",
    "duties_around",
    "duties_of",
    "duty_choices",
    "end_duty",
    "full_name",
    "import_cells",
    "locate",
    "locate_many",
    "locate_with_duties",
    "name_at",
    "outlines",
    "outlines_between",
    "search_divisions",
]


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


def cell(code: str) -> CellInfo | None:
    """An active unit cell by its code. One query."""
    from yicheng.core.places import queries

    return (
        next(iter(queries.cell_infos(queries.cells_below(code, limit=1))), None) if len(code) == 15 else None
    )


def duties_of(code: str) -> tuple[Responsible, ...]:
    """Who answers for a cell (15 digits) or a division (6, 9, 12): the most specific of each role. One query."""
    from yicheng.core.places import queries

    return queries.duties_of(code)


def duties_around(areas: Collection[str]) -> HeldDuties:
    """Who answers in these divisions, in those they lie in and for all that lies in them. One query.

    For those who ask about many cells: ``duties_around({street}).of(cell)``.
    """
    from yicheng.core.places import queries

    return queries.duties_around(areas)


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


def outlines_between(
    level: int, west: float, south: float, east: float, north: float
) -> Sequence[tuple[DivisionInfo, BaseGeometry]]:
    """The divisions of a level whose outlines touch a viewport (WGS 84 degrees); no query when warm."""
    from yicheng.core.places.atlas import atlas

    return atlas().touching(level, (west, south, east, north))


def name_at(lon: float, lat: float) -> str:
    """County and street around a point in one line, "" outside the city; no query when warm."""
    from yicheng.core.places.atlas import atlas

    known = atlas()
    code = known.deepest([lon], [lat])[0]
    return " ".join(info.name for info in known.line(code[:9]))


def search_divisions(text: str, *, limit: int = 10) -> Sequence[DivisionInfo]:
    """Divisions whose name, English name, code or pinyin begins with or holds the text; larger ones first."""
    from yicheng.core.places.atlas import atlas

    return atlas().search(text, limit=limit)


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


def area_detail(viewer: Viewer, code: str) -> AreaDetail:
    """A division or a cell with what lies in it and who answers for it. Raises ``NotFound``, ``Forbidden``."""
    from yicheng.core.places import areas

    return areas.area_detail(viewer, code)


def duty_choices(viewer: Viewer, code: str) -> DutyChoices:
    """Roles, bodies and people that may be made to answer for an area. Three queries."""
    from yicheng.core.places import areas

    return areas.duty_choices(viewer, code)


def assign_duty(
    viewer: Viewer, area_code: str, *, role_id: int, organisation_id: int, account_id: int | None = None
) -> None:
    """Let a body, or one of its people, answer for a division or a cell in a role.

    Raises ``NotFound``, ``Invalid`` (another body's person), ``Conflict`` (is so already).
    """
    from yicheng.core.places import actions

    actions.assign_duty(
        viewer, area_code, role_id=role_id, organisation_id=organisation_id, account_id=account_id
    )


def end_duty(viewer: Viewer, duty_id: int) -> None:
    """Let somebody no longer answer for an area. Raises ``NotFound``, ``Conflict`` when it has ended."""
    from yicheng.core.places import actions

    actions.end_duty(viewer, duty_id)


def import_cells(viewer: Viewer, text: str, *, name: str, datum: str = "cgcs2000") -> CellReport:
    """Take surveyed cells in from GeoJSON; those at fault are refused and told, the others stored.

    ``datum`` is the file's unless it names one itself. Raises ``Invalid`` when the text is no GeoJSON.
    """
    from yicheng.core.places import actions

    return actions.import_cells(viewer, text, name=name, datum=datum)
