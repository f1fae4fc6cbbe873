"""Words that make a report urgent (“live wire”, “gas”): the city's own list, looked for in what residents write."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from yicheng.apps.urban import assignment
from yicheng.apps.urban.models import AlarmWord
from yicheng.apps.urban.queries import dispatching
from yicheng.core.kernel.pack import CityPack, Finding, Table, Tally, column
from yicheng.core.kernel.upsert import sync

REMEMBERED_S = 60
_kept: tuple[float, tuple[str, ...]] = (0.0, ())


@dataclass(frozen=True)
class AlarmRow:
    line: int
    word: str = column(max_length=20)


ALARM_WORDS = Table("alarm_words.csv", AlarmRow, key=("word",), optional=True)


def alarm_word(text: str) -> str:
    """The first of the city's alarming words in this text, "" when there is none. At most one query a minute."""
    lowered = text.lower()
    return next((word for word in _words() if word in lowered), "")


def check(pack: CityPack) -> Iterable[Finding]:
    """Faults of the list."""
    return pack.findings(ALARM_WORDS)


def load(pack: CityPack) -> Tally:
    """Write the list; words no longer in it go. A new pack also means new bodies, duties and dispatch rules."""
    forget()
    assignment.forget()
    dispatching.forget()
    rows = [{"word": row.word.lower()} for row in pack.rows(ALARM_WORDS)]
    return sync(AlarmWord.objects.all(), rows, key=("word",), retire=lambda gone: gone.delete()[0])


def forget() -> None:
    """Read the list anew next time."""
    global _kept
    _kept = (0.0, ())


def _words() -> tuple[str, ...]:
    global _kept
    until, words = _kept
    if time.monotonic() > until:
        words = tuple(AlarmWord.objects.order_by("pk").values_list("word", flat=True))
        _kept = (time.monotonic() + REMEMBERED_S, words)
    return words
