"""What becomes of an alert when its case goes on, and of its case when the alert ends: linked both ways."""

from __future__ import annotations

from collections.abc import Sequence

from yicheng.core.alerts import life, transitions
from yicheng.core.alerts.actions.raising import told
from yicheng.core.alerts.models import Alert
from yicheng.core.alerts.transitions import Step
from yicheng.core.cases.public import complete_task, open_tasks
from yicheng.core.events.declare import Event
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import SYSTEM, Viewer

State = Alert.State
CONFIRM = "alerts.confirm"


def confirmed(viewer: Viewer, case_id: int, *, outcome: str) -> None:
    """Somebody looked at what the alert says: that answers it, and tells whether it was a false one."""
    for alert in _of_case(case_id):
        if outcome != "over":
            alert.is_false = outcome == "false_alarm"
        _answer(alert, viewer.account_id, cause=f"case_{outcome}")


def case_closed(case_id: int) -> None:
    """The case ended: the alert counts as answered. One whose condition holds on stays active."""
    for alert in _of_case(case_id):
        _answer(alert, None, cause="case_closed")


def _of_case(case_id: int) -> list[Alert]:
    rows = Alert.objects.select_for_update(of=("self",)).select_related("rule")
    return list(rows.filter(case_id=case_id))


def _answer(alert: Alert, account_id: int | None, *, cause: str) -> None:
    before = alert.state
    if before in life.WAITING:
        alert.state, alert.escalate_at = life.when_answered(before), None
        alert.acknowledged_at, alert.acknowledged_by_id = clock.now(), account_id
        if alert.state == State.NORMAL:
            alert.closed_at = clock.now()
    alert.save()
    if alert.state != before:
        transitions.write([Step(alert, before, alert.state, cause, clock.now(), account_id)])
        told(alert, "acknowledged")
        if alert.state == State.NORMAL:
            told(alert, "closed")


def end_cases(events: Sequence[Event]) -> None:
    """Alerts ended: cases that nobody has begun to handle end with them. Others go on; their page shows it."""
    for event in events:
        alert = Alert.objects.filter(pk=event.payload.alert_id, is_met=False, case__status="open").first()
        if alert is None or alert.case_id is None:
            continue
        for task in open_tasks(alert.case_id):
            if task.kind == CONFIRM and task.assignee_id is None:
                _complete(task.pk)


def _complete(task_id: int) -> None:
    try:
        complete_task(SYSTEM, task_id, outcome="over")
    except Refusal:  # somebody was faster
        return
