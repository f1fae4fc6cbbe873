"""The time limits as people read them, by version."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.current import leg_of, settings_now
from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.explain import amount_text
from yicheng.core.cases.models import Limit, LimitTable
from yicheng.core.cases.registry import kinds_by_key
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One line in words; "" means any."""

    process: str | Promise
    class_name: str
    zone: str
    severity: str
    task: str | Promise
    amount: str


def limit_tables(viewer: Viewer) -> list[LimitTable]:
    """The versions, newest (in force) first."""
    viewer.require("cases.view_process")
    return list(LimitTable.objects.select_related("created_by").order_by("-version")[:100])


def limit_lines(viewer: Viewer, version: int) -> Sequence[LimitLine]:
    """The lines of a version, in the order of its file."""
    rows = Limit.objects.filter(table=_table(viewer, version)).order_by("line")
    names = settings_now().class_names
    return [_line(row, names.get(row.class_code, row.class_code)) for row in rows]


def _line(row: Limit, class_name: str) -> LimitLine:
    kind = kinds_by_key().get(row.task)
    return LimitLine(
        process=PROCESSES.get(row.process).title if row.process in PROCESSES else row.process,
        class_name=class_name,
        zone=row.zone,
        severity="" if row.severity is None else str(row.severity),
        task=kind.title if kind else row.task,
        amount=amount_text(leg_of(row.amount, row.unit)),
    )


def limits_file(viewer: Viewer, version: int) -> str:
    """A version as the CSV file that would lay it down."""
    return limits_csv(_table(viewer, version))


def _table(viewer: Viewer, version: int) -> LimitTable:
    viewer.require("cases.view_process")
    found = LimitTable.objects.filter(version=version).first()
    if found is None:
        raise NotFound(_("There is no such version."))
    return found


def limits_csv(table: LimitTable) -> str:
    """A version of the limits as the file that would lay it down."""
    columns = ("process", "class_code", "zone", "severity", "task", "amount", "unit")
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for line in Limit.objects.filter(table=table).order_by("line"):
        values = [getattr(line, column) for column in columns]
        writer.writerow(["" if value is None else value for value in values])
    return out.getvalue()
