"""The readings around an alert, for its chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yicheng.core.alerts.models import Alert
from yicheng.core.kernel import clock
from yicheng.core.sensing.models import Series
from yicheng.core.sensing.public import Point, SeriesFact, series_facts
from yicheng.core.sensing.queries.readings import points_of

SHORTEST, POINTS = timedelta(hours=6), 400


@dataclass(frozen=True, slots=True)
class Around:
    """A stretch of the series that raised an alert."""

    fact: SeriesFact
    points: Sequence[Point]
    since: datetime
    until: datetime


def readings_around(alert: Alert) -> Around | None:
    """The series from well before the alert to well after it; None for alerts that no reading raised.

    Who may see the alert may see what raised it. Three queries.
    """
    if alert.series_id is None:
        return None
    series = Series.objects.filter(pk=alert.series_id).first()
    fact = series_facts([alert.series_id]).get(alert.series_id)
    if series is None or fact is None:
        return None
    ends = alert.cleared_at or max(alert.last_at, min(clock.now(), alert.raised_at + timedelta(days=7)))
    margin = max((ends - alert.raised_at) / 2, SHORTEST)
    since, until = alert.raised_at - margin, ends + margin
    points = points_of(series.pk, series.division_code, since=since, until=until, points=POINTS)
    return Around(fact, points, since, until)
