"""What is usual, learnt at night from the readings of the weeks before and kept for the day."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from yicheng.core.alerts.conditions import Anomaly
from yicheng.core.alerts.evaluation.scoping import series_of_rule
from yicheng.core.alerts.evaluation.usual import learn
from yicheng.core.alerts.models import Usual
from yicheng.core.alerts.registry import LiveRule, live_rules
from yicheng.core.kernel import clock
from yicheng.core.sensing.public import Observed, Quality, raw_readings

LEARNS_FROM = timedelta(days=28)
_REMEMBERED_S = 300.0
Slots = tuple[tuple[float, float], ...]
_kept: dict[int, tuple[float, dict[int, Slots]]] = {}


def usual_of(live: LiveRule, series_id: int) -> Slots:
    """What is usual of a series by a rule; () of rules that ask nothing of the kind. A query every five minutes."""
    if not isinstance(live.rule.condition, Anomaly):
        return ()
    until, known = _kept.get(live.id, (0.0, {}))
    if time.monotonic() > until:
        rows = Usual.objects.filter(rule_id=live.id).values_list("series_id", "slots")
        known = {series: _pairs(slots) for series, slots in rows}
        _kept[live.id] = (time.monotonic() + _REMEMBERED_S, known)
    return known.get(series_id, ())


def forget() -> None:
    """Read what is usual anew."""
    _kept.clear()


def learn_series(live: LiveRule, series_id: int) -> bool:
    """Learn what is usual of one series by one rule; whether enough is known."""
    condition = live.rule.condition
    assert isinstance(condition, Anomaly)
    now = clock.now()
    rows = raw_readings([series_id], since=now - max(LEARNS_FROM, condition.learns_for * 2), until=now)
    slots = learn(condition, _counted(rows))
    Usual.objects.update_or_create(
        rule_id=live.id,
        series_id=series_id,
        defaults={"slots": [part for pair in slots for part in pair], "learnt_at": now},
    )
    forget()
    return bool(slots)


def _counted(rows: Iterable[Observed]) -> Iterator[tuple[datetime, float]]:
    return ((one.time, one.value) for one in rows if one.quality != Quality.BAD)


def _pairs(slots: list[float]) -> Slots:
    return tuple(zip(slots[::2], slots[1::2], strict=True))


def learn_all() -> None:
    """Every series of every anomaly rule, by the clock at night."""
    for live in live_rules().by_id.values():
        if isinstance(live.rule.condition, Anomaly):
            for fact in series_of_rule(live.rule):
                learn_series(live, fact.id)
