"""The platform's only source of "now", so that replays and tests can set it.

``now()`` is aware and in UTC. ``at(moment)`` sets it for a block: the import of
other cities' cases replays their life at their own times through the same actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("yicheng_clock", default=None)


def now() -> datetime:
    """The moment it is, aware, UTC."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let ``now()`` answer ``moment`` (aware) inside the block."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
