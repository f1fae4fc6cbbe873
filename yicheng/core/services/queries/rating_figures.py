"""Monthly figures of ratings by item, window and body, from the counts kept with each rating: flat, however many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer, scoped
from yicheng.core.services.models import RatingMonth, RatingReason, Rectification
from yicheng.core.services.ratings.levels import LOW, REASONS, Satisfaction

By = Literal["month", "organisation_id", "item_id", "window_id"]
_COLUMNS = ("invited", *(level.name.lower() for level in Satisfaction))


@dataclass(frozen=True, slots=True)
class Figures:
    """What people said in some months about one thing; ``levels`` from very satisfied to very dissatisfied."""

    key: Any
    invited: int = 0
    levels: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    @property
    def rated(self) -> int:
        return sum(self.levels)

    @property
    def low(self) -> int:
        return self.levels[3] + self.levels[4]

    @property
    def satisfied_percent(self) -> float | None:
        """The share that is satisfied at all (the three upper levels); None: nobody rated."""
        return round(100 * (self.rated - self.low) / self.rated, 1) if self.rated else None

    @property
    def mean(self) -> float | None:
        """From 1 to 5; None: nobody rated."""
        weighed = sum(level * count for level, count in zip((5, 4, 3, 2, 1), self.levels, strict=True))
        return round(weighed / self.rated, 2) if self.rated else None

    @property
    def answering_percent(self) -> float | None:
        """How many of those invited rated; more than all where a rating came a month after its invitation."""
        return round(min(100.0, 100 * self.rated / self.invited), 1) if self.invited else None


@dataclass(frozen=True, slots=True)
class Rectified:
    """What became of the low ratings of some months."""

    opened: int
    closed: int
    on_time: int
    unfounded: int
    appealed: int

    @property
    def on_time_percent(self) -> float | None:
        return round(100 * self.on_time / self.closed, 1) if self.closed else None


def rating_figures(
    *, since: date, until: date, by: By, rows: QuerySet[RatingMonth] | None = None
) -> Sequence[Figures]:
    """Figures of whole months from ``since`` to ``until`` (both within), one line a value of ``by``. One query.

    ``rows`` narrows (``own_months``); without it everything, which everybody may know.
    """
    found = (RatingMonth.objects.all() if rows is None else rows).filter(
        month__gte=since.replace(day=1), month__lte=until
    )
    sums = found.values(key=F(by)).annotate(**{f"sum_{name}": Sum(name) for name in _COLUMNS})
    return [_figures(row) for row in sums.order_by("key")]


def together(lines: Sequence[Figures]) -> Figures:
    """All lines as one."""
    first, second, third, fourth, fifth = (sum(line.levels[place] for line in lines) for place in range(5))
    return Figures(None, sum(line.invited for line in lines), (first, second, third, fourth, fifth))


def own_months(viewer: Viewer) -> QuerySet[RatingMonth]:
    """The counts of the bodies whose ratings this viewer may see."""
    return scoped(RatingMonth.objects.all(), viewer, "services.see_ratings", division="")


def rectified(*, since: date, until: date, viewer: Viewer | None = None) -> Rectified:
    """What became of the low ratings given in these months; with a ``viewer`` those of their bodies. One query."""
    rows = Rectification.objects.filter(
        rating__rated_at__gte=_midnight(since.replace(day=1)),
        rating__rated_at__lt=_midnight(next_month(until)),
    )
    if viewer is not None:
        rows = scoped(
            rows, viewer, "services.see_ratings",
            organisation="rating__organisation_id", division="rating__division_code",
        )  # fmt: skip
    counts = rows.aggregate(
        opened=Count("pk"),
        closed=Count("pk", filter=Q(case__status="closed")),
        on_time=Count("pk", filter=Q(case__status="closed", case__is_on_time=True)),
        unfounded=Count("pk", filter=Q(is_upheld=True)),
        appealed=Count("pk", filter=Q(appealed_at__isnull=False)),
    )
    return Rectified(**counts)


def reason_counts(viewer: Viewer, *, since: date, until: date) -> Sequence[tuple[str, int]]:
    """Why the low ratings of these months were low, the most frequent first; of the viewer's bodies. One query."""
    rows = RatingReason.objects.filter(
        rating__level__lte=LOW,
        rating__is_counted=True,
        rating__rated_at__gte=_midnight(since.replace(day=1)),
        rating__rated_at__lt=_midnight(next_month(until)),
    )
    own = scoped(
        rows, viewer, "services.see_ratings",
        organisation="rating__organisation_id", division="rating__division_code",
    )  # fmt: skip
    counted = own.values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    return [(str(REASONS[reason]), count) for reason, count in counted if reason in REASONS]


def months_back(months: int) -> tuple[date, date]:
    """The first day of the month so many months ago (1: this one), and today, by the city's clock."""
    today = timezone.localdate(clock.now())
    year, month = divmod(today.year * 12 + today.month - months, 12)
    return date(year, month + 1, 1), today


def next_month(day: date) -> date:
    """The first day after the month of ``day``."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _midnight(day: date) -> Any:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _figures(row: Any) -> Figures:
    best, good, fair, poor, worst = (row[f"sum_{name}"] for name in _COLUMNS[1:])
    return Figures(row["key"], row["sum_invited"], (best, good, fair, poor, worst))
