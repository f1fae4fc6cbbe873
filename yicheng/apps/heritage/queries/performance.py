"""The rows behind each figure of how well relics are watched over; each row knows whether it ``is_done``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone

from yicheng.apps.heritage.kinds import PLACE, RELIC
from yicheng.apps.heritage.models import (
    Component,
    ConditionCheck,
    KeepingPlace,
    PatrolRound,
    Relic,
    StockCount,
)
from yicheng.apps.heritage.models.relics import Grade
from yicheng.apps.heritage.permissions import VIEW_RELICS
from yicheng.apps.heritage.queries.periods import Period, year_of
from yicheng.apps.heritage.queries.relics import relics
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.public import alerts_for
from yicheng.core.kernel import clock
from yicheng.core.people.public import SYSTEM, Viewer, scoped
from yicheng.core.sensing.public import devices_borne_by

#: how soon a warning of each level must be answered; set by the city
ANSWERED_WITHIN = {
    Severity.RED: timedelta(minutes=5),
    Severity.ORANGE: timedelta(minutes=30),
    Severity.YELLOW: timedelta(hours=4),
    Severity.BLUE: timedelta(days=1),
}
#: a relic's condition is looked at once within this
LOOKED_AT_WITHIN = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Figure:
    """So many of so many; ``percent`` is None where nothing was due."""

    done: int
    due: int

    @property
    def percent(self) -> int | None:
        return 100 * self.done // self.due if self.due else None


def figures(rows: QuerySet[Any]) -> Mapping[int, Figure]:
    """Keeping body → its figure, of rows that know whether they are done. One query."""
    found = (
        rows.order_by()
        .values("organisation_id")
        .annotate(due=Count("pk"), done=Count("pk", filter=Q(is_done=True)))
        .values_list("organisation_id", "done", "due")
    )
    return {body or 0: Figure(done, due) for body, done, due in found}


def warnings_due(viewer: Viewer, period: Period) -> QuerySet[Any]:
    """Real warnings raised in the period; done: answered in the time of their level, and their case was on time.

    One whose time is not over and that nobody has answered is not due yet.
    """
    now = clock.now()
    levels = [When(severity=level, then=Value(time)) for level, time in ANSWERED_WITHIN.items()]
    answer_by = F("raised_at") + Case(*levels, output_field=DurationField())
    rows = alerts_for(SYSTEM, shown="all").filter(
        application="heritage",
        is_drill=False,
        parent=None,
        raised_at__gte=period.since,
        raised_at__lt=period.until,
    )
    rows = (
        scoped(rows, viewer, VIEW_RELICS)
        .select_related("case")
        .annotate(answer_by=ExpressionWrapper(answer_by, output_field=DateTimeField()))
    )
    is_in_time = Q(acknowledged_at__lte=F("answer_by"))
    is_late_case = Q(case__is_on_time=False) | Q(case__status="open", case__due_at__lt=now)
    return _told(
        rows.filter(Q(acknowledged_at__isnull=False) | Q(answer_by__lt=now)),
        is_in_time & ~_true(is_late_case),
    )


def devices_due(viewer: Viewer, _period: Period) -> QuerySet[Any]:
    """Chips and sensors that a relic or a place bears, now; done: it is not silent."""
    rows = scoped(devices_borne_by((RELIC, PLACE)), viewer, VIEW_RELICS)
    return _told(rows, ~_true(Q(hearing__is_silent=True)))


def records_due(viewer: Viewer, _period: Period) -> QuerySet[Relic]:
    """Relics of the register, now; done: measured, of the first grade with components, looked at within a year."""
    since = clock.now() - LOOKED_AT_WITHIN
    looks = ConditionCheck.objects.filter(relic=OuterRef("pk"), checked_at__gte=since)
    rows = relics(viewer).annotate(
        is_measured=_when(
            Q(height_cm__isnull=False) | Q(width_cm__isnull=False) | Q(weight_kg__isnull=False)
        ),
        has_components=Exists(Component.objects.filter(relic=OuterRef("pk"))),
        was_looked_at=Exists(looks),
    )
    is_known_in_parts = Q(has_components=True) | ~Q(grade=Grade.FIRST)
    is_fresh = Q(was_looked_at=True) | Q(registered_at__gte=since)
    return _told(rows, Q(is_measured=True) & is_known_in_parts & is_fresh)


def counts_due(viewer: Viewer, period: Period) -> QuerySet[Any]:
    """Stores and halls that keep relics; done: a count of it was closed in the year of the period."""
    year = year_of(timezone.localtime(period.since).year)
    closed = StockCount.objects.filter(
        place=OuterRef("pk"), closed_at__gte=year.since, closed_at__lt=year.until
    )
    kept = Relic.objects.filter(place=OuterRef("pk"))
    rows = KeepingPlace.objects.select_related("organisation").filter(Exists(kept))
    rows = rows.annotate(counted_at=Subquery(closed.order_by("-closed_at").values("closed_at")[:1]))
    return _told(scoped(rows, viewer, VIEW_RELICS), Q(counted_at__isnull=False))


def patrols_due(viewer: Viewer, period: Period) -> QuerySet[Any]:
    """Rounds whose last day lies in the period and is over, or that were walked; done: walked by that day."""
    first, last = timezone.localtime(period.since).date(), timezone.localtime(period.until).date()
    today = timezone.localtime(clock.now()).date()
    rows = PatrolRound.objects.select_related("plan", "organisation").filter(
        due_on__gte=first, due_on__lt=last
    )
    rows = scoped(rows, viewer, VIEW_RELICS).filter(Q(done_at__isnull=False) | Q(due_on__lt=today))
    return _told(rows, Q(done_at__date__lte=F("due_on")))


def _told(rows: QuerySet[Any], is_done: Q) -> QuerySet[Any]:
    told: QuerySet[Any] = rows.annotate(is_done=_when(is_done))
    return told


def _true(condition: Q) -> Q:
    """The condition as a value that is never NULL, so that its negation means what it says."""
    return Q(_when(condition))


def _when(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
