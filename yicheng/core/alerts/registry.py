"""The rules in force as the engine and the pages read them: declared ones and staff's in one form.

Read anew when the table of rules has changed, which one cheap query tells; declared rules get their
line in the table then, so that alerts, states and statistics can point to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.declare import ALERT_RULES, AlertRule
from yicheng.core.alerts.models import Rule
from yicheng.core.alerts.staffmade import rule_of_row
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A rule in force. ``organisation_id`` is the body whose rule it is (None: the city's)."""

    id: int
    rule: AlertRule
    application: str
    is_out: bool
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Registry:
    """All rules in force by key and by id; ``mark`` changes when any rule does."""

    mark: tuple[Any, ...]
    by_key: Mapping[str, LiveRule]
    by_id: Mapping[int, LiveRule]


_lock = Lock()
_kept: Registry | None = None


def live_rules() -> Registry:
    """The rules in force. One query when nothing changed."""
    global _kept
    mark = _mark()
    kept = _kept
    if kept is not None and kept.mark == mark:
        return kept
    with _lock:
        _lay_down_declared()
        rows = Rule.objects.filter(status=Rule.Status.LIVE).prefetch_related("conditions").order_by("id")
        found = [live for row in rows if (live := _live(row)) is not None]
        _kept = Registry(_mark(), {one.rule.key: one for one in found}, {one.id: one for one in found})
        return _kept


def live_rule(key: str) -> LiveRule:
    """One rule in force; raises ``NotFound``."""
    found = live_rules().by_key.get(key)
    if found is None:
        raise NotFound(_("There is no alert rule “%(rule)s” in force."), rule=key)
    return found


def declaration(row: Rule) -> AlertRule | None:
    """What a line of the table says as a rule; None when the part that declared it is gone."""
    if row.origin == Rule.Origin.STAFF:
        return rule_of_row(row, tuple(row.conditions.all()))
    return ALERT_RULES.get(row.key) if row.key in ALERT_RULES else None


def _mark() -> tuple[Any, ...]:
    found = Rule.objects.aggregate(Count("id"), Max("id"), Max("changed_at"))
    return (len(ALERT_RULES), *found.values())


def _live(row: Rule) -> LiveRule | None:
    rule = declaration(row)
    if rule is None:
        return None
    return LiveRule(row.pk, rule, row.application, row.out_of_service_at is not None, row.organisation_id)


def _lay_down_declared() -> None:
    """A line for each declared rule; those nobody declares any more are retired. Two queries when all is there."""
    known = {row.key: row for row in Rule.objects.filter(origin=Rule.Origin.DECLARED)}
    changed = [row for rule in ALERT_RULES if (row := _brought_up(known.get(rule.key), rule)) is not None]
    fresh = [row for row in changed if row.pk is None]
    Rule.objects.bulk_create(fresh, ignore_conflicts=True)
    _update(row for row in changed if row.pk is not None)
    _update(_retired(row) for key, row in known.items() if key not in ALERT_RULES and row.status == "live")


def _update(rows: Iterable[Rule]) -> None:
    Rule.objects.bulk_update(
        list(rows), ["status", "application", "severity", "audience_right", "changed_at"], batch_size=500
    )


def _brought_up(row: Rule | None, rule: AlertRule) -> Rule | None:
    wanted = {
        "status": Rule.Status.LIVE,
        "application": ALERT_RULES.owner(rule.key),
        "severity": int(rule.severity),
        "audience_right": rule.audience.right,
    }
    if row is None:
        return Rule(key=rule.key, origin=Rule.Origin.DECLARED, changed_at=clock.now(), **wanted)
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return None
    for name, value in wanted.items():
        setattr(row, name, value)
    row.changed_at = clock.now()
    return row


def _retired(row: Rule) -> Rule:
    row.status, row.changed_at = Rule.Status.RETIRED, clock.now()
    return row
