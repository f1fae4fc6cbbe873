"""The forecast of load by class, on the city's own history and calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction

from yicheng.apps.urban.decision.chosen import Where
from yicheng.apps.urban.decision.forecast import ORIGINS, WINDOW_DAYS, Forecast, day_kinds, forecast
from yicheng.apps.urban.decision.measures import ENOUGH_MEMORY
from yicheng.core.cases.public import working_calendar

#: classes with fewer cases in the window are told together: a forecast of hardly anything tells nothing
LEAST_IN_WINDOW = 28
HISTORY_DAYS = WINDOW_DAYS + ORIGINS + 7


@dataclass(frozen=True, slots=True)
class ClassForecast:
    """A class (``code`` "" for all that are rare, None for all together) with what is expected of it."""

    code: str | None
    past: int
    forecast: Forecast


def expected(where: Where, *, today: date, ahead: int) -> Sequence[ClassForecast]:
    """All together first, then classes by what is expected. Two statements, and the calendar's."""
    histories = _histories(where, today)
    kind_of = day_kinds(working_calendar())
    whole = _sum(histories.values())
    rare = {code: history for code, history in histories.items() if sum(history.values()) < LEAST_IN_WINDOW}
    told: dict[str | None, Mapping[date, int]] = {
        code: history for code, history in histories.items() if code not in rare
    }
    if rare:
        told[""] = _sum(rare.values())
    made = [
        ClassForecast(
            code, sum(history.values()), forecast(history, today=today, ahead=ahead, kind_of=kind_of)
        )
        for code, history in told.items()
    ]
    made.sort(key=lambda one: (one.code == "", -one.forecast.total, one.code or ""))
    everything = forecast(whole, today=today, ahead=ahead, kind_of=kind_of)
    return [ClassForecast(None, sum(whole.values()), everything), *made]


def _histories(where: Where, today: date) -> dict[str, dict[date, int]]:
    """Class → day → how many were opened, before today."""
    found: dict[str, dict[date, int]] = defaultdict(dict)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ENOUGH_MEMORY)
        cursor.execute(
            "SELECT class_code, opened_on, count(*) FROM urban_casefact"  # noqa: S608
            f" WHERE opened_on >= %(first)s AND opened_on < %(today)s AND {where.sql} GROUP BY 1, 2",
            {**where.values, "first": today - timedelta(days=HISTORY_DAYS), "today": today},
        )
        for code, day, count in cursor.fetchall():
            found[code][day] = count
    return dict(found)


def _sum(histories: Iterable[Mapping[date, int]]) -> dict[date, int]:
    total: dict[date, int] = defaultdict(int)
    for history in histories:
        for day, count in history.items():
            total[day] += count
    return dict(total)
