"""COPY into tables: how a file's rows are written, ten times faster than one INSERT after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from psycopg import sql

BLOCK = 10_000


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows into a table in the caller's transaction; answers how many.

    Rows are drawn in blocks, each before its COPY begins: drawing them may ask the same connection.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    source, count = iter(rows), 0
    while block := list(islice(source, BLOCK)):
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in block:
                copy.write_row(row)
        count += len(block)
    return count
