"""Combinations: several conditions and facts about one subject, met within a stretch of time.

A combination's memory holds (1 while met else 0, seconds when it was met last) for each part, flat in ``window``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from yicheng.core.alerts.conditions import Combination, FactHappened, On
from yicheng.core.alerts.evaluation.memory import Asked, Memory, Turn, counts_at, is_beyond, turn

_NEVER = -1.0


def read_part(
    condition: Combination, asked: Asked, memory: Memory, part: int, *, at: datetime, value: float
) -> Iterator[Turn]:
    """What a reading of the property of one part means."""
    one = condition.parts[part]
    assert isinstance(one, On)
    _prepare(condition, memory)
    was_met = memory.window[2 * part] > 0
    is_met = is_beyond(one.condition, value, is_met=was_met)
    if is_met or was_met:
        memory.window[2 * part + 1] = at.timestamp()
    memory.window[2 * part] = float(is_met)
    if is_met:
        memory.value = value
    yield from _judged(condition, asked, memory, at)


def take_fact(
    condition: Combination, asked: Asked, memory: Memory, part: int, *, at: datetime, is_end: bool
) -> Iterator[Turn]:
    """What a fact means: one that has an end stands until then, one without is an instant."""
    one = condition.parts[part]
    assert isinstance(one, FactHappened)
    _prepare(condition, memory)
    memory.window[2 * part] = float(bool(one.until) and not is_end)
    memory.window[2 * part + 1] = at.timestamp()
    yield from _judged(condition, asked, memory, at)


def run_combined_clock(condition: Combination, asked: Asked, memory: Memory, now: datetime) -> Iterator[Turn]:
    """What the time that has passed means: delays that are over, parts that were met too long ago."""
    while memory.due_at is not None and memory.due_at <= now:
        at, memory.due_at = memory.due_at, None
        if memory.is_met and _stands(condition, asked, memory, at):
            if not memory.is_raised and memory.since is not None and at >= memory.since + asked.holds_for:
                memory.is_raised = True
                yield Turn(True, at, memory.value)
            _wait(condition, asked, memory, at)
        else:
            yield from turn(asked, memory, at, beyond=False, value=memory.value)
            if memory.due_at is None and not memory.is_met and not memory.is_raised:
                _forget(memory, condition, at)


def _judged(condition: Combination, asked: Asked, memory: Memory, at: datetime) -> Iterator[Turn]:
    yield from turn(asked, memory, at, beyond=_stands(condition, asked, memory, at), value=memory.value)
    if memory.due_at is None:
        _wait(condition, asked, memory, at)


def _prepare(condition: Combination, memory: Memory) -> None:
    if len(memory.window) != 2 * len(condition.parts):
        memory.window[:] = [0.0, _NEVER] * len(condition.parts)


def _stands(condition: Combination, asked: Asked, memory: Memory, at: datetime) -> bool:
    earliest = at.timestamp() - condition.within.total_seconds()
    window = memory.window
    met = sum(
        window[i] > 0 or (window[i + 1] != _NEVER and window[i + 1] > earliest)
        for i in range(0, len(window), 2)
    )
    return met >= condition.needed and counts_at(asked.hours, at, asked.zone)


def _wait(condition: Combination, asked: Asked, memory: Memory, at: datetime) -> None:
    """Look again when the next part will have been met too long ago."""
    within_s = condition.within.total_seconds()
    window = memory.window
    ends = [
        window[i + 1] + within_s
        for i in range(0, len(window), 2)
        if window[i] <= 0 and window[i + 1] != _NEVER and window[i + 1] + within_s > at.timestamp()
    ]
    if ends:
        memory.due_at = datetime.fromtimestamp(min(ends), UTC)


def _forget(memory: Memory, condition: Combination, at: datetime) -> None:
    """Nothing of it is left: no row is needed."""
    earliest = at.timestamp() - condition.within.total_seconds()
    window = memory.window
    if not any(window[i] > 0 or window[i + 1] > earliest for i in range(0, len(window), 2)):
        memory.window.clear()
        memory.since = memory.value = None
