"""What a rule remembers of a series, and how it changes with each reading and with the clock.

Everything here is pure: the live engine, the trial on history and the contract test of examples run the
same code. Whatever depends on time waits at ``due_at``: before a reading is looked at, the clock is let
run to the reading's time, so that a replay finds what live running would have found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from yicheng.core.alerts.conditions import (
    Absence,
    Anomaly,
    Combination,
    Duration,
    Hours,
    RateOfChange,
    Threshold,
)
from yicheng.core.alerts.evaluation.windows import changes

#: conditions asked of single readings of one series
Single = Threshold | Duration | RateOfChange | Absence | Anomaly
NOTHING = timedelta(0)
UTC_ZONE = ZoneInfo("UTC")


@dataclass(slots=True)
class Memory:
    """What is remembered besides "all is well". ``window`` holds (start s, low, high) of each piece, flat."""

    is_met: bool = False
    is_raised: bool = False
    since: datetime | None = None
    due_at: datetime | None = None
    value: float | None = None
    window: list[float] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """Nothing to keep: no row is needed."""
        return not (self.is_met or self.is_raised or self.due_at or self.window)


@dataclass(frozen=True, slots=True)
class Turn:
    """That a rule's condition has held long enough, or has been over long enough."""

    is_raise: bool
    at: datetime
    value: float | None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition as it is asked of a series: with its delays, hours and what is usual (of an anomaly)."""

    condition: Single | Combination
    on_delay: timedelta = NOTHING
    off_delay: timedelta = NOTHING
    hours: Hours | None = None
    zone: ZoneInfo = UTC_ZONE
    usual: tuple[tuple[float, float], ...] = ()

    @property
    def holds_for(self) -> timedelta:
        """How long it must be met before it is raised."""
        lasting = self.condition.lasting if isinstance(self.condition, Duration) else NOTHING
        return lasting + self.on_delay


def read(asked: Asked, memory: Memory, at: datetime, value: float) -> Iterator[Turn]:
    """What one more reading means; changes ``memory``."""
    if isinstance(asked.condition, Absence):
        yield from _heard(asked, memory, at, value)
        return
    yield from run_clock(asked, memory, at)
    beyond = _beyond(asked, memory, at, value) and counts_at(asked.hours, at, asked.zone)
    if beyond or not memory.is_met:
        memory.value = value
    yield from turn(asked, memory, at, beyond=beyond, value=value)


def turn(asked: Asked, memory: Memory, at: datetime, *, beyond: bool, value: float | None) -> Iterator[Turn]:
    """Let the condition be met or not met from ``at`` on; raises and clears at once where there is no delay."""
    if beyond != memory.is_met:
        memory.is_met, memory.since = beyond, at
        delay = asked.holds_for if beyond else asked.off_delay
        memory.due_at = at + delay if beyond != memory.is_raised else None
    if memory.due_at is not None and memory.due_at <= at:
        yield from run_clock(asked, memory, at, value=value)


def run_clock(asked: Asked, memory: Memory, now: datetime, *, value: float | None = None) -> Iterator[Turn]:
    """What the time that has passed means."""
    if memory.due_at is None or memory.due_at > now:
        return
    at, memory.due_at = memory.due_at, None
    if isinstance(asked.condition, Absence):
        memory.is_met, memory.since = True, at
    if memory.is_met != memory.is_raised:
        memory.is_raised = memory.is_met
        shown = memory.value if value is None else value
        yield Turn(memory.is_raised, at, shown, limit_of(asked, shown, at))


def _heard(asked: Asked, memory: Memory, at: datetime, value: float) -> Iterator[Turn]:
    """A reading came: silence is over, or was too long before it came."""
    assert isinstance(asked.condition, Absence)
    yield from run_clock(asked, memory, at)
    if memory.is_raised:
        yield Turn(False, at, value)
    memory.is_met = memory.is_raised = False
    memory.since, memory.value = at, value
    memory.due_at = at + asked.condition.longer_than + asked.on_delay


def _beyond(asked: Asked, memory: Memory, at: datetime, value: float) -> bool:
    condition = asked.condition
    match condition:
        case Threshold():
            return is_beyond(condition, value, is_met=memory.is_met)
        case Duration():
            return is_beyond(condition.threshold, value, is_met=memory.is_met)
        case RateOfChange():
            rise, fall = changes(memory.window, at, value, per_s=condition.per.total_seconds())
            ease = condition.hysteresis if memory.is_met else 0.0
            return (condition.rise is not None and rise > condition.rise - ease) or (
                condition.fall is not None and fall > condition.fall - ease
            )
        case Anomaly():
            return is_unusual(condition, asked.usual, at, value)
    return False


def is_beyond(threshold: Threshold, value: float, *, is_met: bool) -> bool:
    """Whether a value is beyond; once it was, until it has come back by the hysteresis."""
    ease = threshold.hysteresis if is_met else 0.0
    if threshold.above is not None and value > threshold.above - ease:
        return True
    return threshold.below is not None and value < threshold.below + ease


def is_unusual(
    condition: Anomaly, usual: tuple[tuple[float, float], ...], at: datetime, value: float
) -> bool:
    """Whether a value lies too many robust standard deviations from what is usual at this time of the season."""
    if not usual:
        return False
    middle, spread = usual[slot_of(condition, at, len(usual))]
    return abs(value - middle) > condition.deviations * spread


def slot_of(condition: Anomaly, at: datetime, slots: int) -> int:
    """Which piece of the season a moment lies in."""
    season_s = condition.season.total_seconds()
    return int(at.timestamp() % season_s / season_s * slots)


def counts_at(hours: Hours | None, at: datetime, zone: ZoneInfo) -> bool:
    """Whether a rule counts at this moment, by the city's clock."""
    if hours is None:
        return True
    local = at.astimezone(zone)
    clock, day = local.time(), local.weekday()
    if hours.start < hours.end:
        return day in hours.weekdays and hours.start <= clock < hours.end
    if clock >= hours.start:
        return day in hours.weekdays
    return clock < hours.end and (day - 1) % 7 in hours.weekdays


def limit_of(asked: Asked, value: float | None, at: datetime) -> float | None:
    """The limit that was passed, for the sentence."""
    condition = asked.condition
    if isinstance(condition, RateOfChange):
        return condition.rise if condition.rise is not None else condition.fall
    threshold = condition.threshold if isinstance(condition, Duration) else condition
    if not isinstance(threshold, Threshold):
        return None
    if threshold.above is None:
        return threshold.below
    if threshold.below is None or value is None or value > threshold.below + threshold.hysteresis:
        return threshold.above
    return threshold.below
