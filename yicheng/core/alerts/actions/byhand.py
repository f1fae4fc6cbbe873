"""Alerts that an application or a person raises and clears itself, without a condition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yicheng.core.alerts.actions.raising import take
from yicheng.core.alerts.declare import Described
from yicheng.core.alerts.facts import Find, Over
from yicheng.core.alerts.models import Alert
from yicheng.core.alerts.registry import live_rule
from yicheng.core.alerts.subjects import described
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer


def raise_alert(
    viewer: Viewer,
    rule: str,
    subject: str,
    *,
    about: Described | None,
    values: Mapping[str, Any],
    at: datetime | None,
    is_drill: bool,
) -> int:
    """See ``public.raise_alert``."""
    live = live_rule(rule)
    whose = about or described([subject]).get(subject) or Described(subject)
    viewer.require("alerts.raise", organisation_id=whose.organisation_id, division=whose.division_code)
    find = Find(rule, subject, at or clock.now(), whose, values, is_drill=is_drill)
    with transaction.atomic():
        take([find], account_id=viewer.account_id)
        alert = Alert.objects.get(rule_id=live.id, subject=subject, is_drill=is_drill, closed_at=None)
        _record(viewer, alert, "alerts.raise_alert")
    return alert.pk


def clear_alert(
    viewer: Viewer, rule: str, subject: str, *, at: datetime | None, note: str, is_drill: bool
) -> int | None:
    """See ``public.clear_alert``."""
    live = live_rule(rule)
    with transaction.atomic():
        alert = Alert.objects.filter(
            rule_id=live.id, subject=subject, is_drill=is_drill, closed_at=None
        ).first()
        if alert is None:
            return None
        viewer.require("alerts.raise", organisation_id=alert.organisation_id, division=alert.division_code)
        over = Over(rule, subject, at or clock.now(), note=note, is_drill=is_drill)
        take([over], account_id=viewer.account_id)
        _record(viewer, alert, "alerts.clear_alert")
    return alert.pk


def _record(viewer: Viewer, alert: Alert, action: str) -> None:
    detail = {"rule": alert.rule_id, "about": alert.subject, "is_drill": alert.is_drill}
    record(viewer, action=action, subject=f"alert/{alert.pk}", division=alert.division_code, detail=detail)
