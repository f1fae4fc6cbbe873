"""Every declared alert rule holds what it says: its example raises it, its counter-example does not."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from yicheng.core.alerts.declare import ALERT_RULES, AlertRule
from yicheng.core.alerts.evaluation.replaying import fires

RULES = [rule for rule in ALERT_RULES if rule.condition is not None]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_example_raises_and_counter_example_does_not(rule: AlertRule) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    assert rule.example is not None
    assert rule.counter_example is not None
    assert fires(rule, rule.example, zone=zone)
    assert not fires(rule, rule.counter_example, zone=zone)


@pytest.mark.parametrize("rule", ALERT_RULES, ids=lambda rule: rule.key)
def test_texts_have_placeholders_that_can_be_filled(rule: AlertRule) -> None:
    """A sentence that is broken for ``%`` would be shown raw."""

    class Any(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return name

    assert str(rule.text) % Any()
