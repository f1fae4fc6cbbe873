"""The raw limit of a lifecycle: the same rows, in as many transactions, by bare psycopg on as many connections."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

#: tables of a case's life: (table, column that leads to the case, rows come one by one with the stages)
TABLES = (
    ("cases_case", "id", False),
    ("cases_casestate", "case_id", False),
    ("urban_urbancase", "case_id", False),
    ("cases_task", "case_id", True),
    ("cases_casestep", "case_id", True),
)


def raw_lifecycles(case_id: int, *, seconds: float, people: int) -> float:
    """Lifecycles a second: the rows of ``case_id`` written anew, one transaction a stage."""
    templates = [(table, *_rows(table, column, case_id), staged) for table, column, staged in TABLES]
    audit = _audit(case_id)
    counts = [0] * people
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_work, args=(templates, audit, until, counts, number))
        for number in range(people)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)


def _work(
    templates: Sequence[Any], audit: Sequence[Any], until: float, counts: list[int], number: int
) -> None:
    given = connection.get_connection_params()
    keys = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{key: given[key] for key in keys if key in given}) as raw:
        while time.monotonic() < until:
            _write(raw, templates, audit)
            counts[number] += 1


def _write(raw: psycopg.Connection[Any], templates: Sequence[Any], audit: Sequence[Any]) -> None:
    """A report with all its single rows, then a task, a step and a line of the trail for each stage."""
    with raw.transaction():
        case_id = raw.execute("SELECT nextval(pg_get_serial_sequence('cases_case', 'id'))").fetchone()[0]  # type: ignore[index]
        for table, columns, rows, staged in templates:
            if not staged:
                _insert(raw, table, columns, rows[:1], case_id)
    stages = max(len(rows) for _table, _columns, rows, staged in templates if staged)
    for stage in range(stages):
        with raw.transaction():
            for table, columns, rows, staged in templates:
                if staged:
                    _insert(raw, table, columns, rows[stage : stage + 1], case_id)
            _insert(raw, "journal_audit", audit[0], audit[1][stage : stage + 1], None)
            raw.execute("UPDATE cases_case SET stage = stage WHERE id = %s", [case_id])
            raw.execute("UPDATE cases_casestate SET data = data WHERE case_id = %s", [case_id])


def _insert(
    raw: psycopg.Connection[Any], table: str, columns: Sequence[str], rows: Sequence[Any], case_id: int | None
) -> None:
    for row in rows:
        values = dict(zip(columns, row, strict=True))
        if case_id is not None:
            key = "id" if table == "cases_case" else "case_id"
            values[key] = case_id
            if "number" in values:
                values["number"] = f"R{case_id}"
            if "follow_hash" in values:
                values["follow_hash"] = f"{case_id:064d}"
            if key != "id":
                values.pop("id", None)
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() for _ in values),
        )
        raw.execute(statement, list(values.values()))


def _rows(table: str, column: str, case_id: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [table],
        )
        columns = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {column} = %s", [case_id])
        return columns, cursor.fetchall()


def _audit(case_id: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    columns = "happened_at, division_code, account_id, viewer_kind, organisation_id, address, action, subject, detail"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM journal_audit WHERE subject = %s", [f"case/{case_id}"])
        return columns.split(", "), cursor.fetchall()
