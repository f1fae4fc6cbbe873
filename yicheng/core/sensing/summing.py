"""Keeps up what is derived from readings: the newest of each series, sums by hour and day, who was heard."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection

from yicheng.core.kernel.arrays import array
from yicheng.core.sensing.fresh import Column, Fresh
from yicheng.core.sensing.packing import EPOCH_US, micros, moment
from yicheng.core.sensing.remembered import facts_of

HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
LATE_US = 300_000_000
_LATEST = """
INSERT INTO sensing_latestreading AS l (series_id, time, value, quality, received_at, count, late_count, out_of_order_count)
SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[], %s::smallint[], %s::timestamptz[],
                     %s::bigint[], %s::bigint[], %s::bigint[])
ON CONFLICT (series_id) DO UPDATE SET
    value = CASE WHEN excluded.time >= l.time THEN excluded.value ELSE l.value END,
    quality = CASE WHEN excluded.time >= l.time THEN excluded.quality ELSE l.quality END,
    received_at = CASE WHEN excluded.time >= l.time THEN excluded.received_at ELSE l.received_at END,
    time = greatest(excluded.time, l.time),
    count = l.count + excluded.count,
    late_count = l.late_count + excluded.late_count,
    out_of_order_count = l.out_of_order_count + excluded.out_of_order_count
"""
_ROLLUP = """
INSERT INTO {table} AS r (division_code, series_id, begins_at, count, low, high, total)
SELECT s.division_code, t.series, t.begins, t.count, t.low, t.high, t.total
FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::float8[], %s::float8[], %s::float8[])
    AS t(series, begins, count, low, high, total)
JOIN sensing_series s ON s.id = t.series
ON CONFLICT (division_code, series_id, begins_at) DO UPDATE SET
    count = r.count + excluded.count, low = least(r.low, excluded.low), high = greatest(r.high, excluded.high),
    total = r.total + excluded.total
"""
_HEARD = """
INSERT INTO sensing_hearing AS h (device_id, heard_at, heard_since, is_silent)
SELECT device, heard, 0, false FROM unnest(%s::bigint[], %s::timestamptz[]) AS t(device, heard)
ON CONFLICT (device_id) DO UPDATE SET
    heard_at = greatest(h.heard_at, excluded.heard_at),
    heard_since = CASE WHEN h.is_silent THEN least(h.heard_since + 1, 1000) ELSE 0 END
"""


def keep_up(fresh: Fresh) -> None:
    """Bring newest readings, roll-ups and hearing up to date; a handful of statements whatever the number."""
    _judge_order(fresh)
    _newest(fresh)
    _roll_up("sensing_hour", HOUR_US, fresh)
    _roll_up("sensing_day", DAY_US, fresh)
    _heard(fresh)


def _judge_order(fresh: Fresh) -> None:
    """What came behind a newer reading of its series is out of order: known here, or told by the door that saw it come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT series_id, time FROM sensing_latestreading WHERE series_id = ANY(%s::bigint[])",
            [array(fresh.series_ids.tolist())],
        )
        known = {series: micros(time) for series, time in cursor.fetchall()}
    newest = np.array([known.get(series, -(2**62)) for series in fresh.series_ids.tolist()], dtype="<i8")
    behind = (fresh.us < np.repeat(newest, _counts(fresh))) | (fresh.timings == 2)
    late = fresh.us < fresh.received - LATE_US
    fresh.timings[:] = np.where(behind, 2, np.where(late, 1, 0))


def _counts(fresh: Fresh) -> Column:
    return fresh.ends - fresh.starts + 1


def _newest(fresh: Fresh) -> None:
    ends, starts = fresh.ends, fresh.starts
    values = [
        fresh.series_ids.tolist(),
        _moments(fresh.us[ends]),
        fresh.values[ends].tolist(),
        fresh.qualities[ends].tolist(),
        _moments(fresh.received[ends]),
        _counts(fresh).tolist(),
        np.add.reduceat((fresh.timings == 1).astype(int), starts).tolist(),
        np.add.reduceat((fresh.timings == 2).astype(int), starts).tolist(),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [array(column) for column in values])


def _roll_up(table: str, width_us: int, fresh: Fresh) -> None:
    good = fresh.qualities != 2
    series, values = fresh.series[good], fresh.values[good]
    if not len(series):
        return
    stretch = (fresh.us[good] + EPOCH_US) // width_us
    firsts = np.flatnonzero(np.append(True, (np.diff(series) != 0) | (np.diff(stretch) != 0)))
    columns: list[Any] = [
        series[firsts].tolist(),
        _moments(stretch[firsts] * width_us - EPOCH_US),
        np.diff(np.append(firsts, len(series))).tolist(),
        np.minimum.reduceat(values, firsts).tolist(),
        np.maximum.reduceat(values, firsts).tolist(),
        np.add.reduceat(values, firsts).tolist(),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ROLLUP.format(table=table), [array(column) for column in columns])


def _heard(fresh: Fresh) -> None:
    facts = facts_of(fresh.series_ids.tolist())
    heard: dict[int, int] = {}
    newest = np.maximum.reduceat(fresh.received, fresh.starts).tolist()
    for series, received in zip(fresh.series_ids.tolist(), newest, strict=True):
        if series in facts:
            device = facts[series].device_id
            heard[device] = max(received, heard.get(device, received))
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, [array(heard), array(moment(us) for us in heard.values())])


def _moments(column: Column) -> list[Any]:
    return [moment(us) for us in column.tolist()]
