"""Where the same thing happens again: one class in one unit cell (or 50 m raster) several times in a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from yicheng.apps.urban.decision.chosen import Chosen, Where
from yicheng.apps.urban.decision.measures import ENOUGH_MEMORY

LEAST = 3
#: longer periods are cut to their last days: a spot that recurs does so within a season
LONGEST_DAYS = 92
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """A class at a place. ``open`` are not settled yet; point (WGS 84) and address are of its newest case."""

    class_code: str
    spot: str
    cases: int
    open: int
    reworked: int
    first_on: date
    last_on: date
    lon: float | None
    lat: float | None
    address: str


def repeat_spots(chosen: Chosen, where: Where, *, least: int = LEAST, limit: int = SHOWN) -> Sequence[Spot]:
    """The spots with at least ``least`` cases, most first. Two statements; points are read for those shown only."""
    values: dict[str, Any] = {
        **where.values,
        "begin": max(chosen.begin, chosen.end - timedelta(days=LONGEST_DAYS - 1)),
        "end": chosen.end,
        "least": least,
        "limit": limit,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ENOUGH_MEMORY)
        cursor.execute(_SPOTS.format(where=where.sql), values)
        return [Spot(*row) for row in cursor.fetchall()]


_SPOTS = """
WITH found AS (
    SELECT class_code, spot, count(*) AS cases, count(*) FILTER (WHERE status IN ('open', 'suspended')) AS open,
           count(*) FILTER (WHERE rework_count > 0) AS reworked, min(opened_on) AS first_on,
           max(opened_on) AS last_on, max(case_id) AS newest
    FROM urban_casefact
    WHERE opened_on BETWEEN %(begin)s AND %(end)s AND spot <> '' AND status NOT IN ('cancelled', 'merged') AND {where}
    GROUP BY class_code, spot HAVING count(*) >= %(least)s
    ORDER BY 3 DESC, 7 DESC, 1, 2 LIMIT %(limit)s
)
SELECT f.class_code, f.spot, f.cases, f.open, f.reworked, f.first_on, f.last_on, c.lon, c.lat, c.address
FROM found AS f JOIN cases_case AS c ON c.id = f.newest
ORDER BY f.cases DESC, f.last_on DESC, f.class_code, f.spot
"""
