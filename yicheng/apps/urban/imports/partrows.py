"""Rows of a parts census (部件普查): what each must hold, and what it refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.codes import CodeLayout, PartCode, parse_part_code
from yicheng.apps.urban.imports.columns import Column, day, number, positions, text, values, word
from yicheng.core.kernel.errors import Invalid
from yicheng.core.kernel.sheets.records import Record, Sheet, fitted
from yicheng.core.places.public import Place

STATES = {
    "intact": "intact",
    "broken": "broken",
    "missing": "missing",
    "abandoned": "abandoned",
    "完好": "intact",
    "破损": "broken",
    "丢失": "missing",
    "废弃": "abandoned",
}
DATUMS = {name: name for name in ("wgs84", "cgcs2000", "gcj02", "bd09")} | {
    "2000": "cgcs2000",
    "国家2000": "cgcs2000",
    "高德": "gcj02",
    "百度": "bd09",
    "gcj-02": "gcj02",
    "bd-09": "bd09",
    "wgs-84": "wgs84",
}


@dataclass(frozen=True, slots=True)
class PartRow:
    """A sound row, resolved: WGS 84 position, ids of what it names."""

    code: PartCode
    class_code: str
    name: str
    state: str
    owner_id: int
    maintainer_id: int | None
    place: Place
    datum: str
    address: str
    surveyed_on: date | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A row after its check: sound (``row``), or refused with every reason; ``doubts`` refuse nothing."""

    line: int
    cells: tuple[str, ...]
    row: PartRow | None
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


#: longitude-latitude pairs of one datum in, as many places out
Locate = Callable[[Sequence[tuple[float, float]], str], Sequence[Place | None]]
CHUNK = 2_000


@dataclass(slots=True)
class PartReader:
    """Checks rows against the city: its code layout, classes and organisations by code, its places.

    ``classes`` maps the digits in a part's code to the city's class.
    """

    layout: CodeLayout
    classes: Mapping[str, str]
    organisations: Mapping[str, int]
    locate: Locate
    datum: str = "cgcs2000"
    seen: dict[str, int] = field(default_factory=dict)

    def read(self, sheet: Sheet) -> Iterator[Checked]:
        """Every record of the sheet, in order. Raises ``Unreadable`` when the header or the file is no use."""
        columns = self.columns()
        where = positions(sheet, columns)
        reading = _Reading(columns, where, len(sheet.columns), pads=sheet.format != "csv")
        records = iter(sheet.records)
        while chunk := list(islice(records, CHUNK)):
            yield from self.check([reading.row(record) for record in chunk])

    def columns(self) -> tuple[Column, ...]:
        """The census's columns, in the order of the template."""
        return (
            Column(
                "code",
                ("标识码", "部件标识码", "code", "objcode"),
                lambda c: parse_part_code(c, self.layout),
                True,
            ),
            Column("state", ("状态", "部件状态", "state", "objstate"), word(STATES), True),
            Column(
                "owner",
                ("主管部门代码", "主管部门", "权属单位代码", "owner", "deptcode1"),
                self.organisation,
                True,
            ),
            Column("maintainer", ("养护单位代码", "养护单位", "maintainer"), self.organisation, default=None),
            Column("lon", ("经度", "x", "longitude", "long"), number(-180, 180), True),
            Column("lat", ("纬度", "y", "latitude"), number(-90, 90), True),
            Column("datum", ("坐标系", "datum"), word(DATUMS), default=self.datum),
            Column("surveyed_on", ("普查日期", "调查日期", "surveyed", "surveyed on"), day, default=None),
            Column("name", ("名称", "部件名称", "name", "objname"), text(80)),
            Column("address", ("位置", "地址", "位置描述", "address"), text(200)),
        )

    def check(self, rows: Sequence[_Given]) -> Iterator[Checked]:
        """What is to be said of each row; places are looked up for all of them at once."""
        places = self.places(rows)
        for row in rows:
            faults, doubts, part = list(row.faults), [], None
            if not faults:
                faults, place = list(self.faults(row)), places[row.line]
                if place is None:
                    faults.append(str(_("The place lies outside the city.")))
                elif not faults:
                    part = _part(row.values, place, self.classes)
                    doubts = list(_doubts(part))
            yield Checked(row.line, row.cells, part, tuple(faults), tuple(doubts))

    def places(self, rows: Sequence[_Given]) -> Mapping[int, Place | None]:
        found: dict[int, Place | None] = {}
        sound = [row for row in rows if not row.faults]
        for datum in {row.values["datum"] for row in sound}:
            those = [row for row in sound if row.values["datum"] == datum]
            points = [(row.values["lon"], row.values["lat"]) for row in those]
            found.update(zip((row.line for row in those), self.locate(points, datum), strict=True))
        return found

    def faults(self, row: _Given) -> Iterator[str]:
        code: PartCode = row.values["code"]
        if code.class_code not in self.classes:
            yield str(_("The city knows no class of parts “%(digits)s”.")) % {"digits": code.class_code}
        first = self.seen.setdefault(str(code), row.line)
        if first != row.line:
            yield str(_("The code is already on line %(line)d.")) % {"line": first}

    def organisation(self, cell: str) -> int:
        try:
            return self.organisations[cell]
        except KeyError:
            raise Invalid(
                _("The city knows no organisation with the code or name “%(given)s”."), given=cell[:60]
            ) from None


@dataclass(frozen=True, slots=True)
class _Given:
    """A row's parsed cells, before anything is looked up."""

    line: int
    cells: tuple[str, ...]
    values: Mapping[str, Any]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """How one sheet's records become rows."""

    columns: tuple[Column, ...]
    where: Mapping[str, int]
    width: int
    pads: bool

    def row(self, record: Record) -> _Given:
        cells = fitted(record, self.width, pads=self.pads)
        if cells is None:
            reason = str(_("The line has %(found)d cells, the header %(wanted)d."))
            said = {"found": len(record.cells), "wanted": self.width}
            return _Given(record.line, record.cells, {}, (reason % said,))
        given, faults = values(cells, self.where, self.columns)
        return _Given(record.line, cells, given, tuple(faults))


def _part(given: Mapping[str, Any], place: Place, classes: Mapping[str, str]) -> PartRow:
    return PartRow(
        code=given["code"],
        class_code=classes[given["code"].class_code],
        name=given["name"],
        state=given["state"],
        owner_id=given["owner"],
        maintainer_id=given["maintainer"],
        place=place,
        datum=given["datum"],
        address=given["address"],
        surveyed_on=given["surveyed_on"],
    )


def _doubts(part: PartRow) -> Iterator[str]:
    """What is odd and yet taken."""
    if not part.place.division_code.startswith(part.code.division):
        yield str(_("The code says division %(said)s, the place lies in %(found)s.")) % {
            "said": part.code.division,
            "found": part.place.division_code[:6],
        }
    if not part.place.cell_code:
        yield str(_("No unit cell covers the place."))
