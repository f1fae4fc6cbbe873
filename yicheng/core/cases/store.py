"""The hot path's SQL: lock a case, read what a step needs, write all it changes in one statement.

The ORM would take a dozen statements for the same; here are three. Order of locks: the
case's row first, always; whoever holds it may read and write everything of the case.
"""

# ruff: noqa: SLF001, S608 (rows are made and read as Django does; names of columns come from the models)

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.current import REVISION_SQL, Settings, settings
from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.steps import Change
from yicheng.core.kernel import statements
from yicheng.core.kernel.errors import NotFound


def _names(model: type[Model], without: str = "") -> tuple[list[str], list[str]]:
    """The attributes of a model and the columns that hold them."""
    fields = [field for field in model._meta.concrete_fields if field.name != without]
    return [field.attname for field in fields], [str(field.column) for field in fields]


_CASE_FIELDS, _CASE_COLUMNS = _names(Case, without="search")
_TASK_FIELDS, _TASK_COLUMNS = _names(Task)

_LOCK = f"""
SELECT {", ".join(f"c.{column}" for column in _CASE_COLUMNS)}, {REVISION_SQL}
FROM cases_case c WHERE c.id = {{which}} FOR NO KEY UPDATE OF c
"""
_LOCK_BY_TASK = _LOCK.format(which="(SELECT case_id FROM cases_task WHERE id = %s)")
_LOCK_BY_ID = _LOCK.format(which="%s")

_NEXT_ID = f"SELECT nextval(pg_get_serial_sequence('cases_case', 'id')), {REVISION_SQL}"

_OPEN_TASKS = f"""
SELECT {", ".join(f"t.{column}" for column in _TASK_COLUMNS)}, s.data
FROM (SELECT %s::bigint AS case_id) c
LEFT JOIN cases_task t ON t.case_id = c.case_id AND t.status = 'open'
LEFT JOIN cases_casestate s ON s.case_id = c.case_id
ORDER BY t.id
"""

_READ_TASK = f"""
SELECT {", ".join(f"t.{column}" for column in _TASK_COLUMNS)}, {", ".join(f"c.{column}" for column in _CASE_COLUMNS)}
FROM cases_task t JOIN cases_case c ON c.id = t.case_id WHERE t.id = %s
"""

#: columns of a case that a step may change
_CHANGED = [
    "class_code",
    "title",
    "severity",
    "status",
    "stage",
    "organisation_id",
    "division_code",
    "cell_code",
    "lon",
    "lat",
    "address",
    "due_at",
    "counted_from",
    "closed_at",
    "is_on_time",
    "rework_count",
    "is_public",
    "limit_id",
    "merged_into_id",
    "parent_id",
]

_OPENED = """opened AS (
  INSERT INTO cases_task (case_id, kind, element_id, engine_id, status, application, class_code, severity,
    division_code, organisation_id, assignee_id, opened_at, due_at, outcome, limit_id, part_of_id)
  SELECT %(case)s::bigint, kind, element_id, engine_id, 'open', application, class_code, severity, division_code,
    organisation_id, assignee_id, opened_at, due_at, '', limit_id, part_of_id
  FROM jsonb_to_recordset(%(opened)s::jsonb) AS r(kind text, element_id text, engine_id text, application text,
    class_code text, severity smallint, division_code text, organisation_id bigint, assignee_id bigint,
    opened_at timestamptz, due_at timestamptz, limit_id bigint, part_of_id bigint)
  RETURNING id, engine_id)"""
_DONE = """done AS (
  UPDATE cases_task SET status = 'done', done_at = %(moment)s, done_by_id = %(done_by)s, outcome = %(outcome)s,
    is_on_time = %(on_time)s WHERE id = %(done)s)"""
_CANCELLED = """cancelled AS (
  UPDATE cases_task SET status = 'cancelled', done_at = %(moment)s WHERE id = ANY(%(cancelled)s::bigint[]))"""
