"""The rows of a query as a Parquet file: from PostgreSQL to Arrow in C (ADBC), written by row groups.

ADBC has a connection of its own, so it reads what is committed. Never more than one row group is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from psycopg import ClientCursor, conninfo, sql

from yicheng.core.catalogue.facts import Field
from yicheng.core.catalogue.queries.readable import Query

ROWS_IN_GROUP = 100_000


def parquet_blocks(query: Query) -> Iterator[bytes]:
    """A Parquet file in blocks: one row group after the other, then its end."""
    import pyarrow as arrow
    from adbc_driver_postgresql import dbapi
    from pyarrow import parquet

    sink = Sink()
    with dbapi.connect(_address()) as database, database.cursor() as cursor:
        cursor.execute(_statement(query))
        reader = cursor.fetch_record_batch()
        schema = _described(arrow, reader.schema, query)
        with parquet.ParquetWriter(sink, schema) as writer:
            held: list[Any] = []
            count = 0
            for batch in reader:
                held.append(batch)
                count += batch.num_rows
                if count >= ROWS_IN_GROUP:
                    writer.write_table(arrow.Table.from_batches(held).cast(schema), row_group_size=count)
                    held, count = [], 0
                    yield sink.taken()
            if held:
                writer.write_table(arrow.Table.from_batches(held).cast(schema), row_group_size=max(count, 1))
        yield sink.taken()


class Sink:
    """A file that only grows; what was written is taken away again and again."""

    closed = False

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._size = 0

    def write(self, data: Any) -> int:
        block = bytes(data)
        self._held.append(block)
        self._size += len(block)
        return len(block)

    def taken(self) -> bytes:
        block = b"".join(self._held)
        self._held = []
        return block

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """The reader of the blocks closes what it writes to."""


def _address() -> str:
    """Where the database of Django's connection is, in libpq's words."""
    connection.ensure_connection()
    raw: Any = connection.connection
    known = {**raw.info.get_parameters(), "password": raw.info.password}
    known.pop("client_encoding", None)
    return conninfo.make_conninfo(**known)


def _statement(query: Query) -> str:
    """The query with its parameters bound by psycopg; Arrow knows no numeric, shapes are text."""
    cells = sql.SQL(", ").join(_cell(field) for field in query.columns)
    statement = sql.SQL("SELECT {} FROM ({}) AS wanted").format(cells, query.sql)
    raw: Any = connection.connection
    bound: str = ClientCursor(raw).mogrify(statement, query.params)
    return bound


def _cell(field: Field) -> sql.Composable:
    column = sql.Identifier(field.key)
    if field.kind == "decimal":
        return sql.SQL("{0}::float8 AS {0}").format(column)
    return sql.SQL("{0}::text AS {0}").format(column) if field.kind == "geometry" else column


def _described(arrow: Any, schema: Any, query: Query) -> Any:
    """The same schema with title, unit and term of each field in its metadata."""
    fields = []
    for column, field in zip(schema, query.columns, strict=True):
        told = {"title": field.title, "unit": field.unit, "term": field.term}
        fields.append(column.with_metadata({key: value for key, value in told.items() if value}))
    return arrow.schema(fields)
