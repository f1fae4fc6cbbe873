"""What the city has laid down (classes, limits, calendar, dispatch, published processes), kept in memory.

Read anew only when ``Revision`` has changed. A hot path reads that number within its
first statement, so that a published process or a new limit counts at once everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.db import connection
from django.utils import timezone

from yicheng.core.cases.calendar import Hours, Leg, Unit, WorkingCalendar
from yicheng.core.cases.models import (
    CaseClass,
    DispatchRule,
    Escalation,
    Limit,
    LimitTable,
    ProcessVersion,
    WorkingHours,
)
from yicheng.core.kernel import clock

REVISION_SQL = "(SELECT number FROM cases_revision WHERE id = 1)"
ORDINARY_WEEK = ("09:00-12:00 13:00-18:00",) * 5 + ("", "")


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit as the hot path needs it."""

    id: int
    leg: Leg
    class_code: str
    zone: str
    severity: int | None
    task: str
    version: int


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the escalation ladder; ``leg.amount`` below 0: before the due time."""

    level: str
    process: str
    task: str
    severity: int | None
    leg: Leg
    tell: str
    where: str


@dataclass(slots=True)
class Settings:
    """Everything laid down, at one revision."""

    parents: Mapping[str, str]
    class_names: Mapping[str, str]
    calendar: WorkingCalendar
    limits: Mapping[tuple[str, str, str, str, int | None], LimitLine]
    dispatch: Mapping[tuple[str, str], int]
    rungs: Sequence[Rung]
    published: Mapping[str, int]
    _found: dict[tuple[Any, ...], LimitLine | None] = field(default_factory=dict)

    def limit(
        self, *, process: str, task: str, class_code: str, division: str, severity: int
    ) -> LimitLine | None:
        """The most specific limit: class before zone before severity before process."""
        key = (process, task, class_code, division, severity)
        if key not in self._found:
            self._found[key] = self._limit(*key)
        return self._found[key]

    def _limit(
        self, process: str, task: str, class_code: str, division: str, severity: int
    ) -> LimitLine | None:
        for one_class in self.classes_up(class_code):
            for zone in prefixes(division):
                for level in (severity, None):
                    for one_process in (process, ""):
                        line = self.limits.get((one_process, task, one_class, zone, level))
                        if line is not None:
                            return line
        return None

    def responsible(self, class_code: str, division: str) -> int | None:
        """The organisation of the dispatch table for a class in a division."""
        for one_class in self.classes_up(class_code):
            for zone in prefixes(division):
                found = self.dispatch.get((one_class, zone))
                if found is not None:
                    return found
        return None

    def classes_up(self, class_code: str) -> Iterator[str]:
        """The class, those above it, and "" for any."""
        seen: set[str] = set()
        while class_code and class_code not in seen:
            seen.add(class_code)
            yield class_code
            class_code = self.parents.get(class_code, "")
        yield ""


def prefixes(division: str) -> tuple[str, ...]:
    """The division itself, then each division around it, then "" for any."""
    lengths = [length for length in (12, 9, 6, 4, 2) if length < len(division)]
    return (division, *(division[:length] for length in lengths), *(("",) if division else ()))


_kept: tuple[int | None, int, Settings] | None = None


def settings(revision: int | None) -> Settings:
    """The settings at this revision, from memory if nothing changed."""
    global _kept
    year = clock.now().year
    if _kept is None or _kept[0] != revision or abs(_kept[1] - year) > 1:
        _kept = (revision, year, _read(year))
    return _kept[2]


def settings_now() -> Settings:
    """The settings as they are, one query when nothing changed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {REVISION_SQL}")
        return settings(cursor.fetchone()[0])


def forget() -> None:
    """Read everything anew next time."""
    global _kept
    _kept = None


def changed() -> None:
    """Say that something laid down has changed; to be called in the changing transaction."""
    forget()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_revision (id, number) VALUES (1, pg_current_xact_id()::text::bigint)"
            " ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number"
        )


def _read(year: int) -> Settings:
    classes = list(CaseClass.objects.values_list("code", "parent_id", "name"))
    return Settings(
        parents={code: parent or "" for code, parent, _name in classes},
        class_names={code: name for code, _parent, name in classes},
        calendar=_calendar(year),
        limits=_limits(),
        dispatch={
            (class_code, division): organisation_id
            for class_code, division, organisation_id in DispatchRule.objects.values_list(
                "class_code", "division_code", "organisation_id"
            )
        },
        rungs=_rungs(),
        published=dict(ProcessVersion.objects.filter(status="published").values_list("process", "id")),
    )


def _limits() -> dict[tuple[str, str, str, str, int | None], LimitLine]:
    table = LimitTable.objects.order_by("-version").first()
    if table is None:
        return {}
    lines = Limit.objects.filter(table=table)
    return {
        (line.process, line.task, line.class_code, line.zone, line.severity): LimitLine(
            line.pk,
            leg_of(line.amount, line.unit),
            line.class_code,
            line.zone,
            line.severity,
            line.task,
            table.version,
        )
        for line in lines
    }


def _rungs() -> list[Rung]:
    return [
        Rung(
            row.level, row.process, row.task, row.severity, leg_of(row.amount, row.unit), row.tell, row.where
        )
        for row in Escalation.objects.order_by("level")
    ]


def leg_of(amount: Any, unit: str) -> Leg:
    """An amount and unit as they stand in a row."""
    known: Unit = unit  # type: ignore[assignment]
    return Leg(float(amount), known)


def _calendar(year: int) -> WorkingCalendar:
    rows = list(WorkingHours.objects.all())
    week = {number: read_hours(text) for number, text in enumerate(ORDINARY_WEEK)}
    laid_down = {row.weekday: read_hours(row.hours) for row in rows if row.weekday is not None}
    if laid_down:
        week = {number: laid_down.get(number, ()) for number in range(7)}
    days: dict[date, Sequence[Hours]] = {
        row.day: read_hours(row.hours) for row in rows if row.day is not None
    }
    return WorkingCalendar(week, days, zone=timezone.get_default_timezone(), years=(year - 4, year + 6))


def read_hours(text: str) -> tuple[Hours, ...]:
    """``09:00-12:00 13:30-17:30`` as hours; raises ``ValueError``."""
    found: list[Hours] = []
    for part in text.split():
        begin, dash, end = part.partition("-")
        hours = Hours(
            time.fromisoformat(begin), time.fromisoformat(end) if end != "24:00" else time(23, 59, 59)
        )
        if not dash or hours.begin >= hours.end or (found and hours.begin < found[-1].end):
            raise ValueError(f"hours out of order: {text}")
        found.append(hours)
    return tuple(found)