_STATE = """state AS (
  INSERT INTO cases_casestate (case_id, data) VALUES (%(case)s, %(state)s)
  ON CONFLICT (case_id) DO UPDATE SET data = EXCLUDED.data)"""
_HISTORY = """history AS (
  INSERT INTO cases_casestep (case_id, at, action, task_kind, outcome, stage, account_id, organisation_id, note,
    is_public)
  SELECT %(case)s::bigint, %(moment)s::timestamptz, action, task_kind, outcome, %(stage)s::text, account_id,
    organisation_id, note, is_public
  FROM jsonb_to_recordset(%(history)s::jsonb) AS r(action text, task_kind text, outcome text, account_id bigint,
    organisation_id bigint, note text, is_public boolean))"""
_OLD_TIMERS = """old_timers AS (
  DELETE FROM cases_timer WHERE case_id = %(case)s AND (task_id = ANY(%(closed)s::bigint[])
    OR kind = 'process' AND NOT key = ANY(%(keep_timers)s::text[])))"""
_TIMERS = """timers AS (
  INSERT INTO cases_timer (case_id, task_id, kind, key, element_id, due_at, attempts)
  SELECT %(case)s::bigint, NULL, 'process', r.key, r.element_id, r.due_at, 0
  FROM jsonb_to_recordset(%(timers)s::jsonb) AS r(key text, element_id text, due_at timestamptz)
  WHERE NOT EXISTS (SELECT 1 FROM cases_timer t WHERE t.case_id = %(case)s AND t.kind = 'process'
    AND t.key = r.key AND t.due_at = r.due_at))"""
_RUNGS = """rungs AS (
  INSERT INTO cases_timer (case_id, task_id, kind, key, element_id, due_at, attempts)
  SELECT %(case)s::bigint, opened.id, 'escalation', r.key, '', r.due_at, 0
  FROM jsonb_to_recordset(%(rungs)s::jsonb) AS r(engine_id text, key text, due_at timestamptz)
  JOIN opened USING (engine_id))"""


def lock_case_of_task(task_id: int) -> tuple[Case, Settings]:
    """The case of a task, locked until the transaction ends; raises ``NotFound``."""
    return _lock(_LOCK_BY_TASK, task_id)


def read_task(task_id: int) -> Task | None:
    """A task with its case, not locked; None where there is none."""
    found = statements.run(_READ_TASK, [task_id])
    if not found:
        return None
    row = found[0]
    task = Task.from_db(connection.alias, _TASK_FIELDS, row[: len(_TASK_FIELDS)])
    task.case = Case.from_db(connection.alias, _CASE_FIELDS, row[len(_TASK_FIELDS) :])
    return task


def lock_case(case_id: int) -> tuple[Case, Settings]:
    """A case, locked until the transaction ends; raises ``NotFound``."""
    return _lock(_LOCK_BY_ID, case_id)


def _lock(sql: str, key: int) -> tuple[Case, Settings]:
    found = statements.run(sql, [key])
    if not found:
        raise NotFound(_("There is no such case or task."))
    row = found[0]
    return Case.from_db(connection.alias, _CASE_FIELDS, row[:-1]), settings(row[-1])


def open_tasks(case_id: int) -> tuple[list[Task], bytes | None]:
    """The open tasks of a locked case, in order, and the state of its process (None: not written yet)."""
    rows = statements.run(_OPEN_TASKS, [case_id])
    state = rows[0][-1]
    tasks = [Task.from_db(connection.alias, _TASK_FIELDS, row[:-1]) for row in rows if row[0] is not None]
    return tasks, None if state is None else bytes(state)


def next_case_id() -> tuple[int, Settings]:
    """An id for a new case, and what is laid down."""
    ((case_id, revision),) = statements.run(_NEXT_ID)
    return case_id, settings(revision)


