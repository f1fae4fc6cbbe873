"""Columns of numbers and moments as PostgreSQL array literals, for ``unnest`` in hot statements.

psycopg writes a list item by item with quotes and escapes (40 us for a hundred); a literal of plain numbers needs none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def array(values: Iterable[float | datetime | None]) -> str:
    """``{1,2.5,NULL,t,2026-01-01T00:00:00+00:00}``: for ``%s::bigint[]`` and the like; no texts."""
    return "{" + ",".join(map(_item, values)) + "}"


def _item(value: object) -> str:
    if value is None:
        return "NULL"
    return value.isoformat() if isinstance(value, datetime) else repr(value).lower()
