"""Bulk load of cases, beside a bare COPY of the very same rows into tables with the same indexes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.db import connection

from bench.table import Figure
from yicheng.core.cases.public import BulkCase, bulk_insert_cases
from yicheng.core.people.public import SYSTEM

TABLES = ("cases_case", "cases_task", "cases_timer")


def bulk_load(rows: Iterable[BulkCase], *, wanted: str) -> Figure:
    """Load ``rows`` through the platform, then copy what it wrote once more by bare COPY."""
    ready = list(rows)
    first = {table: _last_id(table) + 1 for table in TABLES}
    began = time.perf_counter()
    count = bulk_insert_cases(SYSTEM, ready)
    took_s = time.perf_counter() - began
    bare_s = sum(_bare_copy(table, first[table]) for table in TABLES)
    running = sum(row.closed_at is None for row in ready)
    return Figure(
        f"bulk load of {count:,} cases, {running:,} of them open",
        count / took_s,
        "rows/s",
        wanted,
        limit=count / bare_s,
        limit_is="bare COPY of the same rows, tasks and timers",
        note="checked, limits counted, search words made, processes of open ones begun",
    )


def _bare_copy(table: str, first: int) -> float:
    """Seconds for COPY of the same rows into an empty twin of the table; the rows wait in memory."""
    columns = ", ".join(_columns(table))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_twin (LIKE {table} INCLUDING ALL)")
    raw: Any = connection.connection
    with (
        raw.cursor() as cursor,
        cursor.copy(
            f"COPY (SELECT {columns} FROM {table} WHERE id >= {first} ORDER BY id) TO STDOUT (FORMAT BINARY)"
        ) as copy,
    ):
        blocks = list(_gathered(copy))
    began = time.perf_counter()
    with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY bench_twin ({columns}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        for block in blocks:
            copy.write(block)
    took_s = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_twin")
    return took_s


def _columns(table: str) -> list[str]:
    """Those that are written, not made by the server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [table],
        )
        return [row[0] for row in cursor.fetchall()]


def _gathered(copy: Iterable[bytes | memoryview], *, size: int = 262_144) -> Iterable[bytes]:
    """Rows as blocks, so that the limit is the server's and not the loop's."""
    waiting, length = [], 0
    for row in copy:
        waiting.append(bytes(row))
        length += len(row)
        if length >= size:
            yield b"".join(waiting)
            waiting, length = [], 0
    yield b"".join(waiting)


def _last_id(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        found: int = cursor.fetchone()[0]
    return found
