"""Keeps the facts true: single cases as they move, all of them every night. Compared first, written where they differ."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction

log = logging.getLogger(__name__)
#: held by whoever changes facts (shared) and by whoever counts whole months of them (alone)
MONTHS_LOCK = 0x59C0FA

_COLUMNS = (
    "case_id, opened_on, closed_on, due_at, is_on_time, is_undecided, status, stage, class_code, division_code, county,"
    " organisation_id, source, rework_count, rating, handled_h, spot"
)
_OTHERS = _COLUMNS.partition(", ")[2]


def _each(table: str) -> str:
    """Every column but the key, of one of the statement's tables."""
    return ", ".join(f"{table}.{column.strip()}" for column in _OTHERS.split(","))


#: the raster of spots: 50 m north–south, 50 m east–west at the latitude rounded to 0.05°
_TRUE = """
SELECT c.id, (c.opened_at AT TIME ZONE %(zone)s)::date, (c.closed_at AT TIME ZONE %(zone)s)::date, c.due_at,
       c.is_on_time, c.is_on_time IS NULL AND coalesce(i.is_judged_there, false), c.status, c.stage, c.class_code, c.division_code, left(c.division_code, 6)::varchar,
       c.organisation_id, c.source, c.rework_count, r.level,
       round((extract(epoch FROM c.closed_at - c.opened_at) / 3600)::numeric, 2)::float8,
       (CASE WHEN c.cell_code <> '' THEN c.cell_code
             WHEN c.lon IS NULL OR c.lat IS NULL THEN ''
             ELSE floor(c.lat * 2226.4)::int || ':'
               || floor(c.lon * 2226.4 * cos(radians(floor(c.lat * 20) / 20)))::int
        END)::varchar
FROM cases_case AS c LEFT JOIN urban_rating AS r ON r.urban_case_id = c.id
                    LEFT JOIN urban_importedcase AS i ON i.case_id = c.id
WHERE c.application = 'urban'
"""
_WRITE = f"""
WITH changed AS (
    INSERT INTO urban_casefact ({_COLUMNS})
    SELECT s.* FROM ({{true}}) AS s ({_COLUMNS})
    LEFT JOIN urban_casefact AS f ON f.case_id = s.case_id
    WHERE f.case_id IS NULL OR ({_each("f")}) IS DISTINCT FROM ({_each("s")})
    ORDER BY s.case_id
    ON CONFLICT (case_id) DO UPDATE
    SET ({_OTHERS}) = ROW ({_each("EXCLUDED")})
    RETURNING opened_on
)
SELECT count(*), array_agg(DISTINCT date_trunc('month', opened_on)::date) FROM changed
"""  # noqa: S608  constants only


@dataclass(frozen=True, slots=True)
class Mended:
    """What a comparison with the cases themselves had to change; zeros when the facts were true."""

    written: int
    removed: int


def refresh(case_ids: Iterable[int]) -> int:
    """Bring these cases' facts up to date, in the caller's transaction; returns how many changed."""
    ids = sorted(set(case_ids))
    return _write(" AND c.id = ANY(%(ids)s)", ids=ids) if ids else 0


def catch_up() -> int:
    """Facts of cases that came without events (a bulk load); returns how many. Cheap when there are none."""
    with transaction.atomic():
        return _write(" AND c.id > (SELECT coalesce(max(case_id), 0) FROM urban_casefact)")


def reconcile() -> Mended:
    """Compare every fact with its case and mend what differs: after an import, and every night."""
    with transaction.atomic():
        mended = Mended(_write(""), _remove_orphans())
    if mended != Mended(0, 0):
        log.warning("decision facts: %d written, %d removed", mended.written, mended.removed)
    return mended


def _write(condition: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [MONTHS_LOCK])
        cursor.execute(_WRITE.format(true=_TRUE + condition), {"zone": settings.TIME_ZONE, **values})
        written, months = cursor.fetchone()
    _forget(months or [])
    return int(written)


def _remove_orphans() -> int:
    """Facts whose case is no longer one of ours (deleted ones go with their row)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM urban_casefact AS f USING cases_case AS c"
            " WHERE c.id = f.case_id AND c.application <> 'urban' RETURNING date_trunc('month', opened_on)::date"
        )
        months = [row[0] for row in cursor.fetchall()]
    _forget(months)
    return len(months)


def _forget(months: Iterable[date]) -> None:
    """What was counted of these months is not true any more."""
    stale = sorted(set(months))
    if stale:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM urban_casemonthknown WHERE month = ANY(%s)", [stale])
