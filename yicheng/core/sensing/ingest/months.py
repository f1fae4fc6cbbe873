"""Sees to it that the months of a batch have partitions: one look at the oldest and the newest time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from yicheng.core.sensing import packing
from yicheng.core.sensing.ingest.store import Row
from yicheng.core.sensing.partitions import ensure_months, month_of

_known: set[date] = set()


def ensure_months_of(rows: Sequence[Row]) -> None:
    """Make the partitions these rows need; free of cost while their months are known to this process."""
    if not rows:
        return
    times = [row.us for row in rows]
    ends = {month_of(packing.moment(min(times))), month_of(packing.moment(max(times)))}
    if ends <= _known and len(ends) == 1:
        return
    months = {month_of(packing.moment(us)) for us in times} - _known
    if months:
        ensure_months(sorted(months))
        _known.update(months)


def forget_months() -> None:
    """Drop what this process remembers (tests that roll partitions back)."""
    _known.clear()
