"""Devices that are taken off or out of use: what their readings had raised is over, what is remembered forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from yicheng.core.alerts.actions.raising import take
from yicheng.core.alerts.evaluation.states import still_raised
from yicheng.core.alerts.facts import Over
from yicheng.core.alerts.models import RuleState
from yicheng.core.alerts.registry import live_rules
from yicheng.core.events.declare import Event
from yicheng.core.sensing.models import Series


def forget_devices(events: Sequence[Event]) -> None:
    """Called with facts about devices that were unbound or retired."""
    left = {event.payload.device_id: event for event in events}
    device_of = dict(Series.objects.filter(device_id__in=left).values_list("pk", "device_id"))
    rows = list(RuleState.objects.filter(series_id__in=device_of))
    raised = [row for row in rows if row.is_raised]
    RuleState.objects.filter(pk__in=[row.pk for row in rows]).delete()
    held, rules = still_raised((row.rule_id, row.about) for row in raised), live_rules()
    take(
        [
            Over(rules.by_id[row.rule_id].rule.key, row.about, left[device_of[row.series_id]].occurred_at)
            for row in raised
            if row.rule_id in rules.by_id and not held[row.rule_id, row.about]
        ]
    )
