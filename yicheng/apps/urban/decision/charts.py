"""ECharts options for the decision pages; the same figures stand in tables beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yicheng.apps.urban.decision.expected import ClassForecast
from yicheng.apps.urban.decision.tables import Table
from yicheng.apps.urban.decision.trends import DayCounts

MOST_BARS = 15


def trend(days: Sequence[DayCounts]) -> dict[str, Any]:
    """Opened and closed, day by day."""
    return {
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [day.day.isoformat() for day in days]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "name": pgettext("number of cases", "Opened"),
                "type": "line",
                "showSymbol": False,
                "data": [day.opened for day in days],
            },
            {
                "name": pgettext("number of cases", "Closed"),
                "type": "line",
                "showSymbol": False,
                "data": [day.closed for day in days],
            },
        ],
    }


def bars(table: Table) -> dict[str, Any]:
    """The largest lines of a table: on time, late, not judged yet."""
    lines = table.lines[:MOST_BARS][::-1]

    def series(name: str, values: Sequence[int]) -> dict[str, Any]:
        data = [{"value": v, "link": line.url} for v, line in zip(values, lines, strict=True)]
        return {"name": name, "type": "bar", "stack": "all", "data": data}

    return {
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": [line.name for line in lines]},
        "series": [
            series(_("On time"), [line.figures.on_time for line in lines]),
            series(_("Late"), [line.figures.late for line in lines]),
            series(_("Not judged yet"), [line.figures.cases - line.figures.judged for line in lines]),
        ],
    }


def expectation(one: ClassForecast) -> dict[str, Any]:
    """Expected cases with the edges of their interval."""
    days = one.forecast.days
    named = ((_("Expected"), "expected"), (_("At least"), "low"), (_("At most"), "high"))
    return {
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [day.day.isoformat() for day in days]},
        "yAxis": {"type": "value"},
        "series": [
            {"name": name, "type": "line", "data": [round(getattr(day, field), 1) for day in days]}
            for name, field in named
        ],
    }
