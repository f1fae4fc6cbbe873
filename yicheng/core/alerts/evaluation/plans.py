"""Which rules are asked about a series, worked out once for each series and kept while rules stay as they are.

The quiet band is the point: as long as no rule remembers anything of a series and its readings stay between
``low`` and ``high``, none of its threshold rules can have anything to say, however many there are.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from yicheng.core.alerts.conditions import (
    Absence,
    Anomaly,
    Combination,
    Duration,
    FactHappened,
    On,
    RateOfChange,
    Threshold,
)
from yicheng.core.alerts.registry import LiveRule, Registry
from yicheng.core.sensing.public import SeriesFact

REFRESHED_S = 60.0
#: series never seen, or hung on something else, are asked about at once, but not more often than this
SOON_S = 2.0


@dataclass(slots=True)
class Asking:
    """The rules that are asked of series of one kind. Limits are sorted, so that those a batch has passed are found
    by bisection; shared by all series of which the same is asked."""

    above: list[tuple[float, LiveRule]] = field(default_factory=list)
    below: list[tuple[float, LiveRule]] = field(default_factory=list)
    always: list[LiveRule] = field(default_factory=list)
    absences: list[LiveRule] = field(default_factory=list)
    combined: list[tuple[LiveRule, int]] = field(default_factory=list)
    is_anything: bool = False
    low: float = -math.inf
    high: float = math.inf

    def passed(self, low: float, high: float) -> Iterator[LiveRule]:
        """The threshold rules whose limit lies beyond readings between ``low`` and ``high``."""
        for _limit, live in self.above[: bisect_left(self.above, high, key=_limit_of)]:
            yield live
        for _limit, live in self.below[bisect_right(self.below, low, key=_limit_of) :]:
            yield live

    def is_quiet(self, low: float, high: float) -> bool:
        """Nothing can happen as long as nothing is remembered."""
        return not self.always and self.low <= low and high <= self.high


@dataclass(frozen=True, slots=True)
class Plan:
    """A series, what its alerts are about, and what is asked of it."""

    fact: SeriesFact
    subject: str
    asking: Asking


def _limit_of(entry: tuple[float, LiveRule]) -> float:
    return entry[0]


class Plans:
    """The plans of all series seen by this process under one state of the rules."""

    def __init__(self, rules: Registry) -> None:
        self.rules = rules
        self._plans: dict[int, Plan] = {}
        self._askings: dict[tuple[str, str, str, frozenset[int]], Asking] = {}
        self._by_property: dict[str, list[LiveRule]] = defaultdict(list)
        self._chosen: dict[int, frozenset[int]] = {}
        self._refresh_at = self._meet_at = -math.inf
        for live in rules.by_id.values():
            for name in _properties(live):
                self._by_property[name].append(live)

    def refresh(self) -> bool:
        """Ask the applications anew which series their rules are for; once a minute, and answers whether it was time."""
        if time.monotonic() < self._refresh_at:
            return False
        self._refresh_at = time.monotonic() + REFRESHED_S
        chosen = {
            live.id: frozenset(live.rule.scope.series())
            for live in self.rules.by_id.values()
            if live.rule.scope.series is not None
        }
        if chosen != self._chosen:
            self._chosen = chosen
            self._plans.clear()
            self._askings.clear()
        return True

    def meet(self, facts: Iterable[SeriesFact]) -> bool:
        """Look whether any of these series is new or hangs on something new; answers whether all were asked about anew."""
        if all(
            (kept := self._plans.get(fact.id)) and (kept.fact is fact or kept.fact == fact) for fact in facts
        ):
            return False
        self._refresh_at = min(self._refresh_at, self._meet_at)
        if not self.refresh():
            return False
        self._meet_at = time.monotonic() + SOON_S
        return True

    def plan(self, fact: SeriesFact) -> Plan:
        """The plan of a series; made anew when its device hangs on something else."""
        kept = self._plans.get(fact.id)
        if kept is not None and (kept.fact is fact or kept.fact == fact):
            return kept
        made = self._plans[fact.id] = Plan(fact, subject_of(fact), self._asking(fact))
        return made

    def _asking(self, fact: SeriesFact) -> Asking:
        """Series of one property, bearer, division and choice are asked the same: worked out once."""
        named = frozenset(rule_id for rule_id, series in self._chosen.items() if fact.id in series)
        key = (fact.property, fact.bearer_kind, fact.division_code, named)
        if key not in self._askings:
            self._askings[key] = self._make(fact, named)
        return self._askings[key]

    def _make(self, fact: SeriesFact, named: frozenset[int]) -> Asking:
        asking = Asking()
        for live in (*self._by_property.get(fact.property, ()), *self._by_property.get("", ())):
            if _is_for(live, fact, named):
                _add(asking, live, fact.property)
        asking.above.sort(key=_limit_of)
        asking.below.sort(key=_limit_of)
        asking.high = asking.above[0][0] if asking.above else math.inf
        asking.low = asking.below[-1][0] if asking.below else -math.inf
        asking.is_anything = bool(
            asking.above or asking.below or asking.always or asking.absences or asking.combined
        )
        return asking


def _is_for(live: LiveRule, fact: SeriesFact, named: frozenset[int]) -> bool:
    scope = live.rule.scope
    if scope.bearer_kind and scope.bearer_kind != fact.bearer_kind:
        return False
    if scope.division and not fact.division_code.startswith(scope.division):
        return False
    return scope.series is None or live.id in named


def subject_of(fact: SeriesFact) -> str:
    """What alerts about a series are about: the thing that bears the device, else the device."""
    if fact.bearer_kind:
        return f"{fact.bearer_kind}/{fact.bearer_id}"
    return f"device/{fact.device_id}"


def _properties(live: LiveRule) -> Iterable[str]:
    condition = live.rule.condition
    if condition is None or isinstance(condition, FactHappened):
        return ()
    if isinstance(condition, Combination):
        return {part.property for part in condition.parts if isinstance(part, On)}
    return (live.rule.scope.property,)


def _add(asking: Asking, live: LiveRule, name: str) -> None:
    condition = live.rule.condition
    match condition:
        case Threshold():
            _add_limits(asking, live, condition)
        case Duration():
            _add_limits(asking, live, condition.threshold)
        case RateOfChange() | Anomaly():
            asking.always.append(live)
        case Absence():
            asking.absences.append(live)
        case Combination():
            for number, part in enumerate(condition.parts):
                if isinstance(part, On) and part.property == name:
                    asking.combined.append((live, number))


def _add_limits(asking: Asking, live: LiveRule, threshold: Threshold) -> None:
    if threshold.above is not None:
        asking.above.append((threshold.above, live))
    if threshold.below is not None:
        asking.below.append((threshold.below, live))
