"""What places take from a city pack: divisions, their outlines, cells, and who answers for what.

``divisions.csv``     code, name, kind, name_en, lon, lat, is_statistical; the parent is in the code
``outlines.geojson``  polygons with ``code`` and ``origin`` (surveyed or generalised)
``cells.geojson``     surveyed cells with ``code``
``built_up.geojson``  where cells are generated as long as there are no surveyed ones
``duties.csv``        division, role, organisation
``[grid]``            ``cell_area_ha``: how large generated cells are
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.places import loading
from yicheng.core.places.cells import Ground, check_cells
from yicheng.core.places.geojson import Collection, read_file
from yicheng.core.places.models import Origin

OUTLINES, CELLS, BUILT_UP = "outlines.geojson", "cells.geojson", "built_up.geojson"
GIVEN_ORIGINS = (Origin.SURVEYED.value, Origin.GENERALISED.value)


@dataclass(frozen=True)
class DivisionRow:
    line: int
    code: str = column(pattern=r"\d{6}|\d{9}|\d{12}")
    name: str = column(max_length=80)
    kind: str = column(max_length=30, default="")
    name_en: str = column(max_length=120, default="")
    lon: float | None = column(minimum=-180, maximum=180, default=None)
    lat: float | None = column(minimum=-90, maximum=90, default=None)
    is_statistical: bool = False


@dataclass(frozen=True)
class DutyRow:
    line: int
    division: str = column(ref="divisions.csv:code")
    role: str = column(ref="roles.csv:code")
    organisation: str = column(ref="organisations.csv:code")


DIVISIONS = Table("divisions.csv", DivisionRow, key=("code",))
DUTIES = Table("duties.csv", DutyRow, key=("division", "role", "organisation"), optional=True)


def check(pack: CityPack) -> Iterable[Finding]:
    """Every fault of divisions, outlines, cells and duties."""
    yield from pack.findings(DIVISIONS)
    yield from pack.findings(DUTIES)
    yield from _faults_of_tree(pack)
    codes = {row.code for row in pack.rows(DIVISIONS)}
    yield from _faults_of_outlines(read(pack, OUTLINES), codes)
    yield from read(pack, BUILT_UP).findings
    surveyed = read(pack, CELLS)
    yield from surveyed.findings
    yield from check_cells(surveyed.features, CELLS, ground=ground_of(pack))[1]
    yield from _faults_of_grid(pack)


def load(pack: CityPack) -> Tally:
    """Divisions, outlines, cells and duties; generates what has not been surveyed."""
    surveyed = check_cells(read(pack, CELLS).features, CELLS, ground=ground_of(pack))[0]
    content = loading.Content(
        city_code=pack.city.code,
        datum=pack.city.datum,
        divisions=tuple(
            loading.DivisionFacts(
                row.code, row.name, row.kind, row.name_en, _centre(row, pack), row.is_statistical
            )
            for row in pack.rows(DIVISIONS)
        ),
        outlines={one.code: (one.outline, _origin(one.properties)) for one in read(pack, OUTLINES).features},
        cells=tuple(surveyed),
        built_up=tuple(one.outline for one in read(pack, BUILT_UP).features),
        cell_area_m2=float(pack.settings("grid").get("cell_area_ha", 16)) * 10_000,
        duties=tuple((row.division, row.role, row.organisation) for row in pack.rows(DUTIES)),
    )
    return loading.load(content)


def read(pack: CityPack, name: str) -> Collection:
    """A file of outlines, empty where the pack has none."""
    return pack.once(("places", name), lambda: _read(pack.root / name, pack.city.datum))


def _read(path: Path, datum: str) -> Collection:
    return read_file(path, path.name, datum=datum) if path.is_file() else Collection((), (), datum)


def ground_of(pack: CityPack) -> Ground:
    """What the pack's own cells are held against."""
    outlines = {one.code: (one.outline, _origin(one.properties)) for one in read(pack, OUTLINES).features}
    communities = frozenset(row.code for row in pack.rows(DIVISIONS) if len(row.code) == 12)
    return Ground(outlines, communities, {})


def _faults_of_tree(pack: CityPack) -> Iterator[Finding]:
    city = pack.city.code
    codes = {row.code for row in pack.rows(DIVISIONS)}
    if city not in codes:
        reason = _("The city itself (%(code)s) is not in the table.") % {"code": city}
        yield Finding(DIVISIONS.file, 0, reason)
    for row in pack.rows(DIVISIONS):
        parent = loading.parent_code(row.code, city=city)
        if parent and parent not in codes:
            said = {"code": row.code, "parent": parent}
            yield Finding(DIVISIONS.file, row.line, _("%(code)s: there is no division %(parent)s.") % said)
        if (row.lon is None) != (row.lat is None):
            yield Finding(DIVISIONS.file, row.line, _("“lon” and “lat” go together."))


def _faults_of_outlines(outlines: Collection, codes: set[str]) -> Iterator[Finding]:
    yield from outlines.findings
    seen: set[str] = set()
    for one in outlines.features:
        if one.code not in codes:
            reason = _("There is no division “%(code)s”.") % {"code": one.code[:30]}
            yield Finding(OUTLINES, one.line, reason)
        if one.code in seen:
            reason = _("The division %(code)s has two outlines.") % {"code": one.code[:30]}
            yield Finding(OUTLINES, one.line, reason)
        if _origin(one.properties) not in GIVEN_ORIGINS:
            said = {"origins": ", ".join(GIVEN_ORIGINS)}
            yield Finding(OUTLINES, one.line, _("“origin” must be one of %(origins)s.") % said)
        seen.add(one.code)


def _faults_of_grid(pack: CityPack) -> Iterator[Finding]:
    area_ha = pack.settings("grid").get("cell_area_ha", 16)
    if isinstance(area_ha, bool) or not isinstance(area_ha, int | float) or not 0.1 <= area_ha <= 10_000:
        yield Finding("city.toml", 0, _("“cell_area_ha” in [grid] must be between 0.1 and 10,000 hectares."))


def _origin(properties: object) -> str:
    origin = properties.get("origin", Origin.GENERALISED.value) if isinstance(properties, dict) else ""
    return str(origin)


def _centre(row: DivisionRow, pack: CityPack) -> tuple[float, float] | None:
    if row.lon is None or row.lat is None:
        return None
    return loading.in_wgs84(row.lon, row.lat, datum=pack.city.datum)


PACK_SECTIONS = (
    PackSection(
        "places",
        gettext_lazy("Divisions and unit grid"),
        files=(DIVISIONS.file, OUTLINES, CELLS, BUILT_UP, DUTIES.file),
        check=check,
        load=load,
        after=("people", "people.organisations", "people.roles"),
        settings=("grid",),
    ),
)
