"""Rows that a department sends in as new cases: each begins its life here like any report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.imports.columns import Column, number, positions, text, values, word
from yicheng.apps.urban.imports.partrows import CHUNK, DATUMS, Locate
from yicheng.core.kernel.errors import Invalid
from yicheng.core.kernel.sheets.records import Record, Sheet, fitted
from yicheng.core.places.public import Place

SEVERITIES = {
    "1": "1",
    "2": "2",
    "3": "3",
    "紧急": "1",
    "一般": "2",
    "轻微": "3",
    "urgent": "1",
    "normal": "2",
    "minor": "3",
}


@dataclass(frozen=True, slots=True)
class NewRow:
    """A sound row. Without coordinates ``division`` says where."""

    class_code: str
    words: str
    lon: float | None
    lat: float | None
    datum: str
    division: str
    address: str
    severity: int
    contact_name: str
    contact_phone: str


@dataclass(frozen=True, slots=True)
class CheckedNew:
    """A row after its check: sound (``row``), or refused with every reason; ``doubts`` refuse nothing."""

    line: int
    cells: tuple[str, ...]
    row: NewRow | None
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    #: where it is, for checking rights
    place: str = ""


@dataclass(slots=True)
class NewCaseReader:
    """Checks rows against the city: ``classes`` and ``divisions`` map codes and names to codes."""

    classes: Mapping[str, str]
    divisions: Mapping[str, str]
    locate: Locate
    may: Callable[[str], bool]
    datum: str = "wgs84"

    def read(self, sheet: Sheet) -> Iterator[CheckedNew]:
        """Every record of the sheet, in order. Raises ``Unreadable`` when the header is no use."""
        columns = self.columns()
        where = positions(sheet, columns)
        records = iter(sheet.records)
        while chunk := list(islice(records, CHUNK)):
            yield from self.check(chunk, width=len(sheet.columns), pads=sheet.format != "csv", where=where)

    def columns(self) -> tuple[Column, ...]:
        """The columns, in the order of the template."""
        return (
            Column("class_code", ("类别", "问题类别", "class"), self.class_code, required=True),
            Column("words", ("问题描述", "描述", "description", "words"), text(1000), required=True),
            Column("lon", ("经度", "x", "longitude", "long"), number(-180, 180), default=None),
            Column("lat", ("纬度", "y", "latitude"), number(-90, 90), default=None),
            Column("datum", ("坐标系", "datum"), word(DATUMS), default=self.datum),
            Column("division", ("街道", "乡镇街道", "区划代码", "division"), self.division),
            Column("address", ("地址", "位置描述", "address"), text(200)),
            Column("severity", ("紧急程度", "severity"), word(SEVERITIES), default="2"),
            Column("contact_name", ("反映人", "联系人", "name"), text(80)),
            Column("contact_phone", ("联系电话", "电话", "phone"), text(40)),
        )

    def check(
        self, records: Sequence[Record], *, width: int, pads: bool, where: Mapping[str, int]
    ) -> Iterator[CheckedNew]:
        read = [self._given(record, width, pads=pads, where=where) for record in records]
        places = self._places([(line, given) for line, _cells, given, faults in read if not faults])
        for line, cells, given, faults in read:
            if faults:
                yield CheckedNew(line, cells, None, tuple(faults))
            else:
                yield self._checked(line, cells, given, places.get(line))

    def _given(
        self, record: Record, width: int, *, pads: bool, where: Mapping[str, int]
    ) -> tuple[int, tuple[str, ...], Mapping[str, Any], list[str]]:
        cells = fitted(record, width, pads=pads)
        if cells is None:
            reason = str(_("The line has %(found)d cells, the header %(wanted)d."))
            return record.line, record.cells, {}, [reason % {"found": len(record.cells), "wanted": width}]
        given, faults = values(cells, where, self.columns())
        if not faults and (given["lon"] is None) != (given["lat"] is None):
            faults.append(str(_("Longitude and latitude go together.")))
        if not faults and given["lon"] is None and not given["division"]:
            faults.append(str(_("Say where: longitude and latitude, or the street or town.")))
        return record.line, cells, given, faults

    def _places(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> Mapping[int, Place | None]:
        found: dict[int, Place | None] = {}
        placed = [(line, given) for line, given in rows if given["lon"] is not None]
        for datum in {given["datum"] for _line, given in placed}:
            those = [
                (line, (given["lon"], given["lat"])) for line, given in placed if given["datum"] == datum
            ]
            located = self.locate([point for _line, point in those], datum)
            found.update(zip((line for line, _point in those), located, strict=True))
        return found

    def _checked(
        self, line: int, cells: tuple[str, ...], given: Mapping[str, Any], place: Place | None
    ) -> CheckedNew:
        if given["lon"] is not None and place is None:
            return CheckedNew(line, cells, None, (str(_("The place lies outside the city.")),))
        division = place.division_code if place else given["division"]
        if not self.may(division):
            return CheckedNew(line, cells, None, (str(_("You may not import cases for this division.")),))
        row = NewRow(**{**given, "severity": int(given["severity"])})
        doubts = () if place else (str(_("There is no point: somebody has to find the place.")),)
        return CheckedNew(line, cells, row, doubts=doubts, place=division)

    def class_code(self, cell: str) -> str:
        try:
            return self.classes[cell]
        except KeyError:
            raise Invalid(_("The city knows no class “%(said)s”."), said=cell[:60]) from None

    def division(self, cell: str) -> str:
        try:
            return self.divisions[cell]
        except KeyError:
            raise Invalid(_("The city knows no division “%(said)s”."), said=cell[:60]) from None
