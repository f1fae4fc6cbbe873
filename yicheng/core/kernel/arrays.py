"""Columns of numbers and moments as PostgreSQL array literals, for ``unnest`` in hot statements.

psycopg writes a list item by item with quotes and escapes (40 us for a hundred); a literal of plain numbers needs none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def array(values: Iterable[float | datetime | None]) -> str:
    """``{1,2.5,NULL}`` of numbers, or moments: for ``%s::bigint[]`` and the like; no texts."""
    items = list(values)
    if datetime in map(type, items):
        return "{" + ",".join("NULL" if one is None else one.isoformat() for one in items) + "}"  # type: ignore[union-attr]
    return "{" + str(items)[1:-1].replace("None", "NULL") + "}"
