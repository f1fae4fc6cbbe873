"""Human-readable numbers: unique, roughly in order, with gaps, and without a lock that transactions wait for.

Each process takes a block of numbers at a time, in a short transaction of its own on a
connection of its own; what it does not use is lost. The block grows while a process
uses blocks up within seconds, so a burst costs few statements and a quiet town small gaps.

A pattern holds ``{date}``, ``{year}``, ``{month}`` or ``{day}``, ``{division}`` and
``{number:05}``. Numbers begin again with each period the pattern shows, and with each
division if it shows one.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from time import monotonic

from django.db import connections
from django.utils import timezone

from yicheng.core.journal.models import NumberSeries
from yicheng.core.kernel import clock

PERIODS = (({"date", "day"}, "%Y%m%d"), ({"month"}, "%Y%m"), ({"year"}, "%Y"))
KNOWN = {"date", "year", "month", "day", "division", "number"}
LARGEST_BLOCK = 1000
LONGEST_NUMBER = 40
_USED_UP_FAST_S = 2.0
_PATTERNS_KEPT_S = 60.0
_TAKE = """
INSERT INTO journal_numberblock AS b (series, period, division_code, last) VALUES (%s, %s, %s, %s)
ON CONFLICT (series, period, division_code) DO UPDATE SET last = b.last + excluded.last RETURNING b.last
"""


@dataclass(slots=True)
class _Block:
    next: int
    last: int
    size: int
    taken_at: float


_blocks: dict[tuple[str, str, str], _Block] = {}
_lock = Lock()
_patterns: tuple[float, Mapping[str, str]] = (0.0, {})


def next_number(series: str, *, division: str = "", when: datetime | None = None) -> str:
    """The next number of the series at ``when`` (aware; now by default)."""
    local = timezone.localtime(when or clock.now())
    pattern = _pattern(series)
    fields = placeholders(pattern)
    period = next((local.strftime(form) for names, form in PERIODS if names & fields), "")
    number = _draw((series, period, division if "division" in fields else ""))
    return _filled(pattern, local.strftime("%Y%m%d"), division=division, number=number)


@lru_cache(maxsize=256)
def placeholders(pattern: str) -> frozenset[str]:
    """The names a pattern uses. Raises ``ValueError`` for an unknown one or a pattern without a number."""
    fields = frozenset(name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None)
    if not fields <= KNOWN or "number" not in fields:
        raise ValueError(f"a pattern holds {{number:05}} and only {', '.join(sorted(KNOWN))}: {pattern!r}")
    if len(_filled(pattern, "20260101", division="410102", number=1)) > LONGEST_NUMBER:
        raise ValueError(f"numbers of this pattern are longer than {LONGEST_NUMBER} letters: {pattern!r}")
    return fields


def forget() -> None:
    """Drop this process's blocks and patterns (after a load of another pack; tests that empty tables)."""
    global _patterns
    with _lock:
        _blocks.clear()
        _patterns = (0.0, {})


def _pattern(series: str) -> str:
    global _patterns
    read_at, patterns = _patterns
    if not patterns or monotonic() - read_at > _PATTERNS_KEPT_S:
        patterns = {"": "", **dict(NumberSeries.objects.values_list("code", "pattern"))}
        _patterns = (monotonic(), patterns)
    return patterns.get(series) or _literal(series) + "{date}{number:05}"


def _filled(pattern: str, date: str, *, division: str, number: int) -> str:
    return pattern.format(
        date=date, year=date[:4], month=date[4:6], day=date[6:], division=division, number=number
    )


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _draw(key: tuple[str, str, str]) -> int:
    with _lock:
        block = _blocks.get(key)
        if block is None or block.next > block.last:
            block = _blocks[key] = _take(key, used=block)
            _drop_old_periods(key)
        number = block.next
        block.next += 1
        return number


def _take(key: tuple[str, str, str], *, used: _Block | None) -> _Block:
    now = monotonic()
    size = 1
    if used is not None:
        fast = now - used.taken_at < _USED_UP_FAST_S
        size = min(used.size * 4, LARGEST_BLOCK) if fast else max(used.size // 2, 1)
    own = connections.create_connection("default")
    try:
        with own.cursor() as cursor:
            cursor.execute(_TAKE, [*key, size])
            (last,) = cursor.fetchone()
    finally:
        own.close()
    return _Block(next=last - size + 1, last=last, size=size, taken_at=now)


def _drop_old_periods(key: tuple[str, str, str]) -> None:
    """Keep few blocks in memory when a replay walks through years of days."""
    while len(_blocks) > 1000:
        oldest = next(iter(_blocks))
        if oldest == key:
            break
        del _blocks[oldest]
