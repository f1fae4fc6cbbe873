"""Brings in many cases at once by binary COPY: whole histories of other systems, and load for tests.

Cases that are still open begin their process: their first tasks, due times and the rungs
of the ladder still to come are copied with them; the state of the process is written when
somebody first touches them. What is checked and what is not stands in ``docs/concepts/bulk.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import copying
from yicheng.core.cases.beginnings import TASK_COLUMNS, TIMER_COLUMNS, Beginnings
from yicheng.core.cases.calendar import due_at
from yicheng.core.cases.copying import copy_packed, flag, float8, int2, int8, moment, text, word
from yicheng.core.cases.current import Settings, settings_now
from yicheng.core.cases.models import Case
from yicheng.core.cases.outside import BulkCase
from yicheng.core.cases.registry import process_type
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import Viewer

BATCH = 20_000


def bulk_insert_cases(viewer: Viewer, rows: Iterable[BulkCase]) -> int:
    """Insert cases; returns how many. All or none. Needs the right to manage cases everywhere."""
    viewer.require("cases.manage_case")
    laid_down, count = settings_now(), 0
    beginnings, stream = Beginnings(laid_down, moment=clock.now()), iter(rows)
    with transaction.atomic():
        while batch := list(islice(stream, BATCH)):
            _insert(batch, laid_down, beginnings)
            count += len(batch)
        record(viewer, action="cases.bulk_insert", subject="case/bulk", detail={"count": count})
    return count


def _insert(batch: Sequence[BulkCase], laid_down: Settings, beginnings: Beginnings) -> None:
    """Open ones are begun first: while a COPY runs, its connection answers nothing else."""
    _require_classes(batch, laid_down)
    ids = _ids(len(batch))
    opened = _begin(batch, ids, beginnings)
    limits = {
        case_id: _count_limit(row, laid_down)
        for row, case_id in zip(batch, ids, strict=True)
        if row.counts_limit and case_id not in opened
    }
    packed = (
        _pack(row, case_id, laid_down, limit_id=limits.get(case_id), opened=opened.get(case_id))
        for row, case_id in zip(batch, ids, strict=True)
    )
    copy_packed("cases_case", _CASE_COLUMNS, packed)
    if any(row.history for row in batch):
        copy_packed("cases_casestep", _STEP_COLUMNS, _packed_steps(batch, ids))
    if beginnings.tasks:
        copy_packed("cases_task", TASK_COLUMNS, beginnings.tasks)
    if beginnings.timers:
        copy_packed("cases_timer", TIMER_COLUMNS, beginnings.timers)


def _require_classes(batch: Sequence[BulkCase], laid_down: Settings) -> None:
    unknown = {row.class_code for row in batch} - laid_down.parents.keys()
    if unknown:
        raise Invalid(_("There is no class “%(class_code)s”."), class_code=min(unknown))


def _begin(batch: Sequence[BulkCase], ids: Sequence[int], beginnings: Beginnings) -> Mapping[int, Case]:
    """The open ones of a batch by id; their rows take over body and due time."""
    running = [(row, case_id) for row, case_id in zip(batch, ids, strict=True) if row.closed_at is None]
    cases = beginnings.begin(running)
    for (row, _case_id), case in zip(running, cases, strict=True):
        row.organisation_id, row.due_at, row.closed_at = case.organisation_id, case.due_at, case.closed_at
    return {case.pk: case for case in cases}


def _ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('cases_case', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _count_limit(row: BulkCase, laid_down: Settings) -> int | None:
    """Count a closed case's due time by the city's limits."""
    line = laid_down.limit(
        process=row.process,
        task="",
        class_code=row.class_code,
        division=row.division_code,
        severity=row.severity,
    )
    row.due_at = due_at(laid_down.calendar, row.opened_at, [line.leg]) if line else None
    return line.id if line else None


_CASE_COLUMNS = [
    "id",
    "number",
    "application",
    "process",
    "version_id",
    "class_code",
    "title",
    "description",
    "source",
    "severity",
    "status",
    "stage",
    "organisation_id",
    "division_code",
    "cell_code",
    "lon",
    "lat",
    "datum",
    "address",
    "opened_at",
    "due_at",
    "counted_from",
    "closed_at",
    "is_on_time",
    "rework_count",
    "is_public",
    "limit_id",
    "search",
]
_NO_REWORK = int2(0)


def _pack(
    row: BulkCase, case_id: int, laid_down: Settings, *, limit_id: int | None, opened: Case | None
) -> bytes:
    process = row.process
    application, last = _fixed(process)
    closed, due, begun = row.closed_at, row.due_at, moment(row.opened_at)
    return copying.row(
        int8(case_id),
        text(row.number),
        application,
        word(process),
        int8(laid_down.published.get(process)),
        word(row.class_code),
        text(row.title[:200]),
        text(row.description),
        word(row.source),
        int2(row.severity),
        word("open" if closed is None else "closed"),
        word(opened.stage) if opened is not None else last,
        int8(row.organisation_id),
        word(row.division_code),
        text(row.cell_code),
        float8(row.lon),
        float8(row.lat),
        word(row.datum),
        text(row.address[:200]),
        begun,
        moment(due),
        begun,
        moment(closed),
        flag(row.is_on_time if row.states_timeliness else _was_on_time(closed, due)),
        _NO_REWORK,
        flag(row.is_public),
        int8(opened.limit_id if opened is not None else limit_id),
        copying.vector(row.number, row.title, row.address, row.description[:1000]),
    )


def _was_on_time(closed: datetime | None, due: datetime | None) -> bool | None:
    return None if closed is None or due is None else closed <= due


@lru_cache(maxsize=256)
def _fixed(process: str) -> tuple[bytes, bytes]:
    """Application and last stage of a process, packed."""
    declared = process_type(process)
    return text(declared.application), text(list(declared.stages)[-1])


_STEP_COLUMNS = ["case_id", "at", "action", "task_kind", "outcome", "stage", "note", "is_public"]


def _packed_steps(batch: Sequence[BulkCase], ids: Sequence[int]) -> Iterator[bytes]:
    for row, case_id in zip(batch, ids, strict=True):
        for step in row.history:
            yield copying.row(
                int8(case_id),
                moment(step.at),
                word(step.action),
                word(step.task_kind),
                word(step.outcome),
                word(step.stage),
                text(step.note),
                flag(True),
            )
