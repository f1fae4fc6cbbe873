"""Where a point lies and who answers for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from django.db.models import Q

from yicheng.core.kernel import statements
from yicheng.core.places.atlas import Atlas, atlas
from yicheng.core.places.datum import check_point, to_wgs84
from yicheng.core.places.duties import HeldDuties, areas_of, most_specific
from yicheng.core.places.facts import CellInfo, Duties, Place, Responsible
from yicheng.core.places.fields import scaled
from yicheng.core.places.models import Duty, GridCell, Origin

#: the index holds boxes; the outline itself decides. One round trip with the revision.
CELL_AT = """
SELECT (SELECT token FROM places_revision), cell.code
  FROM (SELECT point(%(x)s, %(y)s) AS p) AS asked
  LEFT JOIN places_gridcell AS cell
    ON box(cell.outline) @> box(asked.p, asked.p) AND cell.outline @> asked.p AND cell.is_active
"""

#: a function (migration 0002), because planning five joins takes longer than running them
DUTIES_AT = "SELECT * FROM places_duties_at(point(%(x)s, %(y)s))"

#: so many points are looked up in memory at once
BULK = 50_000


def locate(lon: float, lat: float, *, datum: str = "wgs84") -> Place | None:
    """See ``public.locate``. One query."""
    lon, lat = to_wgs84(lon, lat, datum=datum)
    rows = statements.run(CELL_AT, {"x": scaled(lon), "y": scaled(lat)})
    return _place(atlas(rows[0][0] or ""), lon, lat, cell_code=min(row[1] or "" for row in rows))


def locate_with_duties(lon: float, lat: float, *, datum: str = "wgs84") -> Duties | None:
    """See ``public.locate_with_duties``. One query; a second one where no cell is."""
    lon, lat = to_wgs84(lon, lat, datum=datum)
    rows = statements.run(DUTIES_AT, {"x": scaled(lon), "y": scaled(lat)})
    cell_code = min(row[1] or "" for row in rows)
    place = _place(atlas(rows[0][0] or ""), lon, lat, cell_code=cell_code)
    if place is None:
        return None
    if not cell_code:
        return Duties(place, duties_of(place.division_code))
    held = (Responsible(*row[2:]) for row in rows if row[1] == cell_code and row[2])
    return Duties(place, most_specific(held))


def locate_many(points: Sequence[tuple[float, float]], *, datum: str = "wgs84") -> list[Place | None]:
    """See ``public.locate_many``. One query for the cells however many points."""
    if not points:
        return []
    known = atlas()
    moved = points if datum in ("wgs84", "cgcs2000") else [to_wgs84(*one, datum=datum) for one in points]
    for lon, lat in moved:
        check_point(lon, lat)
    codes, tree = _cell_tree(moved)
    found: list[Place | None] = []
    for start in range(0, len(moved), BULK):
        found += _places(known, moved[start : start + BULK], codes, tree)
    return found


def duties_of(code: str) -> tuple[Responsible, ...]:
    """See ``public.duties_of``. One query."""
    on_cell = Q(cell_id=code) if len(code) == 15 else Q(pk=None)
    return most_specific(_held(Q(division_id__in=areas_of(code)) | on_cell))


def duties_around(areas: Collection[str]) -> HeldDuties:
    """See ``public.duties_around``. One query."""
    around = Q(division_id__in={above for area in areas for above in areas_of(area)})
    for area in areas:
        around |= Q(division__code__startswith=area) | Q(cell__code__startswith=area)
    held: dict[str, list[Responsible]] = {}
    for one in _held(around):
        held.setdefault(one.area_code, []).append(one)
    return HeldDuties(held)


def _held(where: Q) -> Iterator[Responsible]:
    rows = Duty.objects.filter(where, ended_at=None)
    for row in rows.select_related("role", "organisation", "account"):
        is_there = row.account is not None and row.account.is_active
        yield Responsible(
            area_code=row.cell_id or row.division_id or "",
            role_code=row.role.code,
            role_name=row.role.name,
            role_name_en=row.role.name_en,
            organisation_id=row.organisation_id,
            organisation_name=row.organisation.name,
            organisation_name_en=row.organisation.name_en,
            account_id=row.account_id if is_there else None,
            account_name=row.account.display_name if row.account and is_there else None,
        )


def cells_below(division_code: str, *, limit: int) -> list[GridCell]:
    """The active cells of a division, by code, for callers who have checked the right."""
    rows = GridCell.objects.filter(code__startswith=division_code, is_active=True)
    return list(rows.order_by("code")[:limit])


def cell_infos(cells: Iterable[GridCell]) -> list[CellInfo]:
    """Cells as other parts see them."""
    return [
        CellInfo(
            cell.code,
            cell.lon,
            cell.lat,
            tuple(cell.outline.exterior.coords),
            cell.origin == Origin.GENERATED,
        )
        for cell in cells
    ]


def cells_in_box(west: float, south: float, *, east: float, north: float, limit: int) -> list[GridCell]:
    """Active cells whose box touches a viewport; at most ``limit``."""
    rows = GridCell.objects.filter(is_active=True, outline__touches=(west, south, east, north))
    return list(rows.order_by("code")[:limit])


def _place(known: Atlas, lon: float, lat: float, *, cell_code: str) -> Place | None:
    division_code = cell_code[:12] or known.deepest([lon], [lat])[0]
    if not division_code:
        return None
    info = known.get(division_code)
    return Place(lon, lat, division_code, cell_code, info.name_zh if info else "")


def _places(
    known: Atlas, points: Sequence[tuple[float, float]], codes: list[str], tree: Any
) -> list[Place | None]:
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    cells = [""] * len(points)
    point_at, cell_at = tree.query(shapely.points(lons, lats), predicate="intersects")
    for at, hit in zip(point_at.tolist(), cell_at.tolist(), strict=True):
        cells[at] = min(cells[at] or codes[hit], codes[hit])
    bare = [at for at, code in enumerate(cells) if not code]
    around = dict(zip(bare, known.deepest([lons[at] for at in bare], [lats[at] for at in bare]), strict=True))
    return [
        _known_place(known, point, division_code=around.get(at) or cells[at][:12], cell_code=cells[at])
        for at, point in enumerate(points)
    ]


def _known_place(
    known: Atlas, point: tuple[float, float], *, division_code: str, cell_code: str
) -> Place | None:
    if not division_code:
        return None
    info = known.get(division_code)
    return Place(point[0], point[1], division_code, cell_code, info.name_zh if info else "")


def _cell_tree(points: Sequence[tuple[float, float]]) -> tuple[list[str], Any]:
    """The cells around the points, indexed in memory."""
    around = np.array(points)
    box = (*around.min(axis=0).tolist(), *around.max(axis=0).tolist())
    cells = GridCell.objects.filter(is_active=True, outline__touches=box).order_by("code")
    rows = list(cells.values_list("code", "outline"))
    return [code for code, _outline in rows], shapely.STRtree([outline for _code, outline in rows])
