"""PostgreSQL's binary COPY, packed by hand: ten times as fast as ``bulk_create`` (``copy`` in its manual)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from struct import Struct
from typing import Any

from django.db import connection

from yicheng.core.kernel import search

BLOCK = 256 * 1024
NULL = b"\xff\xff\xff\xff"
_EPOCH_US = 946_684_800_000_000  # 2000-01-01, PostgreSQL's zero
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_COUNT = Struct("!h").pack
_LENGTH = Struct("!i").pack
_INT8 = Struct("!iq").pack
_INT2 = Struct("!ih").pack
_FLOAT8 = Struct("!id").pack
_POSITIONS = [Struct(f"!H{n}H").pack for n in range(search.PAIR_LIMIT + 1)]
#: most words occur once
_ONCE = [_POSITIONS[1](1, place) for place in range(search.PAIR_LIMIT + 1)]


def copy_packed(table: str, columns: Sequence[str], rows: Iterable[bytes]) -> None:
    """Copy rows that ``row`` packed; they may be made while the server takes them."""
    connection.ensure_connection()
    raw: Any = connection.connection
    with (
        connection.wrap_database_errors,
        raw.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        buffer, size = [_HEADER], 0
        for one in rows:
            buffer.append(one)
            size += len(one)
            if size > BLOCK:
                copy.write(b"".join(buffer))
                buffer, size = [], 0
        copy.write(b"".join([*buffer, _TRAILER]))


def row(*values: bytes) -> bytes:
    """A row of packed values."""
    return _COUNT(len(values)) + b"".join(values)


def text(value: str) -> bytes:
    """A text, without the zeros that PostgreSQL refuses."""
    raw = value.replace("\x00", "").encode()
    return _LENGTH(len(raw)) + raw


@lru_cache(maxsize=8192)
def word(value: str) -> bytes:
    """A text that occurs again and again: a code, a status, a stage."""
    return text(value)


def int8(value: int | None) -> bytes:
    """A ``bigint``."""
    return NULL if value is None else _INT8(8, value)


def int2(value: int) -> bytes:
    """A ``smallint``."""
    return _INT2(2, value)


def float8(value: float | None) -> bytes:
    """A ``double precision``."""
    return NULL if value is None else _FLOAT8(8, value)


def moment(value: datetime | None) -> bytes:
    """Microseconds since 2000; floats hold them exactly until the year 2255."""
    if value is None:
        return NULL
    return _INT8(8, round(value.timestamp() * 1_000_000) - _EPOCH_US)


def flag(value: bool | None) -> bytes:  # noqa: FBT001
    """A ``boolean``."""
    return NULL if value is None else (b"\0\0\0\1\1" if value else b"\0\0\0\1\0")


def vector(*texts: str) -> bytes:
    """A ``tsvector`` as the server receives it: lexemes with their positions."""
    places = search.places(*texts)
    parts = [_LENGTH(len(places))]
    for lexeme, at in places.items():
        parts.append(_lexeme(lexeme))
        parts.append(_ONCE[at[0]] if len(at) == 1 else _POSITIONS[len(at)](len(at), *at))
    raw = b"".join(parts)
    return _LENGTH(len(raw)) + raw


@lru_cache(maxsize=65_536)
def _lexeme(value: str) -> bytes:
    return value.encode() + b"\0"
