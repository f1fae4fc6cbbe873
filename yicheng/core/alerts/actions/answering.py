"""What people do with alerts: acknowledge, judge, shelve, take out of service and return to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts import life, transitions
from yicheng.core.alerts.actions.raising import reveal, told
from yicheng.core.alerts.conditions import FactHappened
from yicheng.core.alerts.models import Alert, Rule
from yicheng.core.alerts.queries.standing import may_answer, visible
from yicheng.core.alerts.registry import live_rule, live_rules
from yicheng.core.alerts.transitions import Step
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import Viewer

State = Alert.State
LONGEST_SHELVING = timedelta(days=30)


def acknowledge(viewer: Viewer, alert_id: int, *, note: str = "") -> Alert:
    """See ``public.acknowledge``."""
    with transaction.atomic():
        alert = _locked(viewer, alert_id)
        if alert.state not in life.WAITING:
            raise Conflict(_("Somebody has answered this alert already, or it is hidden."))
        before, alert.state = alert.state, life.when_answered(alert.state)
        if is_instant(alert):
            alert.state, alert.is_met = State.NORMAL, False
        alert.acknowledged_at, alert.acknowledged_by_id = clock.now(), viewer.account_id
        alert.escalate_at = None
        if alert.state == State.NORMAL:
            alert.closed_at = clock.now()
        _save(viewer, alert, before, "acknowledged", note)
        told(alert, "acknowledged")
        if alert.state == State.NORMAL:
            told(alert, "closed")
    return alert


def is_instant(alert: Alert) -> bool:
    """A fact that has no end: it is over when somebody has taken note of it."""
    live = live_rules().by_id.get(alert.rule_id)
    condition = live.rule.condition if live else None
    return isinstance(condition, FactHappened) and not condition.until


def judge(viewer: Viewer, alert_id: int, *, is_false: bool, note: str = "") -> Alert:
    """See ``public.judge``."""
    with transaction.atomic():
        alert = _locked(viewer, alert_id)
        alert.is_false = is_false
        alert.save(update_fields=["is_false"])
        _line(viewer, alert, alert.state, "judged_false" if is_false else "judged_true", note)
        _record(viewer, alert, "alerts.judge_alert", {"is_false": is_false, "note": note})
    return alert


def shelve(viewer: Viewer, alert_id: int, *, until: datetime, reason: str) -> Alert:
    """See ``public.shelve``."""
    now = clock.now()
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": _("Say why.")})
    if not now < until <= now + LONGEST_SHELVING:
        raise Invalid(_("Choose a time within the next 30 days."), fields={"until": _("Within 30 days.")})
    with transaction.atomic():
        alert = _locked(viewer, alert_id)
        _require(viewer, "alerts.shelve", alert)
        if alert.state not in (State.UNACKNOWLEDGED, State.ACKNOWLEDGED, State.RETURNED, State.SHELVED):
            raise Conflict(_("This alert can't be shelved: it is over or hidden already."))
        before, alert.state = alert.state, State.SHELVED
        alert.shelved_until, alert.escalate_at = until, None
        _save(viewer, alert, before, "shelved", reason)
    return alert


def unshelve(viewer: Viewer, alert_id: int, *, note: str = "") -> Alert:
    """See ``public.return_to_service``."""
    with transaction.atomic():
        alert = _locked(viewer, alert_id)
        _require(viewer, "alerts.shelve", alert)
        if alert.state not in (State.SHELVED, State.OUT_OF_SERVICE):
            raise Conflict(_("This alert is neither shelved nor out of service."))
        reveal([alert], live_rules(), cause="returned", account_id=viewer.account_id)
        _record(viewer, alert, "alerts.return_alert", {"note": note})
    return alert


def take_out_of_service(viewer: Viewer, rule_key: str, *, reason: str) -> Rule:
    """See ``public.take_out_of_service``."""
    live = live_rule(rule_key)
    viewer.require("alerts.take_out", organisation_id=live.organisation_id)
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": _("Say why.")})
    with transaction.atomic():
        row = Rule.objects.select_for_update().get(pk=live.id)
        row.out_of_service_at = row.changed_at = clock.now()
        row.out_of_service_note = reason.strip()[:200]
        row.save(update_fields=["out_of_service_at", "out_of_service_note", "changed_at"])
        standing = Alert.objects.select_for_update(of=("self",)).filter(rule=row, closed_at=None)
        steps = [
            Step(
                alert, alert.state, State.OUT_OF_SERVICE, "taken_out", clock.now(), viewer.account_id, reason
            )
            for alert in standing.exclude(state=State.OUT_OF_SERVICE)
        ]
        transitions.write(steps)
        standing.update(state=State.OUT_OF_SERVICE, shelved_until=None, escalate_at=None)
        record(
            viewer, action="alerts.take_rule_out", subject=f"alert_rule/{row.pk}", detail={"reason": reason}
        )
    return row


def put_into_service(viewer: Viewer, rule_key: str, *, note: str = "") -> Rule:
    """See ``public.put_into_service``."""
    live = live_rule(rule_key)
    viewer.require("alerts.take_out", organisation_id=live.organisation_id)
    with transaction.atomic():
        row = Rule.objects.select_for_update().get(pk=live.id)
        if row.out_of_service_at is None:
            raise Conflict(_("This rule is in service."))
        row.out_of_service_at, row.out_of_service_note, row.changed_at = None, "", clock.now()
        row.save(update_fields=["out_of_service_at", "out_of_service_note", "changed_at"])
        hidden = (
            Alert.objects.select_for_update(of=("self",))
            .select_related("rule")
            .filter(rule=row, state=State.OUT_OF_SERVICE)
        )
        reveal(list(hidden), live_rules(), cause="returned", account_id=viewer.account_id)
        record(viewer, action="alerts.return_rule", subject=f"alert_rule/{row.pk}", detail={"note": note})
    return row


def _locked(viewer: Viewer, alert_id: int) -> Alert:
    """The alert, locked; ``NotFound`` unless this viewer may know of it, ``Forbidden`` unless they may answer it."""
    found = visible(viewer).select_for_update(of=("self",)).select_related("rule").filter(pk=alert_id).first()
    if found is None:
        raise NotFound(_("There is no such alert."))
    if not may_answer(viewer, found):
        raise Forbidden(_("You may look at this alert and not answer it. Ask your administrator."))
    return found


def _require(viewer: Viewer, right: str, alert: Alert) -> None:
    viewer.require(right, organisation_id=alert.organisation_id, division=alert.division_code)


def _save(viewer: Viewer, alert: Alert, before: str, cause: str, note: str) -> None:
    alert.save(
        update_fields=[
            "state",
            "is_met",
            "acknowledged_at",
            "acknowledged_by",
            "escalate_at",
            "closed_at",
            "shelved_until",
        ]
    )
    _line(viewer, alert, before, cause, note)
    _record(viewer, alert, f"alerts.{cause}", {"note": note, "before": before, "after": alert.state})


def _line(viewer: Viewer, alert: Alert, before: str, cause: str, note: str) -> None:
    transitions.write([Step(alert, before, alert.state, cause, clock.now(), viewer.account_id, note)])


def _record(viewer: Viewer, alert: Alert, action: str, detail: dict[str, object]) -> None:
    record(viewer, action=action, subject=f"alert/{alert.pk}", division=alert.division_code, detail=detail)
