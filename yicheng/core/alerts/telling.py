"""Tells people of alerts: through ``notices``, which keeps it to once per person, alert and state."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from yicheng.core.alerts.audience import Audiences
from yicheng.core.alerts.declare import AlertRule
from yicheng.core.alerts.models import Alert
from yicheng.core.alerts.notices import raised_kind
from yicheng.core.alerts.words import text_template
from yicheng.core.notices.declare import Phrased
from yicheng.core.notices.models import Notice
from yicheng.core.notices.public import notify


def tell_raised(alert: Alert, rule: AlertRule, audiences: Audiences) -> None:
    """A new alert to its audience."""
    people = audiences.of(
        rule.audience.right,
        organisation_id=alert.organisation_id,
        division=alert.division_code,
        is_near=rule.audience.is_near,
    )
    _notify(raised_kind(alert.severity), alert, people)


def tell_escalated(alert: Alert, rule: AlertRule, audiences: Audiences) -> None:
    """An alert that nobody has answered to those of its next rung."""
    rung = rule.escalate[alert.rung]
    people = audiences.of(
        rung.right,
        organisation_id=alert.organisation_id,
        division=alert.division_code,
        is_near=rung.is_near,
    )
    _notify("alerts.escalated", alert, people)


def tell_over(alert: Alert) -> None:
    """That it is over, to everyone who had been told of it."""
    told = Notice.objects.filter(subject=_subject(alert)).values_list("account_id", flat=True)
    _notify("alerts.over", alert, set(told))


def _notify(kind: str, alert: Alert, people: set[int]) -> None:
    row = alert.rule
    common = {"rule": row.key, "is_drill": alert.is_drill}
    values = {"subject": alert.subject_title or alert.subject, **alert.values}
    notify(
        kind,
        people,
        subject=_subject(alert),
        link=_link(alert),
        values={
            "level": Phrased("alerts.level", {"severity": alert.severity}),
            "title": Phrased("alerts.title", {**common, "title": row.title}),
            "text": Phrased("alerts.text", {**common, "text": text_template(row), "values": values}),
        },
    )


def _subject(alert: Alert) -> str:
    return f"alert/{alert.pk}"


def _link(alert: Alert) -> str:
    try:
        return reverse("desk.alert", args=[alert.pk])
    except NoReverseMatch:
        return ""
