"""Reads rules: the list, one with its condition in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yicheng.core.alerts.conditions import (
    Absence,
    Anomaly,
    Combination,
    Condition,
    Duration,
    FactHappened,
    On,
    RateOfChange,
    Threshold,
)
from yicheng.core.alerts.declare import AlertRule
from yicheng.core.alerts.models import Rule
from yicheng.core.alerts.registry import declaration, live_rules
from yicheng.core.events.declare import EVENTS
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.declare import PROPERTIES


def rules_for(viewer: Viewer) -> QuerySet[Rule]:
    """All rules with the number of their open alerts, for those who may see alerts; order by ``-id``."""
    viewer.require("alerts.see_alerts")
    live_rules()
    rows = Rule.objects.select_related("organisation").prefetch_related("conditions")
    if not viewer.may("alerts.edit_rule"):
        rows = rows.exclude(status=Rule.Status.DRAFT)
    return rows.annotate(open_count=Count("alerts", filter=Q(alerts__closed_at=None)))


@dataclass(frozen=True, slots=True)
class RuleDetail:
    """A rule for its page."""

    row: Rule
    rule: AlertRule | None
    title: str
    says: str


def rule_detail(viewer: Viewer, rule_id: int) -> RuleDetail:
    """One rule; ``NotFound`` when there is none."""
    row = rules_for(viewer).filter(pk=rule_id).first()
    if row is None:
        raise NotFound(_("There is no such alert rule."))
    rule = declaration(row)
    return RuleDetail(
        row, rule, str(rule.title) if rule else row.title or row.key, says(rule) if rule else ""
    )


def says(rule: AlertRule) -> str:
    """A rule's condition as a sentence in the reader's language."""
    if rule.condition is None:
        return now("Raised and cleared by its application.")
    words = _words(rule.condition, str(_property(rule.scope.property)))
    if rule.on_delay:
        words += now(", for %(time)s") % {"time": span(rule.on_delay)}
    return words


def _words(condition: Condition | On, name: str) -> str:
    match condition:
        case Threshold():
            return _beyond(condition, name)
        case Duration():
            time = span(condition.lasting)
            return now("%(what)s for %(time)s") % {"what": _beyond(condition.threshold, name), "time": time}
        case RateOfChange():
            amount = condition.rise if condition.rise is not None else condition.fall
            return now("%(name)s changes by more than %(amount)s within %(time)s") % {
                "name": name, "amount": f"{amount:g}", "time": span(condition.per),
            }  # fmt: skip
        case Absence():
            return now("%(name)s: nothing comes for %(time)s") % {
                "name": name,
                "time": span(condition.longer_than),
            }
        case Anomaly():
            return now("%(name)s is unlike the same time of other days") % {"name": name}
        case FactHappened():
            title = EVENTS.get(condition.event).title if condition.event in EVENTS else condition.event
            return str(title)
        case On():
            return _words(condition.condition, str(_property(condition.property)))
        case Combination():
            parts = "; ".join(_words(part, "") for part in condition.parts)
            template = now("All of these within %(time)s: %(parts)s")
            if condition.needed < len(condition.parts):
                template = now("%(needed)s of these within %(time)s: %(parts)s")
            return template % {"needed": condition.needed, "time": span(condition.within), "parts": parts}


def _beyond(threshold: Threshold, name: str) -> str:
    if threshold.above is not None and threshold.below is not None:
        return now("%(name)s outside %(below)s to %(above)s") % {
            "name": name, "below": f"{threshold.below:g}", "above": f"{threshold.above:g}",
        }  # fmt: skip
    if threshold.above is not None:
        return now("%(name)s above %(limit)s") % {"name": name, "limit": f"{threshold.above:g}"}
    return now("%(name)s below %(limit)s") % {"name": name, "limit": f"{threshold.below:g}"}


def _property(key: str) -> object:
    return PROPERTIES.get(key).title if key in PROPERTIES else key or now("any property")


def span(length: timedelta) -> str:
    """A length of time in whole words: days, hours, minutes or seconds."""
    seconds = int(length.total_seconds())
    if seconds >= 86_400 and seconds % 86_400 == 0:
        count = seconds // 86_400
        return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
    if seconds >= 3600 and seconds % 3600 == 0:
        count = seconds // 3600
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    if seconds >= 60 and seconds % 60 == 0:
        count = seconds // 60
        return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}
    return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
