"""What people are told about alerts: by severity through more channels, once per person and state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.declare import ALERT_RULES, Severity
from yicheng.core.alerts.words import filled
from yicheng.core.notices.declare import NoticeKind, Phrase

_TITLE = _("%(level)s alert: %(title)s")
_TEXT = _("%(text)s")
FURTHER: Mapping[Severity, tuple[str, ...]] = {
    Severity.RED: ("sms", "email", "webhook"),
    Severity.ORANGE: ("sms", "email", "webhook"),
    Severity.YELLOW: ("email", "webhook"),
    Severity.BLUE: (),
}


def raised_kind(severity: int) -> str:
    """The kind of message for a new alert of this severity."""
    return f"alerts.raised_{Severity(severity).name.lower()}"


def _level(values: Mapping[str, Any]) -> str:
    return str(Severity(values["severity"]).label)


def _rule_title(values: Mapping[str, Any]) -> str:
    title = str(ALERT_RULES.get(values["rule"]).title) if values["rule"] in ALERT_RULES else values["title"]
    return str(_("DRILL: %(title)s") % {"title": title}) if values.get("is_drill") else str(title)


def _alert_text(values: Mapping[str, Any]) -> str:
    template = str(ALERT_RULES.get(values["rule"]).text) if values["rule"] in ALERT_RULES else values["text"]
    return filled(template, values["values"])


PHRASES = (
    Phrase("alerts.level", _level),
    Phrase("alerts.title", _rule_title),
    Phrase("alerts.text", _alert_text),
)
NOTICES = (
    *(
        NoticeKind(
            raised_kind(severity), _TITLE, _TEXT, channels=channels, urgent=severity <= Severity.ORANGE
        )
        for severity, channels in FURTHER.items()
    ),
    NoticeKind(
        "alerts.escalated",
        _("Nobody has answered: %(level)s alert: %(title)s"),
        _TEXT,
        channels=("sms", "email", "webhook"),
        urgent=True,
    ),
    NoticeKind("alerts.over", _("Over: %(title)s"), _("It is over: %(text)s")),
)
