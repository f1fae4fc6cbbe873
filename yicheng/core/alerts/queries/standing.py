"""Reads alerts: which a viewer may see, those that stand, one with its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts import life
from yicheng.core.alerts.facts import ActiveAlert
from yicheng.core.alerts.models import Alert, Rule, Transition
from yicheng.core.alerts.words import advice_of, text_of, title_of
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.public import Scope, Viewer, scoped

SEE, ANSWER = "alerts.see_alerts", "alerts.answer"
SHOWN = ("active", "waiting", "shelved", "closed", "all")


def visible(viewer: Viewer) -> QuerySet[Alert]:
    """Alerts within the viewer's scopes: by the right to see them, or because they are among a rule's audience."""
    rows = Alert.objects.all()
    if Scope() in viewer.scopes(SEE):
        return rows
    seen = Q(pk__in=scoped(rows, viewer, SEE).values("pk"))
    for right in _audience_rights() if viewer.is_signed_in else ():
        if viewer.may(right):
            told = rows.filter(rule__audience_right=right)
            seen |= Q(pk__in=scoped(told, viewer, right).values("pk"))
    return rows.filter(seen)


def _audience_rights() -> Sequence[str]:
    keys = Rule.objects.exclude(status=Rule.Status.DRAFT).values_list("audience_right", flat=True)
    return [key for key in keys.distinct().order_by("audience_right") if key in RIGHTS]


def may_answer(viewer: Viewer, alert: Alert) -> bool:
    """Whether the viewer may acknowledge and judge it: by right, or as one of those who are told."""
    place: Mapping[str, Any] = {"organisation_id": alert.organisation_id, "division": alert.division_code}
    audience = alert.rule.audience_right
    return viewer.may(ANSWER, **place) or (audience in RIGHTS and viewer.may(audience, **place))


def alerts_for(viewer: Viewer, *, shown: str = "active") -> QuerySet[Alert]:
    """See ``public.alerts_for``."""
    rows = visible(viewer).select_related("rule", "organisation")
    match shown:
        case "active":
            return rows.filter(closed_at=None).exclude(state__in=life.HIDDEN)
        case "waiting":
            return rows.filter(closed_at=None, state__in=life.WAITING)
        case "shelved":
            return rows.filter(closed_at=None, state__in=life.HIDDEN)
        case "closed":
            return rows.filter(closed_at__isnull=False)
        case "all":
            return rows
    raise ValueError(shown)


def active_of(subjects: Iterable[str]) -> Mapping[str, Sequence[ActiveAlert]]:
    """See ``public.active_of``."""
    wanted = set(subjects)
    found: dict[str, list[ActiveAlert]] = {subject: [] for subject in wanted}
    rows = Alert.objects.filter(subject__in=wanted, closed_at=None).exclude(state__in=life.HIDDEN)
    for row in rows.select_related("rule").order_by("severity", "-id"):
        found[row.subject].append(as_active(row))
    return found


def as_active(row: Alert) -> ActiveAlert:
    """An alert in the reader's words."""
    return ActiveAlert(
        id=row.pk,
        rule=row.rule.key,
        subject=row.subject,
        severity=row.severity,
        state=row.state,
        title=title_of(row),
        text=text_of(row),
        advice=advice_of(row),
        raised_at=row.raised_at,
        is_drill=row.is_drill,
        case_id=row.case_id,
    )


@dataclass(frozen=True, slots=True)
class AlertDetail:
    """An alert for its page: in words, its history newest first, what the viewer may do."""

    alert: Alert
    title: str
    text: str
    advice: str
    history: Sequence[Transition]
    children: int
    may_answer: bool
    may_shelve: bool


def alert_detail(viewer: Viewer, alert_id: int) -> AlertDetail:
    """See ``public.alert_detail``. Five queries."""
    alert = (
        visible(viewer)
        .select_related("rule", "organisation", "acknowledged_by", "case", "parent__rule")
        .filter(pk=alert_id)
        .first()
    )
    if alert is None:
        raise NotFound(_("There is no such alert."))
    place: Mapping[str, Any] = {"organisation_id": alert.organisation_id, "division": alert.division_code}
    return AlertDetail(
        alert=alert,
        title=title_of(alert),
        text=text_of(alert),
        advice=advice_of(alert),
        history=list(Transition.objects.filter(alert_id=alert.pk).order_by("-recorded_at", "-id")[:200]),
        children=alert.children.filter(closed_at=None).count(),
        may_answer=may_answer(viewer, alert),
        may_shelve=viewer.may("alerts.shelve", **place),
    )


def counts(viewer: Viewer) -> Mapping[tuple[int, str], int]:
    """Open alerts by (severity, state), in one query."""
    rows = visible(viewer).filter(closed_at=None).values_list("severity", "state")
    return {(severity, state): count for severity, state, count in rows.annotate(Count("id")).order_by()}
