"""Ratings as charts: shares of the levels month by month. Options of ECharts; the figures also stand in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yicheng.core.services.ratings.levels import Satisfaction

#: from very satisfied to very dissatisfied; told apart in words too (legend, table)
COLOURS = ("#17663a", "#5c8a3a", "#b8741f", "#b54f3f", "#7d1d17")


def levels_by_month(lines: Sequence[Any]) -> Mapping[str, Any]:
    """Stacked bars: how many of each level in each month."""
    return {
        "legend": {"bottom": 0},
        "grid": {"bottom": 56},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "category", "data": [f"{line.key:%Y-%m}" for line in lines]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "type": "bar",
                "stack": "levels",
                "name": str(level.label),
                "color": COLOURS[place],
                "data": [line.levels[place] for line in lines],
            }
            for place, level in enumerate(Satisfaction)
        ],
    }
