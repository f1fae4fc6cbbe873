"""Alerts about kiosks: paper runs out. Their silence is an alert of every device."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.declare import AlertRule, Example, Scope, Severity, Threshold

#: below so many sheets somebody is sent
LOW_PAPER = 30

ALERT_RULES = (
    AlertRule(
        key="services.kiosk_paper_low",
        title=_("Kiosk runs out of paper"),
        severity=Severity.BLUE,
        text=_("%(subject)s has %(value)s sheets of paper left."),
        condition=Threshold(below=LOW_PAPER, hysteresis=1),
        scope=Scope(property="paper"),
        advice=_("Fill the paper up and press “Refilled” on the page of the fleet."),
        example=Example(((timedelta(0), 29.0),)),
        counter_example=Example(((timedelta(0), 30.0),)),
    ),
)
