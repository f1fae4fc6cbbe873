"""Keeps the projections true: single cases as they move, whole days of posts, everything every night."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection, transaction

APPLICATION = "urban"
log = logging.getLogger(__name__)

_COLUMNS = (
    "case_id, opened_on, closed_on, due_at, is_on_time, status, stage, class_code, division_code, county,"
    " organisation_id, source, rework_count, rating, handled_h, spot"
)
#: 50 m north–south; east–west 50 m at the equator's width of a degree times cos(latitude) of the row itself
_SELECT = """
SELECT c.id, (c.opened_at AT TIME ZONE %(zone)s)::date, (c.closed_at AT TIME ZONE %(zone)s)::date, c.due_at,
       c.is_on_time, c.status, c.stage, c.class_code, c.division_code, left(c.division_code, 6),
       c.organisation_id, c.source, c.rework_count, r.level,
       round((extract(epoch FROM c.closed_at - c.opened_at) / 3600)::numeric, 2)::float8,
       CASE WHEN c.cell_code <> '' THEN c.cell_code
            WHEN c.lon IS NULL OR c.lat IS NULL THEN ''
            ELSE floor(c.lat * 2226.4)::int || ':' || floor(c.lon * 2226.4 * cos(radians(floor(c.lat * 20) / 20)))::int
       END
FROM cases_case AS c LEFT JOIN urban_rating AS r ON r.urban_case_id = c.id
WHERE c.application = 'urban'
"""
_UPSERT = f"""
INSERT INTO urban_casefact AS f ({_COLUMNS}) {{select}}
ON CONFLICT (case_id) DO UPDATE SET
    ({_COLUMNS.partition(", ")[2]}) = ROW({", ".join("EXCLUDED." + c.strip() for c in _COLUMNS.split(",")[1:])})
WHERE (f.*) IS DISTINCT FROM (EXCLUDED.*)
"""
_POSTS = """
INSERT INTO urban_postday (day, kind, organisation_id, done, on_time, late, hours)
SELECT %(day)s, kind, organisation_id, count(*), count(*) FILTER (WHERE is_on_time),
       count(*) FILTER (WHERE NOT is_on_time),
       round((sum(extract(epoch FROM done_at - opened_at)) / 3600)::numeric, 2)::float8
FROM cases_task
WHERE status = 'done' AND application = 'urban' AND done_by_id IS NOT NULL
  AND done_at >= %(day)s::timestamp AT TIME ZONE %(zone)s
  AND done_at < (%(day)s::date + 1)::timestamp AT TIME ZONE %(zone)s
GROUP BY kind, organisation_id
"""


@dataclass(frozen=True, slots=True)
class Mended:
    """What a comparison with the cases themselves had to change; all 0 when the projection was true."""

    written: int
    removed: int


def refresh(case_ids: Iterable[int]) -> int:
    """Bring these cases' facts up to date; returns how many changed. One statement."""
    ids = sorted(set(case_ids))
    if not ids:
        return 0
    select = _SELECT + " AND c.id = ANY(%(ids)s) ORDER BY c.id"
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT.format(select=select), {"ids": ids, "zone": settings.TIME_ZONE})
        return int(cursor.rowcount)


def reconcile() -> Mended:
    """Compare every fact with its case and mend what differs: after an import, and every night."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UPSERT.format(select=_SELECT + " ORDER BY c.opened_at"), {"zone": settings.TIME_ZONE})
        written = cursor.rowcount
        cursor.execute(
            "DELETE FROM urban_casefact AS f WHERE NOT EXISTS"
            " (SELECT FROM cases_case AS c WHERE c.id = f.case_id AND c.application = 'urban')"
        )
        mended = Mended(written, cursor.rowcount)
    if mended != Mended(0, 0):
        log.info("decision facts: %d written, %d removed", mended.written, mended.removed)
    return mended


def catch_up() -> int:
    """Facts of cases that came in without events (a bulk load); returns how many. Cheap when there are none."""
    newer = " AND c.id > (SELECT coalesce(max(case_id), 0) FROM urban_casefact) ORDER BY c.id"
    select = _SELECT + newer
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT.format(select=select), {"zone": settings.TIME_ZONE})
        return int(cursor.rowcount)


def mark_days(days: Iterable[date]) -> None:
    """Say that posts' work of these days has changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO urban_postdaydue (day) SELECT unnest(%s::date[]) ON CONFLICT DO NOTHING",
            [sorted(set(days))],
        )


def count_posts(*, limit: int = 60) -> int:
    """Count marked days anew from the tasks themselves, newest first; returns how many days."""
    counted = 0
    while counted < limit and _count_one_day():
        counted += 1
    return counted


def _count_one_day() -> bool:
    """A day is unmarked in the transaction that counts it: a task ended meanwhile marks it again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM urban_postdaydue WHERE day = (SELECT day FROM urban_postdaydue"
            " ORDER BY day DESC LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING day"
        )
        found = cursor.fetchone()
        if found is None:
            return False
        cursor.execute("DELETE FROM urban_postday WHERE day = %s", [found[0]])
        cursor.execute(_POSTS, {"day": found[0], "zone": settings.TIME_ZONE})
    return True
