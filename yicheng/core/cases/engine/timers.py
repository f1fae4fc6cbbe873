"""When a drawn timer is due: ISO 8601 durations, dates and cycles, counted on the platform's clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from yicheng.core.cases.engine.expressions import expression
from yicheng.core.cases.engine.tokens import FaultyExpression

LONGEST = timedelta(days=3660)
SHORTEST_CYCLE = timedelta(minutes=1)
CYCLE_LIMIT = 1000

_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,8})S)?)?"
)
_CYCLE = re.compile(r"R(?P<times>\d{0,4})/(?:(?P<start>[^/]+)/)?(?P<every>P[^/]+)")


class FaultyTimer(ValueError):
    """A timer's text is no duration, date or cycle."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """How often (None: without end), from when (None: one period from now), and every what."""

    times: int | None
    start: datetime | None
    every: timedelta


def is_literal(text: str) -> bool:
    """Whether the text is a time itself rather than an expression that gives one."""
    return bool(re.match(r"\s*(P[\dT]|R\d*/|\d{4}-)", text))


def timer_text(source: str, names: dict[str, Any]) -> str:
    """The ISO text of a drawn timer: as drawn, or the value of the expression drawn."""
    if is_literal(source):
        return source.strip()
    value = expression(source).value(names)
    if not isinstance(value, str):
        raise FaultyExpression(source, "does not give a time as text")
    return value.strip()


def duration(text: str) -> timedelta:
    """``P3D``, ``PT1H30M``… A month counts 30 days, a year 365. Raises ``FaultyTimer``."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise FaultyTimer(text)
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    length = timedelta(
        days=part["years"] * 365 + part["months"] * 30 + part["weeks"] * 7 + part["days"],
        hours=part["hours"],
        minutes=part["minutes"],
        seconds=part["seconds"],
    )
    if length > LONGEST:
        raise FaultyTimer(text)
    return length


def moment(text: str, zone: tzinfo = UTC) -> datetime:
    """An ISO date and time, in the city's zone unless it names one. Raises ``FaultyTimer``."""
    try:
        parsed = datetime.fromisoformat(text.strip())
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FaultyTimer(text) from None


def cycle(text: str, zone: tzinfo = UTC) -> Cycle:
    """``R3/PT1H``, ``R/2026-01-01T08:00/P1D``. Raises ``FaultyTimer``."""
    match = _CYCLE.fullmatch(text.strip())
    if match is None:
        raise FaultyTimer(text)
    every = duration(match["every"])
    times = int(match["times"]) if match["times"] else None
    if every < SHORTEST_CYCLE or (times is not None and not 0 < times <= CYCLE_LIMIT):
        raise FaultyTimer(text)
    return Cycle(times, moment(match["start"], zone) if match["start"] else None, every)
