"""Rows of another system's cases: each becomes a case with its own times, or is refused; what is odd is said.

Nothing is invented: a due time that is missing stays missing, and whether a case was on time is what the
source says of it. Where the source is silent it stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.imports.mapping import CaseMapping
from yicheng.core.kernel.errors import Invalid
from yicheng.core.kernel.sheets.records import Record, Sheet, fitted

LONGEST_ID, LONGEST_NUMBER = 80, 30
COMMON = "%Y-%m-%d %H:%M:%S"
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OutsideCase:
    """A case as the other system knew it. Times are aware; ``note`` is what it said at the close."""

    outside_id: str
    number: str
    class_code: str
    title: str
    description: str
    channel: str
    organisation_id: int | None
    division_code: str
    lon: float | None
    lat: float | None
    address: str
    status: Literal["open", "closed", "cancelled"]
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    is_on_time: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class CheckedCase:
    """A row after its check: sound (``case``), or refused with every reason; ``doubts`` refuse nothing."""

    line: int
    cells: tuple[str, ...]
    case: OutsideCase | None
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class CaseReader:
    """Checks rows against the city: classes and organisations by code or name, divisions by code."""

    mapping: CaseMapping
    classes: Mapping[str, str]
    organisations: Mapping[str, int]
    divisions: frozenset[str]
    city: str
    seen: dict[str, int] = field(default_factory=dict)

    def read(self, sheet: Sheet) -> Iterator[CheckedCase]:
        """Every record of the sheet, in order. Raises ``Unreadable`` when a mapped column is missing."""
        self.mapping.check_columns(sheet.columns)
        for record in sheet.records:
            yield self.check(record, columns=sheet.columns, pads=sheet.format != "csv")

    def check(self, record: Record, *, columns: tuple[str, ...], pads: bool) -> CheckedCase:
        """One record, never raising for what it holds."""
        cells = fitted(record, len(columns), pads=pads)
        if cells is None:
            reason = str(_("The line has %(found)d cells, the header %(wanted)d."))
            said = {"found": len(record.cells), "wanted": len(columns)}
            return CheckedCase(record.line, record.cells, None, (reason % said,))
        row = _Row(self, dict(zip(columns, cells, strict=True)), record.line)
        case = row.case()
        return CheckedCase(record.line, cells, case, tuple(row.faults), tuple(row.doubts) if case else ())


class _Row:
    """One row on its way; faults and doubts gather here."""

    def __init__(self, reader: CaseReader, cells: Mapping[str, str], line: int) -> None:
        self.reader, self.mapping, self.cells, self.line = reader, reader.mapping, cells, line
        self.faults: list[str] = []
        self.doubts: list[str] = []

    def case(self) -> OutsideCase | None:
        outside_id, class_code = self.outside_id(), self.class_code()
        number = self.number(outside_id)
        opened, due, closed = self.time("opened"), self.time("due"), self.time("closed")
        status = self.status(closed)
        self.check_times(opened, due, closed, status)
        if self.faults or opened is None:
            return None
        lon, lat = self.position()
        return OutsideCase(
            outside_id=outside_id,
            number=number,
            class_code=class_code,
            title=(self.mapping.text("title", self.cells) or class_code)[:200],
            description=self.cell("description")[:4000],
            channel=(self.meaning("channel") or self.mapping.channel)[:20],
            organisation_id=self.organisation(),
            division_code=self.division(),
            lon=lon,
            lat=lat,
            address=self.mapping.text("address", self.cells)[:200],
            status=status,
            opened_at=opened,
            due_at=due,
            closed_at=closed if status != "open" else None,
            is_on_time=self.timeliness(),
            note=self.mapping.text("note", self.cells)[:500],
        )

    def cell(self, name: str) -> str:
        mapped = self.mapping.fields.get(name)
        return self.cells[mapped.column] if mapped else ""

    def meaning(self, name: str) -> str:
        """The field's value after its ``values`` and ``default``; "" where the field is not mapped or blank."""
        mapped = self.mapping.fields.get(name)
        if mapped is None:
            return ""
        cell = self.cells[mapped.column]
        return mapped.values.get(cell, cell) or mapped.default or ""

    def outside_id(self) -> str:
        outside_id = self.cell("outside_id")
        if not outside_id or len(outside_id) > LONGEST_ID:
            self.faults.append(
                str(_("The case has no number of its own (or one longer than 80 characters)."))
            )
            return ""
        first = self.reader.seen.setdefault(outside_id, self.line)
        if first != self.line:
            self.faults.append(str(_("The same number is already on line %(line)d.")) % {"line": first})
        return outside_id

    def number(self, outside_id: str) -> str:
        number = self.mapping.text("number", self.cells) or outside_id
        if len(number) > LONGEST_NUMBER:
            self.faults.append(
                str(_("The case's number is longer than %(limit)d characters.")) % {"limit": LONGEST_NUMBER}
            )
        return number

    def class_code(self) -> str:
        said = self.meaning("class")
        code = self.reader.classes.get(said) or self.mapping.fields["class"].default
        if code is None:
            self.faults.append(str(_("The city knows no class “%(said)s”.")) % {"said": said[:60]})
        return code or ""

    def time(self, name: str) -> datetime | None:
        cell = self.cell(name)
        if not cell:
            return None
        try:
            moment = parse_time(cell, self.mapping)
        except Invalid as fault:
            self.faults.append(str(fault))
            return None
        if moment.fold_is_open:
            self.doubts.append(
                str(_("A time falls into the hour that the clocks repeat; the first one is taken."))
            )
        return moment.value

    def status(self, closed: datetime | None) -> Any:
        if "status" not in self.mapping.fields:
            return "closed" if closed else "open"
        said = self.meaning("status")
        if said not in ("open", "closed", "cancelled"):
            self.faults.append(str(_("The status “%(said)s” is not in the mapping.")) % {"said": said[:40]})
        return said

    def check_times(
        self, opened: datetime | None, due: datetime | None, closed: datetime | None, status: str
    ) -> None:
        if not self.cell("opened"):
            self.faults.append(str(_("There is no time at which the case was opened.")))
        if status in ("closed", "cancelled") and not self.cell("closed"):
            self.faults.append(str(_("The case is closed, but its time is missing.")))
        if opened and closed and closed < opened:
            self.faults.append(str(_("The case was closed before it was opened.")))
        if status == "open" and closed:
            self.doubts.append(str(_("The case is open and yet has a time of close, which is left out.")))
        if "due" in self.mapping.fields and not self.cell("due"):
            self.doubts.append(str(_("There is no due time.")))
        if opened and due and due < opened:
            self.doubts.append(str(_("The due time lies before the opening.")))

    def position(self) -> tuple[float | None, float | None]:
        if "lon" not in self.mapping.fields or "lat" not in self.mapping.fields:
            return None, None
        try:
            lon, lat = float(self.cell("lon")), float(self.cell("lat"))
        except ValueError:
            return self._nowhere(str(_("There is no position.")))
        if not (-180 <= lon <= 180 and -90 <= lat <= 90) or (lon, lat) == (0, 0):
            return self._nowhere(str(_("The position is not on the map, and is left out.")))
        if (lon, lat) in self.mapping.unknown_positions:
            return self._nowhere(
                str(_("The position is the source's stand-in for an unknown place, and is left out."))
            )
        return lon, lat

    def _nowhere(self, doubt: str) -> tuple[None, None]:
        self.doubts.append(doubt)
        return None, None

    def organisation(self) -> int | None:
        said = self.meaning("organisation")
        found = self.reader.organisations.get(said)
        if found is None and "organisation" in self.mapping.fields:
            self.doubts.append(str(_("The city knows no department “%(said)s”.")) % {"said": said[:60]})
        return found

    def division(self) -> str:
        said = self.meaning("division")
        if said in self.reader.divisions:
            return said
        if "division" in self.mapping.fields:
            self.doubts.append(str(_("The division is unknown; the case counts for the city as a whole.")))
        return self.reader.city

    def timeliness(self) -> bool | None:
        if "timeliness" not in self.mapping.fields:
            return None
        said = self.meaning("timeliness")
        if said not in ("on_time", "late"):
            self.doubts.append(str(_("The source does not say whether the case was on time.")))
            return None
        return said == "on_time"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC; ``fold_is_open``: its local time exists twice and the file does not say which is meant."""

    value: datetime
    fold_is_open: bool = False


def parse_time(cell: str, mapping: CaseMapping) -> Moment:
    """A time as the mapping writes it; local ones in its zone. Raises ``Invalid``."""
    try:
        moment = _read(cell, mapping.times)
    except ValueError:
        raise Invalid(_("“%(cell)s” is no time as the mapping describes it."), cell=cell[:40]) from None
    is_open = False
    if moment.tzinfo is None:
        first, second = (moment.replace(tzinfo=mapping.time_zone, fold=fold) for fold in (0, 1))
        if first.utcoffset() != second.utcoffset():
            is_open = first.utcoffset() > second.utcoffset()  # type: ignore[operator]
        moment = first
    value = moment.astimezone(UTC)
    if value < EARLIEST:
        raise Invalid(_("“%(cell)s” lies before 1970: look for a wrong year."), cell=cell[:40])
    return Moment(value, is_open)


def _read(cell: str, form: str) -> datetime:
    if not form or (form == COMMON and len(cell) == len("2011-07-01 01:32:33")):
        return datetime.fromisoformat(cell)  # forty times faster, and the common case
    return datetime.strptime(cell, form)  # noqa: DTZ007 (the zone comes next)
