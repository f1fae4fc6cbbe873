"""Rows of a parts census (部件普查): what each must hold, and what it refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.codes import CodeLayout, PartCode, parse_part_code
from yicheng.apps.urban.imports.columns import Column, day, number, positions, text, values, word
from yicheng.apps.urban.imports.records import Record, Sheet, fitted
from yicheng.core.kernel.errors import Invalid
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
    owner_id: int | None
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


@dataclass(slots=True)
class PartReader:
    """Checks rows against the city: its code layout, classes and organisations by code, its places."""

    layout: CodeLayout
    classes: frozenset[str]
    organisations: Mapping[str, int]
    locate: Callable[[float, float, str], Place | None]
    datum: str = "cgcs2000"
    seen: dict[str, int] = field(default_factory=dict)

    def read(self, sheet: Sheet) -> Iterator[Checked]:
        """Every record of the sheet, in order. Raises ``Unreadable`` when the header or the file is no use."""
        columns = self.columns()
        where = positions(sheet, columns)
        pads = sheet.format != "csv"
        for record in sheet.records:
            yield self.check(record, width=len(sheet.columns), pads=pads, where=where, columns=columns)

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

    def check(
        self, record: Record, *, width: int, pads: bool, where: Mapping[str, int], columns: tuple[Column, ...]
    ) -> Checked:
        cells = fitted(record, width, pads=pads)
        if cells is None:
            reason = str(_("The line has %(found)d cells, the header %(wanted)d."))
            return Checked(
                record.line, record.cells, None, (reason % {"found": len(record.cells), "wanted": width},)
            )
        given, faults = values(cells, where, columns)
        row, more, doubts = self.resolve(given, record.line) if not faults else (None, [], [])
        return Checked(record.line, cells, row, tuple(faults + more), tuple(doubts))

    def resolve(self, given: Mapping[str, Any], line: int) -> tuple[PartRow | None, list[str], list[str]]:
        code: PartCode = given["code"]
        place = self.locate(given["lon"], given["lat"], given["datum"])
        faults = [*self.faults(code, line), *([] if place else [str(_("The place lies outside the city."))])]
        if place is None or faults:
            return None, faults, []
        row = PartRow(
            code=code,
            class_code=code.class_code,
            name=given["name"],
            state=given["state"],
            owner_id=given["owner"],
            maintainer_id=given["maintainer"],
            place=place,
            datum=given["datum"],
            address=given["address"],
            surveyed_on=given["surveyed_on"],
        )
        return row, [], list(doubts(code, place))

    def faults(self, code: PartCode, line: int) -> Iterator[str]:
        if code.class_code not in self.classes:
            yield str(_("The city knows no class of parts “%(code)s”.")) % {"code": code.class_code}
        first = self.seen.setdefault(str(code), line)
        if first != line:
            yield str(_("The code is already on line %(line)d.")) % {"line": first}

    def organisation(self, cell: str) -> int:
        try:
            return self.organisations[cell]
        except KeyError:
            raise Invalid(
                _("The city knows no organisation with the code or name “%(given)s”."), given=cell[:60]
            ) from None


def doubts(code: PartCode, place: Place) -> Iterator[str]:
    """What is odd and yet taken."""
    if not place.division_code.startswith(code.division):
        yield str(_("The code says division %(said)s, the place lies in %(found)s.")) % {
            "said": code.division,
            "found": place.division_code[:6],
        }
    if not place.cell_code:
        yield str(_("No unit cell covers the place."))