def insert_case(
    change: Change,
    *,
    moment: datetime,
    rungs: Sequence[dict[str, Any]],
    words: str,
    beside: Sequence[statements.Part] = (),
) -> None:
    """Write a new case with its first tasks, state, timers and history: one statement, ``beside`` in it."""
    case = change.case
    values = ", ".join(f"%(c_{column})s" for column in _CASE_COLUMNS)
    born = (
        f"born AS (INSERT INTO cases_case ({', '.join(_CASE_COLUMNS)}, search)"
        f" VALUES ({values}, %(words)s::tsvector))"
    )
    parameters = _parameters(change, moment, rungs) | {"words": words}
    parameters |= {
        f"c_{column}": getattr(case, name) for column, name in zip(_CASE_COLUMNS, _CASE_FIELDS, strict=True)
    }
    _execute(change, [born, _STATE, *_parts(change, rungs)], parameters, beside)


def write_step(
    change: Change,
    *,
    moment: datetime,
    rungs: Sequence[dict[str, Any]],
    beside: Sequence[statements.Part] = (),
) -> None:
    """Write all that one step of a locked case changed: one statement, ``beside`` in it."""
    case = change.case
    assigned = ", ".join(f"{column} = %(c_{column})s" for column in _CHANGED)
    moved = f"moved AS (UPDATE cases_case SET {assigned} WHERE id = %(case)s)"
    parts = [moved, *_parts(change, rungs), _OLD_TIMERS]
    if change.done is not None:
        parts.append(_DONE)
    if change.cancelled:
        parts.append(_CANCELLED)
    if change.state is not None:
        parts.append(_STATE)
    parameters = _parameters(change, moment, rungs)
    parameters |= {f"c_{column}": getattr(case, _attribute(column)) for column in _CHANGED}
    _execute(change, parts, parameters, beside)


def _attribute(column: str) -> str:
    return "case_class_id" if column == "class_code" else column


def _parts(change: Change, rungs: Sequence[dict[str, Any]]) -> list[str]:
    parts = [_OPENED, _HISTORY]
    if change.timers:
        parts.append(_TIMERS)
    if rungs and change.opened:
        parts.append(_RUNGS)
    return parts


def _parameters(change: Change, moment: datetime, rungs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    case, done = change.case, change.done
    return {
        "case": case.pk,
        "moment": moment,
        "stage": case.stage,
        "state": change.state,
        "done": done.pk if done else None,
        "done_by": done.done_by_id if done else None,
        "outcome": done.outcome if done else "",
        "on_time": done.is_on_time if done else None,
        "cancelled": list(change.cancelled),
        "closed": [*change.cancelled, *([done.pk] if done else [])],
        "keep_timers": None if change.keep_timers is None else list(change.keep_timers),
        "opened": _json([_task_row(task) for task in change.opened]),
        "history": _json([_history_row(line) for line in change.history]),
        "timers": _json(change.timers),
        "rungs": _json(rungs),
    }


def _execute(
    change: Change, parts: Sequence[str], parameters: dict[str, Any], beside: Sequence[statements.Part]
) -> None:
    parts = [*parts, *(part.sql for part in beside)]
    for part in beside:
        parameters |= part.parameters
    rows = statements.run(f"WITH {', '.join(parts)} SELECT id, engine_id FROM opened", parameters)
    ids = {engine_id: task_id for task_id, engine_id in rows}
    for task in change.opened:
        task.pk = ids[task.engine_id]
        task._state.adding = False
        task._state.db = connection.alias


_TASK_COPIED = [
    "kind",
    "element_id",
    "engine_id",
    "application",
    "class_code",
    "severity",
    "division_code",
    "organisation_id",
    "assignee_id",
    "opened_at",
    "due_at",
    "limit_id",
    "part_of_id",
]


def _task_row(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in _TASK_COPIED}


def _history_row(line: Any) -> dict[str, Any]:
    names = ("action", "task_kind", "outcome", "account_id", "organisation_id", "note", "is_public")
    return {name: getattr(line, name) for name in names}


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()
