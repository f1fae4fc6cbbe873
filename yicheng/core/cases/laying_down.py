"""Puts into force what a city lays down: classes, limits, calendar, dispatch, escalation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet

from yicheng.core.cases import classes, current
from yicheng.core.cases.calendar import UNITS
from yicheng.core.cases.models import (
    CaseClass,
    DispatchRule,
    Escalation,
    Limit,
    LimitTable,
    WorkingHours,
)
from yicheng.core.kernel import clock
from yicheng.core.kernel.pack import Table, Tally, column
from yicheng.core.kernel.upsert import sync
from yicheng.core.people.models import Organisation


@dataclass(frozen=True)
class LimitRow:
    line: int
    amount: float = column(minimum=0.1, maximum=9999)
    unit: str = column(choices=UNITS)
    process: str = column(max_length=60, default="")
    class_code: str = column(ref="case_classes.csv:code", default="")
    zone: str = column(pattern=r"\d{2,12}", default="")
    severity: int | None = column(minimum=1, maximum=3, default=None)
    task: str = column(max_length=60, default="")


LIMITS = Table(
    "time_limits.csv", LimitRow, key=("process", "class_code", "zone", "severity", "task"), optional=True
)


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """One line of a table of limits; empty and None mean any."""

    process: str
    class_code: str
    zone: str
    severity: int | None
    task: str
    amount: float
    unit: str


def lay_down_classes(rows: Iterable[Mapping[str, Any]]) -> Tally:
    """Classes by code, parents before children; those not named any more can't be chosen for new cases."""
    ordered = _parents_first(list(rows))
    tally = sync(CaseClass.objects.all(), ordered, key=["code"], retire=_retire_classes)
    classes.forget()
    return _told(tally)


def _parents_first(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    named = {row["code"]: row for row in rows}

    def depth(row: Mapping[str, Any]) -> int:
        parent = named.get(row["parent_id"])
        return 0 if parent is None else 1 + depth(parent)

    return sorted(rows, key=depth)


def _retire_classes(rows: QuerySet[CaseClass]) -> int:
    return rows.filter(is_active=True).update(is_active=False)


def lay_down_limits(lines: Sequence[LimitFacts], *, note: str = "", account_id: int | None = None) -> Tally:
    """A new version of the limits, unless it says what the newest one says. Running cases keep theirs."""
    fingerprint = sha256(json.dumps(sorted(map(_plain, lines))).encode()).hexdigest()
    newest = LimitTable.objects.order_by("-version").first()
    if newest is not None and newest.fingerprint == fingerprint:
        return Tally(unchanged=len(lines))
    if newest is None and not lines:
        return Tally()
    table = LimitTable.objects.create(
        version=(newest.version if newest else 0) + 1,
        fingerprint=fingerprint,
        note=note[:200],
        created_by_id=account_id,
        created_at=clock.now(),
    )
    Limit.objects.bulk_create(_limit(table, number, line) for number, line in enumerate(lines, start=1))
    return _told(Tally(created=len(lines)))


def _plain(line: LimitFacts) -> list[str]:
    return [str(value) for value in astuple(line)]


def _limit(table: LimitTable, number: int, line: LimitFacts) -> Limit:
    return Limit(
        table=table,
        line=number,
        process=line.process,
        class_code=line.class_code,
        zone=line.zone,
        severity=line.severity,
        task=line.task,
        amount=Decimal(str(line.amount)),
        unit=line.unit,
    )


def lay_down_hours(rows: Iterable[Mapping[str, Any]]) -> Tally:
    """The working week and its exceptions, as named and no others."""
    return _told(sync(WorkingHours.objects.all(), rows, key=["weekday", "day"], retire=_delete))


def lay_down_dispatch(rows: Sequence[tuple[str, str, str]]) -> Tally:
    """Class, division, organisation's code: the whole table."""
    ids = dict(
        Organisation.objects.filter(code__in={code for _class, _division, code in rows}).values_list(
            "code", "pk"
        )
    )
    named = [
        {"class_code": class_code, "division_code": division, "organisation_id": ids[code]}
        for class_code, division, code in rows
    ]
    return _told(sync(DispatchRule.objects.all(), named, key=["class_code", "division_code"], retire=_delete))


def lay_down_escalations(rows: Iterable[Mapping[str, Any]]) -> Tally:
    """The ladder, as named and no other rungs."""
    exact = [{**row, "amount": Decimal(str(row["amount"])).quantize(Decimal("0.1"))} for row in rows]
    return _told(sync(Escalation.objects.all(), exact, key=["level"], retire=_delete))


def _delete(rows: QuerySet[Any]) -> int:
    return rows.delete()[0]


def _told(tally: Tally) -> Tally:
    if tally.created or tally.changed or tally.retired:
        current.changed()
    return tally
