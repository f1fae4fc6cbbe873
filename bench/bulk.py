"""Bulk load of cases, beside a bare COPY of the very same rows into a table with the same indexes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.db import connection

from bench.table import Figure
from yicheng.core.cases.public import BulkCase, bulk_insert_cases
from yicheng.core.people.public import SYSTEM


def bulk_load(rows: Iterable[BulkCase], *, wanted: str) -> Figure:
    """Load ``rows`` through the platform, then copy what it wrote once more by bare COPY."""
    ready = list(rows)
    first = _last_id() + 1
    began = time.perf_counter()
    count = bulk_insert_cases(SYSTEM, ready)
    took_s = time.perf_counter() - began
    bare_s = _bare_copy(first)
    return Figure(
        f"bulk load of {count:,} cases",
        count / took_s,
        "rows/s",
        wanted,
        limit=count / bare_s,
        limit_is="bare COPY of the same rows",
        note="checked, limits counted, search words made; tasks of open ones besides",
    )


def _bare_copy(first: int) -> float:
    """Seconds for COPY of the same rows into an empty twin of the table; the rows wait in memory."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_case (LIKE cases_case INCLUDING ALL)")
    raw: Any = connection.connection
    with (
        raw.cursor() as cursor,
        cursor.copy(
            f"COPY (SELECT * FROM cases_case WHERE id >= {first} ORDER BY id) TO STDOUT (FORMAT BINARY)"
        ) as copy,
    ):
        blocks = list(_gathered(copy))
    began = time.perf_counter()
    with raw.cursor() as cursor, cursor.copy("COPY bench_case FROM STDIN (FORMAT BINARY)") as copy:
        for block in blocks:
            copy.write(block)
    took_s = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_case")
    return took_s


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


def _last_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM cases_case")
        found: int = cursor.fetchone()[0]
    return found
