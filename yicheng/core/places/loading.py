"""Brings divisions, cells and duties to the state that a pack says, filling in what nobody surveyed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import QuerySet
from shapely.geometry.base import BaseGeometry

from yicheng.core.kernel import clock
from yicheng.core.kernel.pack import Tally
from yicheng.core.kernel.pinyin import sort_key
from yicheng.core.kernel.upsert import sync
from yicheng.core.people.models import Organisation, Role
from yicheng.core.places.atlas import renew
from yicheng.core.places.borders import Outlines, Seat, fill_in
from yicheng.core.places.cells import SurveyedCell
from yicheng.core.places.datum import Point, to_wgs84
from yicheng.core.places.models import Division, Duty, GridCell, Level, Origin
from yicheng.core.places.territory import area_m2, cut_into

MOST_CELLS = 999  # three digits
#: slivers of built-up land below this share of a cell get none of their own
SMALLEST_SHARE = 0.05


@dataclass(frozen=True)
class DivisionFacts:
    """What the pack says of a division; ``centre`` in WGS 84, None where it does not say."""

    code: str
    name: str
    kind: str
    name_en: str
    centre: Point | None
    is_statistical: bool


@dataclass(frozen=True)
class Content:
    """Everything that a pack says about places, in WGS 84."""

    city_code: str
    datum: str
    divisions: tuple[DivisionFacts, ...]
    outlines: Mapping[str, tuple[BaseGeometry, str]]
    cells: tuple[SurveyedCell, ...]
    built_up: tuple[BaseGeometry, ...]
    cell_area_m2: float
    duties: tuple[tuple[str, str, str], ...]


def in_wgs84(lon: float, lat: float, *, datum: str) -> Point:
    """A pack's coordinate as it is stored."""
    moved = to_wgs84(lon, lat, datum=datum)
    return round(moved[0], 6), round(moved[1], 6)


def load(content: Content) -> Tally:
    """Write everything; a new revision only if anything changed."""
    outlines = fill_in(_seats(content), {**_surveyed_outlines(), **content.outlines})
    tally = _load_divisions(content, outlines)
    tally += _load_cells(content, outlines)
    if tally.created or tally.changed or tally.retired:
        renew()
    return tally + _load_duties(content)


def parent_code(code: str, *, city: str) -> str:
    """The code right above; of a county that of the city, of the city none."""
    if len(code) > 6:
        return code[:-3]
    return "" if code == city else city


def _seats(content: Content) -> Iterator[Seat]:
    for facts in content.divisions:
        yield Seat(facts.code, parent_code(facts.code, city=content.city_code), facts.centre)


def _surveyed_outlines() -> Outlines:
    """What staff imported stays, whatever the pack generates."""
    rows = Division.objects.filter(outline_origin=Origin.SURVEYED, outline__isnull=False)
    return {row.code: (row.outline, row.outline_origin) for row in rows}


def _load_divisions(content: Content, outlines: Outlines) -> Tally:
    rows = [_division(facts, content.city_code, outlines.get(facts.code)) for facts in content.divisions]
    return sync(Division.objects.all(), rows, key=("code",), retire=_retire)


def _division(facts: DivisionFacts, city: str, outline: tuple[BaseGeometry, str] | None) -> dict[str, Any]:
    centre = facts.centre or (_inside(outline[0]) if outline else (None, None))
    return {
        "code": facts.code,
        "level": _level(facts.code, city),
        "kind": facts.kind,
        "name": facts.name,
        "name_en": facts.name_en,
        "sort_key": sort_key(facts.name),
        "parent_id": parent_code(facts.code, city=city) or None,
        "is_statistical": facts.is_statistical,
        "lon": centre[0],
        "lat": centre[1],
        "outline": outline[0] if outline else None,
        "outline_origin": outline[1] if outline else "",
        "is_active": True,
    }


def _level(code: str, city: str) -> int:
    return Level.CITY if code == city else {6: Level.COUNTY, 9: Level.STREET, 12: Level.COMMUNITY}[len(code)]


def _inside(outline: BaseGeometry) -> Point:
    point = outline.representative_point()
    return round(point.x, 6), round(point.y, 6)


def _retire(gone: QuerySet[Any]) -> int:
    return gone.filter(is_active=True).update(is_active=False)


def _load_cells(content: Content, outlines: Outlines) -> Tally:
    """The pack's surveyed cells, generated ones elsewhere; cells that staff imported are not touched."""
    rows = [cell_row(cell, datum=content.datum) for cell in content.cells]
    codes = [row["code"] for row in rows]
    imported = GridCell.objects.filter(origin=Origin.SURVEYED, is_active=True).exclude(code__in=codes)
    surveyed = {code[:12] for code in [*codes, *imported.values_list("code", flat=True)]}
    rows += _generated(content, outlines, surveyed)
    return sync(GridCell.objects.exclude(pk__in=imported), rows, key=("code",), retire=_retire)


def cell_row(cell: SurveyedCell, *, datum: str) -> dict[str, Any]:
    """The columns of a surveyed cell."""
    lon, lat = _inside(cell.outline)
    return {
        "code": cell.code,
        "division_id": cell.community,
        "outline": cell.outline,
        "lon": lon,
        "lat": lat,
        "area_m2": cell.area_m2,
        "origin": Origin.SURVEYED.value,
        "datum": datum,
        "is_active": True,
    }


def _generated(content: Content, outlines: Outlines, surveyed: set[str]) -> Iterator[dict[str, Any]]:
    if not content.built_up:
        return
    land = shapely.union_all(list(content.built_up))
    shapely.prepare(land)
    for facts in content.divisions:
        outline = outlines.get(facts.code)
        if len(facts.code) == 12 and outline and facts.code not in surveyed and land.intersects(outline[0]):
            yield from _cells_of(facts.code, outline[0].intersection(land), content)


def _cells_of(community: str, ground: BaseGeometry, content: Content) -> Iterator[dict[str, Any]]:
    if area_m2(ground) < SMALLEST_SHARE * content.cell_area_m2:
        return
    for number, piece in enumerate(cut_into(ground, content.cell_area_m2, most=MOST_CELLS), start=1):
        cell = SurveyedCell(0, f"{community}{number:03}", piece)
        yield {**cell_row(cell, datum=content.datum), "origin": Origin.GENERATED.value}


def _load_duties(content: Content) -> Tally:
    """Duties that came with a pack follow it; those that staff assigned stay."""
    roles = dict(Role.objects.values_list("code", "id"))
    bodies = dict(Organisation.objects.values_list("code", "id"))
    wanted = {(area, roles[role], bodies[body]) for area, role, body in content.duties}
    active = Duty.objects.filter(is_from_pack=True, ended_at=None, cell=None, account=None)
    held = {(one.division_id, one.role_id, one.organisation_id): one.pk for one in active}
    new = [
        Duty(division_id=area, role_id=role, organisation_id=body, is_from_pack=True, began_at=clock.now())
        for area, role, body in sorted(wanted - held.keys())
    ]
    Duty.objects.bulk_create(new)
    ended = [pk for key, pk in held.items() if key not in wanted]
    Duty.objects.filter(pk__in=ended).update(ended_at=clock.now())
    return Tally(created=len(new), unchanged=len(held) - len(ended), retired=len(ended))
