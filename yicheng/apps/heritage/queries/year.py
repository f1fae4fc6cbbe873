"""A year of a place's climate against what its relics bear: when they were at risk, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.kinds import PLACE
from yicheng.apps.heritage.limits import HUMIDITY, SWING, TEMPERATURE, Limit, limit_of
from yicheng.apps.heritage.models import KeepingPlace
from yicheng.apps.heritage.permissions import VIEW_RELICS
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, scoped
from yicheng.core.sensing.public import Point, readings, series_of

YEAR = timedelta(days=366)
#: bins of a year: two hours each
BINS = 4392
OBSERVED = {HUMIDITY: "humidity", TEMPERATURE: "temperature", SWING: "humidity"}


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one limit: hours measured, hours (of a swing: days) outside, the farthest value."""

    month: date
    measured: int
    outside: int
    worst: float | None


@dataclass(frozen=True, slots=True)
class YearOf:
    """A limit with its twelve months."""

    limit: Limit
    months: Sequence[Month]

    @property
    def outside(self) -> int:
        """Hours (of a swing: days) outside in the whole stretch."""
        return sum(one.outside for one in self.months)

    @property
    def measured(self) -> int:
        """How many hours (days) were measured."""
        return sum(one.measured for one in self.months)


def places(viewer: Viewer) -> object:
    """The rooms, cabinets and halls that this viewer may see."""
    viewer.require(VIEW_RELICS)
    return scoped(KeepingPlace.objects.select_related("organisation"), viewer, VIEW_RELICS)


def place_of(viewer: Viewer, place_id: int) -> KeepingPlace:
    """One place. Raises ``NotFound``."""
    viewer.require(VIEW_RELICS)
    rows = scoped(KeepingPlace.objects.select_related("organisation", "site"), viewer, VIEW_RELICS)
    found = rows.filter(pk=place_id).first()
    if found is None:
        raise NotFound(_("There is no such place, or none that you may see."))
    return found


def materials_in(place: KeepingPlace) -> list[str]:
    """The materials of the relics that a place keeps. The caller has checked the place."""
    return sorted(place.relics.values_list("material", flat=True).distinct())


def year_of_place(viewer: Viewer, place: KeepingPlace, *, until: datetime) -> Sequence[YearOf]:
    """For each material kept there, what its limits say about the year before ``until``."""
    points = {
        observed: _points(viewer, place, observed, until=until) for observed in ("humidity", "temperature")
    }
    found = [
        limit
        for material in materials_in(place)
        for quantity in (HUMIDITY, SWING, TEMPERATURE)
        if (limit := limit_of(material, quantity))
    ]
    return [YearOf(limit, months_of(limit, points[OBSERVED[limit.quantity]])) for limit in found]


def months_of(limit: Limit, points: Sequence[Point]) -> Sequence[Month]:
    """The months of a limit over the points of one series, each two hours long."""
    if limit.quantity == SWING:
        return _swings(limit, points)
    by_month: dict[date, list[Point]] = defaultdict(list)
    for point in points:
        by_month[timezone.localtime(point.time).date().replace(day=1)].append(point)
    return [_month(limit, month, rows) for month, rows in sorted(by_month.items())]


def _month(limit: Limit, month: date, rows: Sequence[Point]) -> Month:
    outside = [row for row in rows if not limit.holds(row.mean)]
    worst = max(outside, key=lambda row: _excess(limit, row.mean), default=None)
    return Month(month, 2 * len(rows), 2 * len(outside), worst.mean if worst else None)


def _excess(limit: Limit, value: float) -> float:
    above = value - limit.high if limit.high is not None else 0.0
    below = limit.low - value if limit.low is not None else 0.0
    return max(above, below)


def _swings(limit: Limit, points: Sequence[Point]) -> Sequence[Month]:
    by_day: dict[date, list[Point]] = defaultdict(list)
    for point in points:
        by_day[timezone.localtime(point.time).date()].append(point)
    by_month: dict[date, list[float]] = defaultdict(list)
    for day, rows in sorted(by_day.items()):
        by_month[day.replace(day=1)].append(max(row.high for row in rows) - min(row.low for row in rows))
    return [
        Month(month, len(days), sum(not limit.holds(one) for one in days), max(days))
        for month, days in by_month.items()
    ]


def _points(viewer: Viewer, place: KeepingPlace, observed: str, *, until: datetime) -> Sequence[Point]:
    """The first series of the property in the place."""
    found = sorted(one.id for one in series_of([(PLACE, place.pk)]) if one.property == observed)
    return readings(viewer, found[0], since=until - YEAR, until=until, points=BINS) if found else ()
