"""Brings in many cases at once by binary COPY: whole histories of other systems, and load for tests.

Rows are packed by hand into PostgreSQL's binary format (``copy`` in its manual): ten
times ``bulk_create``. Cases that are still open get the first tasks of their process;
its state is written when somebody first touches them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from struct import Struct
from typing import Any

from django.db import connection, transaction

from yicheng.core.cases import search
from yicheng.core.cases.actions.progress import case_variables
from yicheng.core.cases.actions.start import begun
from yicheng.core.cases.calendar import due_at
from yicheng.core.cases.current import Settings, settings_now
from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.outside import BulkCase
from yicheng.core.cases.registry import process_type
from yicheng.core.cases.steps import open_task, set_case_due, set_stage
from yicheng.core.journal.public import record
from yicheng.core.people.public import Viewer

BATCH = 20_000
BLOCK = 256 * 1024
_EPOCH_US = 946_684_800_000_000  # 2000-01-01, PostgreSQL's zero
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"


def bulk_insert_cases(viewer: Viewer, rows: Iterable[BulkCase]) -> int:
    """Insert cases; returns how many. All or none. Needs the right to manage cases everywhere."""
    viewer.require("cases.manage_case")
    laid_down, count = settings_now(), 0
    stream = iter(rows)
    with transaction.atomic():
        while batch := list(islice(stream, BATCH)):
            _insert(batch, laid_down)
            count += len(batch)
        record(viewer, action="cases.bulk_insert", subject="case/bulk", detail={"count": count})
    return count


def _insert(batch: Sequence[BulkCase], laid_down: Settings) -> None:
    """Open ones are begun first: while a COPY runs, its connection answers nothing else."""
    ids = _ids(len(batch))
    tasks: list[Task] = []
    limits: dict[int, int | None] = {}
    stages: dict[int, str] = {}
    for row, case_id in zip(batch, ids, strict=True):
        if row.closed_at is None:
            case = _open_case(row, case_id, laid_down)
            tasks.extend(_first_tasks(case, laid_down))
            row.organisation_id, row.due_at = case.organisation_id, case.due_at
            limits[case_id], stages[case_id] = case.limit_id, case.stage
        elif row.counts_limit:
            limits[case_id] = _count_limit(row, laid_down)
    _copy(
        "cases_case",
        _CASE_COLUMNS,
        (
            _pack(row, case_id, laid_down, limit_id=limits.get(case_id), stage=stages.get(case_id, ""))
            for row, case_id in zip(batch, ids, strict=True)
        ),
    )
    _copy("cases_casestep", _STEP_COLUMNS, _packed_steps(batch, ids))
    if tasks:
        _copy("cases_task", _TASK_COLUMNS, (_pack_task(task) for task in tasks))


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


def _open_case(row: BulkCase, case_id: int, laid_down: Settings) -> Case:
    declared = process_type(row.process)
    case = Case(
        id=case_id,
        application=declared.application,
        process=row.process,
        version_id=laid_down.published.get(row.process),
        case_class_id=row.class_code,
        source=row.source,
        severity=row.severity,
        organisation_id=row.organisation_id,
        division_code=row.division_code,
        opened_at=row.opened_at,
        counted_from=row.opened_at,
        due_at=row.due_at,
    )
    if row.counts_limit:
        set_case_due(case, laid_down)
    return case


def _first_tasks(case: Case, laid_down: Settings) -> Iterator[Task]:
    if case.version_id is None:
        return
    _state, progress, _severity = begun(case.version_id, case_variables(case), moment=case.opened_at)
    set_stage(case, progress)
    for step in progress.steps:
        yield open_task(case, step, laid_down, moment=case.opened_at)


# ── the binary format ───────────────────────────────────────────────────────

_LENGTH = Struct("!i").pack
_INT8 = Struct("!iq").pack
_INT2 = Struct("!ih").pack
_FLOAT8 = Struct("!id").pack
_POSITIONS = [Struct(f"!H{n}H").pack for n in range(search.PAIR_LIMIT + 1)]


def _text(value: str) -> bytes:
    raw = value.replace("\x00", "").encode()
    return _LENGTH(len(raw)) + raw


def _int8(value: int | None) -> bytes:
    return _NULL if value is None else _INT8(8, value)


def _float8(value: float | None) -> bytes:
    return _NULL if value is None else _FLOAT8(8, value)


def _moment(value: datetime | None) -> bytes:
    """Microseconds since 2000; floats hold them exactly until the year 2255."""
    if value is None:
        return _NULL
    return _INT8(8, round(value.timestamp() * 1_000_000) - _EPOCH_US)


def _bool(value: bool | None) -> bytes:  # noqa: FBT001
    return _NULL if value is None else (b"\0\0\0\1\1" if value else b"\0\0\0\1\0")


@lru_cache(maxsize=4096)
def _word(value: str) -> bytes:
    """A text that occurs again and again: a code, a status, a body's stage."""
    return _text(value)


