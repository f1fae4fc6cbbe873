"""What cases take from a city pack: what they are about, by when, who is responsible, and how they go.

``case_classes.csv``   code, parent, application, kind (event, part), name, name_en, keywords, definition, is_public
``time_limits.csv``    process, class_code, zone, severity, task, amount, unit (hour, day, work_hour, work_day)
``calendar.csv``       day or weekday (0 Monday), hours (09:00-12:00 13:30-17:30; empty: free), name
``dispatch.csv``       class_code, division_code, organisation
``escalations.csv``    level, process, task, severity, amount (− before, + after the due time), unit, tell, where
``processes/``         BPMN and DMN: ``urban_case.bpmn`` draws ``urban.case``; see ``packed_processes``
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.cases import laying_down, packed_processes
from yicheng.core.cases.calendar import UNITS
from yicheng.core.cases.current import read_hours
from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.laying_down import LIMITS
from yicheng.core.cases.registry import kinds_by_key
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.people.declare import RIGHTS


@dataclass(frozen=True)
class ClassRow:
    line: int
    code: str = column(max_length=20, pattern=r"[A-Za-z0-9_.\-]+")
    application: str = column(max_length=30)
    kind: str = column(choices=("event", "part"))
    name: str = column(max_length=80)
    parent: str = column(ref="case_classes.csv:code", default="")
    name_en: str = column(max_length=120, default="")
    keywords: tuple[str, ...] = ()
    definition: str = ""
    is_public: bool = True


@dataclass(frozen=True)
class DayRow:
    line: int
    weekday: int | None = column(minimum=0, maximum=6, default=None)
    day: date | None = None
    hours: str = column(max_length=60, default="")
    name: str = column(max_length=60, default="")
    name_en: str = ""


@dataclass(frozen=True)
class DispatchRow:
    line: int
    organisation: str = column(ref="organisations.csv:code")
    class_code: str = column(ref="case_classes.csv:code", default="")
    division_code: str = column(ref="divisions.csv:code", default="")


@dataclass(frozen=True)
class EscalationRow:
    line: int
    level: str = column(max_length=40, pattern=r"[a-z0-9][a-z0-9_\-]*")
    amount: float = column(minimum=-9999, maximum=9999)
    unit: str = column(choices=UNITS)
    tell: str = column(max_length=40)
    process: str = column(max_length=60, default="")
    task: str = column(max_length=60, default="")
    severity: int | None = column(minimum=1, maximum=3, default=None)
    where: str = column(choices=("own", "above", "city"), default="own")


CLASSES = Table("case_classes.csv", ClassRow, key=("code",), optional=True)
DAYS = Table("calendar.csv", DayRow, key=("weekday", "day"), optional=True)
DISPATCH = Table("dispatch.csv", DispatchRow, key=("class_code", "division_code"), optional=True)
ESCALATIONS = Table("escalations.csv", EscalationRow, key=("level",), optional=True)


# ── checks ──────────────────────────────────────────────────────────────────


def check_classes(pack: CityPack) -> Iterator[Finding]:
    """Codes, parents, circles."""
    yield from pack.findings(CLASSES)
    parents = {row.code: row.parent for row in pack.rows(CLASSES)}
    for row in pack.rows(CLASSES):
        above, seen = row.parent, {row.code}
        while above and above not in seen:
            seen.add(above)
            above = parents.get(above, "")
        if above == row.code:
            yield Finding(
                CLASSES.file, row.line, _("The class “%(code)s” is above itself.") % {"code": row.code}
            )


def check_limits(pack: CityPack) -> Iterator[Finding]:
    """Columns; processes and tasks that no installed part declares are told, not refused."""
    yield from pack.findings(LIMITS)
    yield from _undeclared(LIMITS.file, pack.rows(LIMITS))


def check_calendar(pack: CityPack) -> Iterator[Finding]:
    """A weekday or a day, hours in order, at least one working day a week."""
    yield from pack.findings(DAYS)
    rows = pack.rows(DAYS)
    for row in rows:
        if (row.weekday is None) == (row.day is None):
            yield Finding(DAYS.file, row.line, _("Give either a weekday or a day."))
        if not _are_hours(row.hours):
            reason = _("“%(hours)s” are no hours: write 09:00-12:00 13:30-17:30.") % {"hours": row.hours}
            yield Finding(DAYS.file, row.line, reason)
    if rows and not any(row.weekday is not None and row.hours for row in rows):
        yield Finding(DAYS.file, 0, _("No weekday has working hours."))


def _are_hours(text: str) -> bool:
    try:
        read_hours(text)
    except ValueError:
        return False
    return True


def check_dispatch(pack: CityPack) -> Iterator[Finding]:
    """Classes, divisions and bodies that the pack names."""
    yield from pack.findings(DISPATCH)


def check_escalations(pack: CityPack) -> Iterator[Finding]:
    """Columns; who is told is "assignee", a right, or a role of the pack."""
    yield from pack.findings(ESCALATIONS)
    yield from _undeclared(ESCALATIONS.file, pack.rows(ESCALATIONS))
    roles = pack.values("roles.csv", "code") | {role for right in RIGHTS for role in right.roles}
    for row in pack.rows(ESCALATIONS):
        if row.tell != "assignee" and row.tell not in RIGHTS and row.tell not in roles:
            reason = _("“%(tell)s” is neither “assignee” nor a role nor a right.") % {"tell": row.tell}
            yield Finding(ESCALATIONS.file, row.line, reason)


def _undeclared(file: str, rows: Iterable[Any]) -> Iterator[Finding]:
    for row in rows:
        if row.process and row.process not in PROCESSES:
            reason = _("No installed part declares the process “%(name)s”.") % {"name": row.process}
            yield Finding(file, row.line, reason, "warning")
        elif row.task and row.task not in kinds_by_key():
            reason = _("No installed part declares the task “%(name)s”.") % {"name": row.task}
            yield Finding(file, row.line, reason, "warning")


# ── loading ─────────────────────────────────────────────────────────────────


def _load_classes(pack: CityPack) -> Tally:
    return laying_down.lay_down_classes(
        {
            "code": row.code,
            "application": row.application,
            "kind": row.kind,
            "name": row.name,
            "name_en": row.name_en,
            "parent_id": row.parent or None,
            "definition": row.definition,
            "keywords": " ".join(row.keywords),
            "is_public": row.is_public,
            "is_active": True,
        }
        for row in pack.rows(CLASSES)
    )


def _load_limits(pack: CityPack) -> Tally:
    lines = [
        laying_down.LimitFacts(
            row.process, row.class_code, row.zone, row.severity, row.task, row.amount, row.unit
        )
        for row in pack.rows(LIMITS)
    ]
    return laying_down.lay_down_limits(lines, note=pack.root.name)


def _load_calendar(pack: CityPack) -> Tally:
    return laying_down.lay_down_hours(
        {"weekday": row.weekday, "day": row.day, "hours": " ".join(row.hours.split()), "name": row.name}
        for row in pack.rows(DAYS)
    )


def _load_dispatch(pack: CityPack) -> Tally:
    rows = [(row.class_code, row.division_code, row.organisation) for row in pack.rows(DISPATCH)]
    return laying_down.lay_down_dispatch(rows)


def _load_escalations(pack: CityPack) -> Tally:
    names = ("level", "process", "task", "severity", "amount", "unit", "tell", "where")
    return laying_down.lay_down_escalations(
        {name: getattr(row, name) for name in names} for row in pack.rows(ESCALATIONS)
    )


def _section(
    key: str,
    title: Any,
    table: Table[Any],
    check: Callable[[CityPack], Iterable[Finding]],
    load: Callable[[CityPack], Tally],
    *after: str,
) -> PackSection:
    return PackSection(f"cases.{key}", title, (table.file,), check, load, after=after)


PACK_SECTIONS = (
    _section("classes", gettext_lazy("Classes of cases"), CLASSES, check_classes, _load_classes),
    _section("limits", gettext_lazy("Time limits"), LIMITS, check_limits, _load_limits, "cases.classes"),
    _section("calendar", gettext_lazy("Working calendar"), DAYS, check_calendar, _load_calendar),
    _section(
        "dispatch",
        gettext_lazy("Dispatch table"),
        DISPATCH,
        check_dispatch,
        _load_dispatch,
        "cases.classes",
        "people.organisations",
    ),
    _section("escalations", gettext_lazy("Escalation"), ESCALATIONS, check_escalations, _load_escalations),
    PackSection(
        "cases.processes",
        gettext_lazy("Drawn processes"),
        files=("processes/*.bpmn", "processes/*.dmn"),
        check=packed_processes.check_processes,
        load=packed_processes.load_processes,
    ),
)
