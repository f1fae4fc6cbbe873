"""What everybody may see: filed cases marked public, without words and names of those who reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import photos
from yicheng.apps.urban.models import Rating, UrbanCase
from yicheng.apps.urban.stages import STAGES
from yicheng.apps.urban.story import Line, Stage, stages, story
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer

#: a case may be shown from the moment it was filed
PUBLISHED_STATUSES = ("open", "suspended", "closed")
SHOWN_STAGES = tuple(key for key in STAGES if key not in ("collect", "file"))
PUBLIC_CASE = Q(
    case__is_public=True, case__status__in=("open", "suspended", "closed"), case__stage__in=SHOWN_STAGES
)


@dataclass(frozen=True, slots=True)
class Published:
    """A published case, whole."""

    urban: UrbanCase
    stages: Sequence[Stage]
    story: Sequence[Line]
    pictures: photos.Pictures


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The last seven days, counted from the rows."""

    reported: int
    closed: int
    on_time_percent: int | None
    satisfied_percent: int | None


def published_cases(viewer: Viewer) -> QuerySet[UrbanCase]:
    """The cases that may be published, newest first when ordered by ``-pk``."""
    return (
        UrbanCase.objects.filter(PUBLIC_CASE)
        .select_related("case__case_class", "case__organisation")
        .defer("case__search", "case__description")
    )


def published_rows(viewer: Viewer) -> QuerySet[Any]:
    """The same cases as rows of the core's own table: for open data, which orders and copies them by their id."""
    core = UrbanCase.case.field.related_model
    return core._default_manager.filter(
        urban__isnull=False, is_public=True, status__in=PUBLISHED_STATUSES, stage__in=SHOWN_STAGES
    )


def published_case(viewer: Viewer, number: str) -> Published:
    """One published case. Raises ``NotFound``, also for cases that are not public."""
    urban = published_cases(viewer).filter(case__number=number).first()
    if urban is None:
        raise NotFound(_("There is no published case with this number."))
    case = urban.case
    return Published(
        urban,
        stages(case),
        story(case.steps.order_by("id"), organisation=str(case.organisation or "")),
        photos.pictures([case.pk])[case.pk],
    )


def latest_solved(viewer: Viewer, *, limit: int = 6) -> list[tuple[UrbanCase, photos.Pictures]]:
    """Cases closed lately that have photos of before and after, newest first. Two queries."""
    rows = published_cases(viewer).filter(case__status="closed", case__closed_at__gte=_days_ago(30))
    found = list(rows.order_by("-case__closed_at")[: limit * 6])
    pictures = photos.pictures([urban.pk for urban in found])
    both = [
        (urban, pictures[urban.pk])
        for urban in found
        if pictures[urban.pk].before and pictures[urban.pk].after
    ]
    return both[:limit]


def week_figures(viewer: Viewer) -> WeekFigures:
    """What came in and was done in the last seven days. Two queries."""
    since = _days_ago(7)
    counts = UrbanCase.objects.filter(
        Q(case__opened_at__gte=since) | Q(case__closed_at__gte=since)
    ).aggregate(
        reported=Count("pk", filter=Q(case__opened_at__gte=since)),
        closed=Count("pk", filter=Q(case__closed_at__gte=since, case__status="closed")),
        in_time=Count("pk", filter=Q(case__closed_at__gte=since, case__is_on_time=True)),
        timed=Count("pk", filter=Q(case__closed_at__gte=since, case__is_on_time__isnull=False)),
    )
    rated: Mapping[str, Any] = Rating.objects.filter(rated_at__gte=_days_ago(30)).aggregate(
        all=Count("pk"), good=Count("pk", filter=Q(level__gte=4))
    )
    return WeekFigures(
        counts["reported"],
        counts["closed"],
        _percent(counts["in_time"], counts["timed"]),
        _percent(rated["good"], rated["all"]),
    )


def own_reports(viewer: Viewer) -> QuerySet[UrbanCase]:
    """What this person reported while signed in."""
    rows = UrbanCase.objects.filter(reporter_id=viewer.account_id or 0)
    return rows.select_related("case__case_class", "case__organisation").defer("case__search")


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _days_ago(days: int) -> Any:
    """The beginning of the day so many days ago, in the city's time."""
    local = timezone.localtime(clock.now()) - timedelta(days=days)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
