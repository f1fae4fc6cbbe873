"""What came in and what was closed, day by day; for long periods by month of opening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from yicheng.apps.urban.decision.chosen import Chosen, Where
from yicheng.apps.urban.decision.measures import ENOUGH_MEMORY

#: longer periods are shown by month
LONGEST_BY_DAY = 92


@dataclass(frozen=True, slots=True)
class DayCounts:
    """A day: how many cases were opened, how many closed."""

    day: date
    opened: int
    closed: int


def by_day(chosen: Chosen, where: Where) -> Sequence[DayCounts]:
    """Every day of the period, empty ones too. Two statements."""
    opened, closed = _count("opened_on", chosen, where), _count("closed_on", chosen, where)
    days = (chosen.begin + timedelta(days=number) for number in range(chosen.days))
    return [DayCounts(day, opened.get(day, 0), closed.get(day, 0)) for day in days]


def _count(column: str, chosen: Chosen, where: Where) -> dict[date, int]:
    values: dict[str, Any] = {**where.values, "begin": chosen.begin, "end": chosen.end}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ENOUGH_MEMORY)
        cursor.execute(
            f"SELECT {column}, count(*) FROM urban_casefact"  # noqa: S608  the column is one of two constants
            f" WHERE {column} BETWEEN %(begin)s AND %(end)s AND {where.sql} GROUP BY 1",
            values,
        )
        return dict(cursor.fetchall())
