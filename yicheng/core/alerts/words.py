"""Alerts in words, in whatever language is active; an alert whose rule is gone shows the rule's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from yicheng.core.alerts.declare import ALERT_RULES
from yicheng.core.alerts.models import Alert, Rule


class _Known(dict[str, str]):
    """Placeholders; one that is missing is shown by its name instead of breaking the page."""

    def __missing__(self, name: str) -> str:
        return f"‹{name}›"


def rule_title(row: Rule) -> str:
    """A rule's name."""
    return str(ALERT_RULES.get(row.key).title) if row.key in ALERT_RULES else (row.title or row.key)


def title_of(alert: Alert) -> str:
    """What kind of alert it is; a drill says so first."""
    title = rule_title(alert.rule)
    return _("DRILL: %(title)s") % {"title": title} if alert.is_drill else title


def text_of(alert: Alert) -> str:
    """What happened, as a sentence; a drill says so first."""
    text = filled(
        text_template(alert.rule), {"subject": alert.subject_title or alert.subject, **alert.values}
    )
    return _("DRILL: %(title)s") % {"title": text} if alert.is_drill else text


def text_template(row: Rule) -> str:
    """The sentence of a rule with its placeholders."""
    return str(ALERT_RULES.get(row.key).text) if row.key in ALERT_RULES else row.text


def advice_of(alert: Alert) -> str:
    """What to do; empty where the rule says nothing."""
    row = alert.rule
    return str(ALERT_RULES.get(row.key).advice) if row.key in ALERT_RULES else row.advice


def filled(template: str, values: Mapping[str, Any]) -> str:
    """The sentence with its placeholders; a template that is no template is shown as it is."""
    try:
        return template % _Known({name: _shown(value) for name, value in values.items()})
    except (ValueError, TypeError, KeyError):
        return template


def _shown(value: Any) -> str:
    return number_format(round(value, 2)) if isinstance(value, float) else str(value)
