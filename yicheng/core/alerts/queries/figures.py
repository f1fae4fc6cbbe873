"""Figures about alerts: how many were false for each rule, how long people took to answer, how long they stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Avg, Count, F, Max, Q, QuerySet
from django.db.models.functions import TruncDate

from yicheng.core.alerts.models import Alert, Rule
from yicheng.core.alerts.queries.standing import visible
from yicheng.core.people.public import Viewer


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What a rule did in a stretch of time. Rates are shares of those judged (None: none were)."""

    rule: Rule
    raised: int
    judged: int
    false: int
    answered: int
    answer_time: timedelta | None
    longest_answer: timedelta | None
    again: int

    @property
    def false_share(self) -> float | None:
        """The share of false alarms among those judged."""
        return self.false / self.judged if self.judged else None


def figures_of_rules(viewer: Viewer, since: datetime, until: datetime) -> Sequence[RuleFigures]:
    """One line for each rule that raised anything, the busiest first. Two queries."""
    rows = (
        _raised(viewer, since, until)
        .values("rule_id")
        .annotate(
            raised=Count("id"),
            judged=Count("id", filter=Q(is_false__isnull=False)),
            false=Count("id", filter=Q(is_false=True)),
            answered=Count("id", filter=Q(acknowledged_at__isnull=False)),
            answer_time=Avg(F("acknowledged_at") - F("raised_at")),
            longest=Max(F("acknowledged_at") - F("raised_at")),
            again=Count("id", filter=Q(count__gt=1)),
        )
        .order_by("-raised", "rule_id")[:500]
    )
    found = list(rows)
    rules = Rule.objects.in_bulk([row["rule_id"] for row in found])
    return [
        RuleFigures(
            rules[row["rule_id"]], row["raised"], row["judged"], row["false"], row["answered"],
            row["answer_time"], row["longest"], row["again"],
        )
        for row in found
    ]  # fmt: skip


def raised_by_day(viewer: Viewer, since: datetime, until: datetime) -> Sequence[tuple[date, int, int]]:
    """(day of the city, severity, how many), in order. One query."""
    rows = (
        _raised(viewer, since, until)
        .annotate(day=TruncDate("raised_at"))
        .values_list("day", "severity")
        .annotate(Count("id"))
        .order_by("day", "severity")
    )
    return list(rows)


def _raised(viewer: Viewer, since: datetime, until: datetime) -> QuerySet[Alert]:
    """Real alerts raised in the stretch that this viewer may see; suppressed ones never were anybody's."""
    rows = visible(viewer).filter(raised_at__gte=since, raised_at__lt=until, is_drill=False)
    return rows.exclude(parent__isnull=False)
