"""What the clock does to alerts: the ladder of those whom nobody answers, the end of shelving."""

from __future__ import annotations

from django.db import transaction

from yicheng.core.alerts import life, telling, transitions
from yicheng.core.alerts.actions.raising import reveal
from yicheng.core.alerts.audience import Audiences
from yicheng.core.alerts.models import Alert
from yicheng.core.alerts.registry import live_rules
from yicheng.core.alerts.transitions import Step
from yicheng.core.kernel import clock

BATCH = 500


def climb() -> int:
    """Tell the next rung about alerts that nobody has answered in time; answers how many."""
    now = clock.now()
    with transaction.atomic():
        due = list(
            Alert.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("rule")
            .filter(escalate_at__lte=now)
            .order_by("escalate_at")[:BATCH]
        )
        rules, audiences, steps = live_rules(), Audiences(), []
        for alert in due:
            live = rules.by_id.get(alert.rule_id)
            ladder = live.rule.escalate if live else ()
            if live is not None and alert.rung < len(ladder) and alert.state in life.WAITING:
                telling.tell_escalated(alert, live.rule, audiences)
                alert.rung += 1
                steps.append(Step(alert, alert.state, alert.state, "escalated", now))
            is_more = alert.rung < len(ladder) and alert.state in life.WAITING
            alert.escalate_at = alert.raised_at + ladder[alert.rung].after if is_more else None
        Alert.objects.bulk_update(due, ["rung", "escalate_at"], batch_size=BATCH)
        transitions.write(steps)
    return len(due)


def end_shelving() -> int:
    """Alerts whose time on the shelf is over come back; answers how many."""
    with transaction.atomic():
        due = list(
            Alert.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("rule")
            .filter(shelved_until__lte=clock.now())
            .order_by("shelved_until")[:BATCH]
        )
        reveal(due, live_rules(), cause="unshelved")
    return len(due)
