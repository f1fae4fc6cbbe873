"""How readings travel as bytes: rows of a binary COPY, and the packed batch that the worker reads.

A row of COPY is one prefix that its series keeps ready (column count, division, series)
and one ``struct`` for the rest: a third of the cost of handing Python values to the driver.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

#: PostgreSQL counts microseconds from here
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
EPOCH_US = round(EPOCH.timestamp() * 1_000_000)
_FIRST = round(datetime(1, 1, 2, tzinfo=UTC).timestamp() * 1_000_000) - EPOCH_US
_LAST = round(datetime(9999, 12, 30, tzinfo=UTC).timestamp() * 1_000_000) - EPOCH_US
COLUMNS = "division_code, series_id, time, value, quality, timing, received_at"
HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
TRAILER = struct.pack(">h", -1)

_ROW = struct.Struct(">iqidihihiq")
_FRESH = struct.Struct("<qqdBB")
pack_row = _ROW.pack
pack_fresh = _FRESH.pack


def micros(moment: datetime) -> int:
    """Microseconds since 2000 of an aware moment."""
    return round(moment.timestamp() * 1_000_000) - EPOCH_US


def moment(us: int) -> datetime:
    """The aware moment, UTC, of microseconds since 2000; beyond the calendar its first or last day."""
    if not _FIRST <= us <= _LAST:
        us = _FIRST if us < _FIRST else _LAST
    return datetime.fromtimestamp((us + EPOCH_US) / 1_000_000, UTC)


def prefix(division: str, series_id: int) -> bytes:
    """What every row of a series begins with."""
    code = division.encode()
    return struct.pack(f">hi{len(code)}siq", 7, len(code), code, 8, series_id)


def unpack_fresh(payload: bytes) -> Iterator[tuple[int, int, float, int, int]]:
    """(series id, microseconds, value, quality, timing) of each reading of a packed batch."""
    return _FRESH.iter_unpack(payload)


def pack_all(rows: Iterable[tuple[int, int, float, int, int]]) -> bytes:
    """The packed batch of these rows."""
    return b"".join(pack_fresh(*row) for row in rows)
