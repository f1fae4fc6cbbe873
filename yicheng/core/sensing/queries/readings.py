"""Readings: the newest of series, and stretches of time for charts, down-sampled in the database.

A chart asks for so many points: the stretch is cut into as many bins, and each bin answers its
lowest, highest and mean value. Bins of hours and days come from the sums that the worker keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.facts import Latest, Observed, Point
from yicheng.core.sensing.models import LatestReading, Series
from yicheng.core.sensing.queries.devices import may_view

MOST_POINTS = 5000
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_RAW = """
SELECT date_bin(%(width)s, time, %(since)s) AS bin, min(value), max(value), avg(value), count(*)
FROM sensing_reading
WHERE division_code = %(division)s AND series_id = %(series)s AND time >= %(since)s AND time < %(until)s AND quality <> 2
GROUP BY bin ORDER BY bin
"""
_WHOLE = """
SELECT r.series_id, r.time, r.value, r.quality, r.timing, r.received_at
FROM sensing_series s JOIN sensing_reading r ON r.division_code = s.division_code AND r.series_id = s.id
WHERE s.id = ANY(%s) AND r.time >= %s AND r.time < %s ORDER BY r.series_id, r.time LIMIT %s
"""
_SUMS = """
SELECT date_bin(%(width)s, begins_at, %(since)s) AS bin, min(low), max(high), sum(total) / sum(count), sum(count)
FROM {table}
WHERE division_code = %(division)s AND series_id = %(series)s AND begins_at >= %(since)s AND begins_at < %(until)s
GROUP BY bin ORDER BY bin
"""


def latest(series_ids: Iterable[int]) -> Mapping[int, Latest]:
    """The newest reading of each series that has one; the caller has checked the right. One query."""
    rows = LatestReading.objects.filter(pk__in=list(series_ids))
    return {row.pk: Latest(row.pk, row.time, row.value, row.quality, row.received_at) for row in rows}


def readings(
    viewer: Viewer, series_id: int, *, since: datetime, until: datetime, points: int = 500
) -> Sequence[Point]:
    """At most about ``points`` points of a series between two moments (aware), bad readings left out. Two queries.

    Raises ``NotFound`` for a series that the viewer may not see, ``Invalid`` for an empty stretch.
    """
    series = Series.objects.select_related("device").filter(pk=series_id).first()
    if series is None or not may_view(viewer, series.device):
        raise NotFound(_("There is no such series of readings."))
    return points_of(series_id, series.division_code, since=since, until=until, points=points)


def points_of(
    series_id: int, division: str, *, since: datetime, until: datetime, points: int
) -> Sequence[Point]:
    """The points of a series whose division is known; the caller has checked the right. One query."""
    if since >= until:
        raise Invalid(_("The stretch of time must end after it begins."))
    width = (until - since) / max(1, min(points, MOST_POINTS))
    statement, width, since = _plan(width, since)
    values: dict[str, Any] = {
        "width": width,
        "since": since,
        "until": until,
        "division": division,
        "series": series_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Point(*row) for row in cursor.fetchall()]


def _plan(width: timedelta, since: datetime) -> tuple[str, timedelta, datetime]:
    """Raw rows for narrow bins; for wide ones sums, bins of whole hours or days beginning on the hour or day."""
    if width < _HOUR:
        return _RAW, max(width, timedelta(microseconds=1000)), since
    step, table = (_DAY, "sensing_day") if width >= _DAY else (_HOUR, "sensing_hour")
    whole = -(-width // step) * step
    begins = since.replace(minute=0, second=0, microsecond=0)
    if step == _DAY:
        begins = begins.replace(hour=0)
    return _SUMS.format(table=table), whole, begins


def raw_readings(
    series_ids: Iterable[int], *, since: datetime, until: datetime, limit: int
) -> Sequence[Observed]:
    """The stored readings of series between two moments, oldest first within each. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE, [list(series_ids), since, until, limit + 1])
        rows = cursor.fetchall()
    if len(rows) > limit:
        raise Invalid(
            _("These are more than %(limit)s readings. Choose a shorter stretch."), limit=f"{limit:,}"
        )
    return [Observed(*row) for row in rows]
