"""Shared rows as a Parquet file that is sent while it is made: a row group for each part, the end with the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yicheng.core.catalogue.parquet import Sink

#: kinds of fields → names of Arrow's types, as PostgreSQL's JSON holds their values; all others are text
_READ = {"integer": "int64", "number": "float64", "decimal": "float64", "boolean": "bool"}


class ParquetFile:
    """Takes parts of NDJSON, gives the bytes of the file that belong to them. The first part says the columns."""

    def __init__(self) -> None:
        self._sink = Sink()
        self._writer: Any = None

    def part(self, lines: str, columns: Sequence[tuple[str, str]], *, is_last: bool) -> bytes:
        """The bytes that these rows add, columns by name and kind; with the last part those that close the file."""
        if self._writer is None:
            self._begin(columns)
        table = self._table(lines)
        if table.num_rows or is_last:
            self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        if is_last:
            self._writer.close()
        return self._sink.taken()

    def _begin(self, columns: Sequence[tuple[str, str]]) -> None:
        import pyarrow as arrow
        from pyarrow import parquet

        stored = {"date": arrow.date32(), "datetime": arrow.timestamp("us", tz="UTC")}
        read = [(name, _READ.get(kind, "string")) for name, kind in columns]
        self._read = arrow.schema([(name, arrow.type_for_alias(kind)) for name, kind in read])
        self._schema = arrow.schema(
            [
                (name, stored.get(kind, known.type))
                for (name, kind), known in zip(columns, self._read, strict=True)
            ]
        )
        self._writer = parquet.ParquetWriter(self._sink, self._schema)

    def _table(self, lines: str) -> Any:
        import pyarrow as arrow
        from pyarrow import json

        if not lines:
            return self._schema.empty_table()
        raw = lines.encode()
        whole = json.ReadOptions(use_threads=False, block_size=len(raw) + 1)
        shapes = json.ParseOptions(explicit_schema=self._read, unexpected_field_behavior="ignore")
        return json.read_json(arrow.BufferReader(raw), whole, shapes).cast(self._schema)
