"""The case that an alert opens, and what becomes of the one when the other ends."""

from __future__ import annotations

from django.db import transaction

from yicheng.core.alerts.declare import AlertRule
from yicheng.core.alerts.models import Alert
from yicheng.core.alerts.words import text_of, title_of
from yicheng.core.cases.public import NewCase, start_case
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import SYSTEM

#: severity of the alert → severity of the case (1 urgent, 2 normal, 3 minor)
CASE_SEVERITY = {1: 1, 2: 1, 3: 2, 4: 3}


def open_case(alert: Alert, rule: AlertRule) -> None:
    """Open the case that the rule names; why it could not be opened is kept with the alert."""
    if rule.opens is None or alert.case_id is not None:
        return
    new = NewCase(
        process=rule.opens.process,
        class_code=rule.opens.class_code,
        title=f"{title_of(alert)} · {alert.subject_title or alert.subject}"[:200],
        source="alert",
        description=text_of(alert),
        severity=CASE_SEVERITY[alert.severity],
        organisation_id=alert.organisation_id,
        division_code=alert.division_code,
        lon=alert.lon,
        lat=alert.lat,
    )
    try:
        with transaction.atomic():
            done = start_case(SYSTEM, new, idempotency_key=f"alert/{alert.pk}")
    except Refusal as refusal:
        alert.case_fault = str(refusal)[:200]
    else:
        alert.case_id, alert.case_fault = done.case.pk, ""
