"""Rows into the table: one binary COPY; told apart only when something in the batch is there already.

The usual batch is new: COPY and the packed batch for the worker, one transaction. When the
primary key refuses it, the same rows go in by ``ON CONFLICT DO NOTHING``, and those that were
there already are kept as odd readings: repeated, or contradicting when the value differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

from yicheng.core.sensing import packing
from yicheng.core.sensing.models import OddReading
from yicheng.core.sensing.registry import Slot

_COPY = f"COPY sensing_reading ({packing.COLUMNS}) FROM STDIN (FORMAT BINARY)"
_TRIES = 4
_APART = """
INSERT INTO sensing_reading (division_code, series_id, time, value, quality, timing, received_at)
SELECT division, series, time, value, quality, timing, %(received_at)s
FROM unnest(%(divisions)s::text[], %(series)s::bigint[], %(times)s::timestamptz[], %(values)s::float8[],
            %(qualities)s::smallint[], %(timings)s::smallint[]) AS t(division, series, time, value, quality, timing)
ON CONFLICT DO NOTHING RETURNING series_id, time
"""


class Row(NamedTuple):
    """A reading ready to be stored: its series, microseconds since 2000, canonical value."""

    slot: Slot
    us: int
    value: float
    quality: int
    timing: int


@dataclass(frozen=True, slots=True)
class Stored:
    """How many were new, and which were there already."""

    count: int
    repeated: Sequence[Row]


def store(rows: Sequence[Row], received_at: datetime) -> Stored:
    """Store the rows in one transaction with the packed batch for the worker."""
    if not rows:
        return Stored(0, ())
    try:
        with transaction.atomic():
            _copy(rows, received_at)
    except IntegrityError:
        return _store_apart(rows, received_at)
    return Stored(len(rows), ())


def _copy(rows: Sequence[Row], received_at: datetime) -> None:
    received, pack = packing.micros(received_at), packing.pack_row
    parts = [packing.HEADER]
    for slot, us, value, quality, timing in rows:
        parts += (slot.prefix, pack(8, us, 8, value, 2, quality, 2, timing, 8, received))
    parts.append(packing.TRAILER)
    with connection.cursor() as cursor:
        with connection.wrap_database_errors, cursor.copy(_COPY) as copy:
            copy.write(b"".join(parts))
        _announce(rows, received_at)


def _announce(rows: Sequence[Row], received_at: datetime) -> None:
    """Leave the rows for the worker, packed."""
    pack = packing.pack_fresh
    payload = b"".join(
        [pack(slot.series_id, us, value, quality, timing) for slot, us, value, quality, timing in rows]
    )
    raw: Any = connection.connection  # binds in binary: Django's cursors would write the bytes out as text
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.execute(
            "INSERT INTO sensing_freshbatch (received_at, count, payload) VALUES (%s, %s, %b)",
            [received_at, len(rows), payload],
        )


def _store_apart(rows: Sequence[Row], received_at: datetime) -> Stored:
    """In the order of the key, so that two batches with the same readings wait for each other in one order."""
    ordered = sorted(rows, key=lambda row: (row.slot.prefix, row.us))
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                return _insert(ordered, received_at)
        except OperationalError as error:
            if attempt == _TRIES or not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise AssertionError("unreachable")


def _insert(rows: Sequence[Row], received_at: datetime) -> Stored:
    values: dict[str, Any] = {
        "received_at": received_at,
        "divisions": [_division(row.slot) for row in rows],
        "series": [row.slot.series_id for row in rows],
        "times": [packing.moment(row.us) for row in rows],
        "values": [row.value for row in rows],
        "qualities": [row.quality for row in rows],
        "timings": [row.timing for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(_APART, values)
        stored = {(series, packing.micros(time)) for series, time in cursor.fetchall()}
    new, repeated = [], []
    for row in rows:
        key = (row.slot.series_id, row.us)
        if key in stored:
            stored.discard(key)
            new.append(row)
        else:
            repeated.append(row)
    if new:
        _announce(new, received_at)
    _keep_repeated(repeated, received_at)
    return Stored(len(new), repeated)


def _keep_repeated(rows: Sequence[Row], received_at: datetime) -> None:
    kinds = OddReading.Kind
    known = _values_of(rows)
    OddReading.objects.bulk_create(
        [
            OddReading(
                series_id=row.slot.series_id,
                kind=kinds.REPEATED
                if known.get((row.slot.series_id, row.us)) == row.value
                else kinds.CONTRADICTING,
                time=packing.moment(row.us),
                value=row.value,
                received_at=received_at,
            )
            for row in rows
        ],
        batch_size=1000,
    )


def _values_of(rows: Sequence[Row]) -> dict[tuple[int, int], float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.series_id, r.time, r.value FROM sensing_reading r"
            " JOIN unnest(%s::text[], %s::bigint[], %s::timestamptz[]) AS t(division, series, time)"
            " ON r.division_code = t.division AND r.series_id = t.series AND r.time = t.time",
            [
                [_division(row.slot) for row in rows],
                [row.slot.series_id for row in rows],
                [packing.moment(row.us) for row in rows],
            ],
        )
        return {(series, packing.micros(time)): value for series, time, value in cursor.fetchall()}


def _division(slot: Slot) -> str:
    """The prefix holds column count (2 bytes), length (4), then the division's code."""
    return slot.prefix[6 : 6 + int.from_bytes(slot.prefix[2:6], "big")].decode()
