"""Runs a rule over a stretch of history, as it would have run live: for trials and for the examples of rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from yicheng.core.alerts.conditions import Anomaly, Combination, FactHappened, On
from yicheng.core.alerts.declare import AlertRule, Example
from yicheng.core.alerts.evaluation.combining import read_part, run_combined_clock, take_fact
from yicheng.core.alerts.evaluation.facts import fits
from yicheng.core.alerts.evaluation.memory import Asked, Memory, Turn, read, run_clock
from yicheng.core.alerts.evaluation.usual import learn

EXAMPLE_START = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """One reading of the replayed past; ``property`` counts for combinations only."""

    at: datetime
    value: float
    property: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One fact of the replayed past."""

    at: datetime
    event: str
    fields: Mapping[str, Any]


def asked_of(rule: AlertRule, zone: ZoneInfo, usual: tuple[tuple[float, float], ...] = ()) -> Asked:
    """A rule's condition with its delays and hours. Facts are asked apart."""
    assert rule.condition is not None
    assert not isinstance(rule.condition, FactHappened)
    return Asked(rule.condition, rule.on_delay, rule.off_delay, rule.scope.hours, zone, usual)


def replay(
    rule: AlertRule,
    history: Iterable[Seen | Told],
    *,
    until: datetime,
    zone: ZoneInfo,
    usual: tuple[tuple[float, float], ...] = (),
) -> list[Turn]:
    """The turns of one subject (or series): ``history`` in order of time, looked at until ``until``."""
    condition = rule.condition
    if condition is None:
        return []
    if isinstance(condition, FactHappened):
        return _replay_facts(condition, history)
    asked, memory, turns = asked_of(rule, zone, usual), Memory(), list[Turn]()
    if isinstance(condition, Combination):
        for one in history:
            turns += run_combined_clock(condition, asked, memory, one.at)
            turns += _combined(condition, asked, memory, one)
        return turns + list(run_combined_clock(condition, asked, memory, until))
    for one in history:
        if isinstance(one, Seen):
            turns += read(asked, memory, one.at, one.value)
    return turns + list(run_clock(asked, memory, until))


def _combined(condition: Combination, asked: Asked, memory: Memory, one: Seen | Told) -> Iterable[Turn]:
    for number, part in enumerate(condition.parts):
        if isinstance(one, Seen) and isinstance(part, On) and part.property == one.property:
            yield from read_part(condition, asked, memory, number, at=one.at, value=one.value)
        elif isinstance(one, Told) and isinstance(part, FactHappened):
            is_end = one.event == part.until and fits(part.until_where, one.fields)
            if is_end or (one.event == part.event and fits(part.where, one.fields)):
                yield from take_fact(condition, asked, memory, number, at=one.at, is_end=is_end)


def _replay_facts(condition: FactHappened, history: Iterable[Seen | Told]) -> list[Turn]:
    turns: list[Turn] = []
    stands = False
    for one in history:
        if not isinstance(one, Told):
            continue
        if stands and one.event == condition.until and fits(condition.until_where, one.fields):
            turns.append(Turn(False, one.at, None))
            stands = False
        elif one.event == condition.event and fits(condition.where, one.fields):
            turns += [] if stands else [Turn(True, one.at, None)]
            stands = bool(condition.until)
    return turns


def fires(rule: AlertRule, example: Example, *, zone: ZoneInfo) -> bool:
    """Whether an example raises the rule. Of an anomaly, the last reading is judged by those before it."""
    seen = [
        Seen(EXAMPLE_START + row[0], float(row[1]), row[2] if len(row) > 2 else "")
        for row in example.readings
    ]
    told = [Told(EXAMPLE_START, event, fields) for event, fields in example.facts]
    every: list[Seen | Told] = [*told, *seen]
    history = sorted(every, key=lambda one: one.at)
    last = history[-1].at if history else EXAMPLE_START
    until = last if example.until is None else EXAMPLE_START + example.until
    usual: tuple[tuple[float, float], ...] = ()
    if isinstance(rule.condition, Anomaly):
        learnt, history = history[:-1], history[-1:]
        usual = learn(rule.condition, [(one.at, one.value) for one in learnt if isinstance(one, Seen)])
    return any(one.is_raise for one in replay(rule, history, until=until, zone=zone, usual=usual))