def _words(*texts: str) -> bytes:
    """A ``tsvector`` as the server receives it: lexemes with their positions."""
    places = search.places(*texts)
    parts = [_LENGTH(len(places))]
    for word, numbers in places.items():
        parts.append(_lexeme(word))
        parts.append(_POSITIONS[len(numbers)](len(numbers), *numbers))
    raw = b"".join(parts)
    return _LENGTH(len(raw)) + raw


@lru_cache(maxsize=65_536)
def _lexeme(word: str) -> bytes:
    return word.encode() + b"\0"


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
_CASE_COUNT = Struct("!h").pack(len(_CASE_COLUMNS))
_NO_REWORK = Struct("!ih").pack(2, 0)


def _pack(row: BulkCase, case_id: int, laid_down: Settings, *, limit_id: int | None, stage: str) -> bytes:
    process = row.process
    application, first, last = _fixed(process)
    closed, due, opened = row.closed_at, row.due_at, _moment(row.opened_at)
    return b"".join(
        (
            _CASE_COUNT,
            _INT8(8, case_id),
            _text(row.number),
            application,
            _word(process),
            _int8(laid_down.published.get(process)),
            _word(row.class_code),
            _text(row.title[:200]),
            _text(row.description),
            _word(row.source),
            _INT2(2, row.severity),
            _word("open" if closed is None else "closed"),
            last if closed is not None else _word(stage) if stage else first,
            _int8(row.organisation_id),
            _word(row.division_code),
            _text(row.cell_code),
            _float8(row.lon),
            _float8(row.lat),
            _word(row.datum),
            _text(row.address[:200]),
            opened,
            _moment(due),
            opened,
            _moment(closed),
            _bool(row.is_on_time if row.states_timeliness else _was_on_time(closed, due)),
            _NO_REWORK,
            _bool(row.is_public),
            _int8(limit_id),
            _words(row.number, row.title, row.address, row.description[:1000]),
        )
    )


def _was_on_time(closed: datetime | None, due: datetime | None) -> bool | None:
    return None if closed is None or due is None else closed <= due


@lru_cache(maxsize=256)
def _fixed(process: str) -> tuple[bytes, bytes, bytes]:
    """Application, first and last stage of a process, packed."""
    declared = process_type(process)
    stages = list(declared.stages)
    return _text(declared.application), _text(stages[0]), _text(stages[-1])


_TASK_COLUMNS = [
    "case_id",
    "kind",
    "element_id",
    "engine_id",
    "status",
    "application",
    "class_code",
    "severity",
    "division_code",
    "organisation_id",
    "assignee_id",
    "opened_at",
    "due_at",
    "outcome",
    "limit_id",
]
_TASK_COUNT = Struct("!h").pack(len(_TASK_COLUMNS))


def _pack_task(task: Task) -> bytes:
    return b"".join(
        (
            _TASK_COUNT,
            _int8(task.case_id),
            _text(task.kind),
            _text(task.element_id),
            _text(task.engine_id),
            _text(task.status),
            _text(task.application),
            _text(task.class_code),
            _INT2(2, task.severity),
            _text(task.division_code),
            _int8(task.organisation_id),
            _int8(task.assignee_id),
            _moment(task.opened_at),
            _moment(task.due_at),
            _text(task.outcome),
            _int8(task.limit_id),
        )
    )


_STEP_COLUMNS = ["case_id", "at", "action", "task_kind", "outcome", "stage", "note", "is_public"]
_STEP_COUNT = Struct("!h").pack(len(_STEP_COLUMNS))


def _packed_steps(batch: Sequence[BulkCase], ids: Sequence[int]) -> Iterator[bytes]:
    for row, case_id in zip(batch, ids, strict=True):
        for step in row.history:
            yield b"".join(
                (
                    _STEP_COUNT,
                    _INT8(8, case_id),
                    _moment(step.at),
                    _word(step.action),
                    _word(step.task_kind),
                    _word(step.outcome),
                    _word(step.stage),
                    _text(step.note),
                    _bool(True),
                )
            )


def _copy(table: str, columns: Sequence[str], rows: Iterable[bytes]) -> None:
    connection.ensure_connection()
    raw: Any = connection.connection
    with (
        connection.wrap_database_errors,
        raw.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        buffer, size = [_HEADER], 0
        for row in rows:
            buffer.append(row)
            size += len(row)
            if size > BLOCK:
                copy.write(b"".join(buffer))
                buffer, size = [], 0
        copy.write(b"".join([*buffer, _TRAILER]))
