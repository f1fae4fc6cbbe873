"""Counts made ahead: settled cases by month of opening, posts' work by day. Each is true or known not to be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import connection, transaction

from yicheng.apps.urban.decision.facts import MONTHS_LOCK

SETTLED = ("closed", "cancelled", "merged")
_MONTH = """
INSERT INTO urban_casemonth (month, class_code, county, organisation_id, source, status,
                             cases, on_time, late, reworked, rated, rating_sum, hours)
SELECT %(month)s, class_code, county, organisation_id, source, status, count(*),
       count(*) FILTER (WHERE status = 'closed' AND coalesce(is_on_time, due_at IS NULL)),
       count(*) FILTER (WHERE status = 'closed' AND NOT is_on_time),
       count(*) FILTER (WHERE rework_count > 0), count(rating), coalesce(sum(rating), 0),
       coalesce(sum(handled_h) FILTER (WHERE status = 'closed'), 0)
FROM urban_casefact
WHERE opened_on >= %(month)s AND opened_on < (%(month)s::date + interval '1 month') AND status = ANY(%(settled)s)
GROUP BY class_code, county, organisation_id, source, status
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


def count_months(today: date, *, limit: int = 24) -> int:
    """Count months that are over and not known; returns how many. Each in a transaction of its own."""
    counted = 0
    while counted < limit and _count_newest_month(today):
        counted += 1
    return counted


def _count_newest_month(today: date) -> bool:
    """The lock waits for changes under way and holds off new ones, so that none is missed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MONTHS_LOCK])
        cursor.execute(
            "SELECT month::date FROM generate_series((SELECT date_trunc('month', min(opened_on)) FROM urban_casefact),"
            " date_trunc('month', %s::date) - interval '1 month', interval '1 month') AS month"
            " WHERE month::date NOT IN (SELECT month FROM urban_casemonthknown) ORDER BY month DESC LIMIT 1",
            [today],
        )
        found = cursor.fetchone()
        if found is None:
            return False
        cursor.execute("DELETE FROM urban_casemonth WHERE month = %s", [found[0]])
        cursor.execute(_MONTH, {"month": found[0], "settled": list(SETTLED)})
        cursor.execute("INSERT INTO urban_casemonthknown (month) VALUES (%s)", [found[0]])
    return True


def known_months() -> set[date]:
    """The months whose counts are true at this moment (of the caller's snapshot)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT month FROM urban_casemonthknown")
        return {row[0] for row in cursor.fetchall()}


def mark_days(days: Iterable[date]) -> None:
    """Say that posts' work of these days has changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO urban_postdaydue (day) SELECT unnest(%s::date[]) ON CONFLICT DO NOTHING",
            [sorted(set(days))],
        )


def count_posts(*, limit: int = 400) -> int:
    """Count marked days anew from the tasks themselves, newest first; returns how many days."""
    counted = 0
    while counted < limit and _count_one_day():
        counted += 1
    return counted


def _count_one_day() -> bool:
    """A day is unmarked in the transaction that counts it: a task that ends meanwhile marks it again."""
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
