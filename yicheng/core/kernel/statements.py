"""The hot paths' SQL: parsed and planned once per connection, afterwards only executed.

Django binds parameters on the client, so the server plans every statement anew; for a step of a case
that took longer than carrying it out. Here parameters travel apart from the text, as text without a
type: the server takes each one's type from its place in the statement, and one plan serves all values.
A place without a type of its own (in a ``SELECT`` list) needs a cast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.postgresql.psycopg_any import get_adapters_template
from psycopg.adapt import AdaptersMap
from psycopg.pq import Format

Parameters = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A row to be written as part of a larger statement: one ``name AS (INSERT …)``, and its parameters."""

    sql: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=1)
def _adapters() -> AdaptersMap:
    """Django's, but moments are read by psycopg's compiled loader; both give them in UTC, the session's zone."""
    template = AdaptersMap(get_adapters_template(True, UTC))
    moment = psycopg.adapters.types["timestamptz"].oid
    template.register_loader(moment, psycopg.adapters.get_loader(moment, Format.TEXT))  # type: ignore[arg-type]
    return template


class _Cursor(psycopg.Cursor[Any]):
    """Binds on the server and keeps the plan."""

    def __init__(self, raw: Any) -> None:
        super().__init__(raw)
        self._adapters = _adapters()

    def execute(self, query: Any, params: Any = None, **_options: Any) -> _Cursor:
        return super().execute(query, params, prepare=True)

    def _send_query_prepared(self, name: bytes, pgq: Any, **options: Any) -> None:
        self._query = pgq  # for Django's log of statements
        super()._send_query_prepared(name, pgq, **options)


def run(sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """Run a statement in the transaction under way; its rows, none where it answers none.

    Parameters: None, text, numbers, truth, moments, bytes, lists of numbers or texts.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw: Any = connection.connection
    with connection._prepare_cursor(_Cursor(raw)) as cursor:  # type: ignore[attr-defined]  # noqa: SLF001
        cursor.execute(sql, _texts(parameters) if parameters else None)
        return cursor.fetchall() if cursor.pgresult.nfields else []


def _texts(parameters: Parameters) -> Any:
    if isinstance(parameters, Mapping):
        return {name: _text(value) for name, value in parameters.items()}
    return [_text(value) for value in parameters]


def _text(value: Any) -> Any:
    """The value as PostgreSQL reads it from a text."""
    if value is None or isinstance(value, str | bytes):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "{" + ",".join(_item(item) for item in value) + "}"
    raise TypeError(f"no parameter of a prepared statement: {value!r}")


def _item(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(_text(value))
