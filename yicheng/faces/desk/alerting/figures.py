"""Figures about alerts at the desk: how many, how many false ones for each rule, how long until answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from yicheng.core.alerts import public as alerts
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.queries.rules import span
from yicheng.core.alerts.words import rule_title
from yicheng.core.kernel import clock
from yicheng.core.people.public import viewer_of
from yicheng.faces.desk.alerting import words

CHOICES = (7, 30, 90, 365)
COLOURS = {1: "#c01020", 2: "#f28c1c", 3: "#ffd633", 4: "#1b5fb8"}


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The last days (``?days=30``): by day and level, and a line for each rule."""
    wanted = request.GET.get("days", "")
    days = int(wanted) if wanted in {str(one) for one in CHOICES} else 30
    viewer, until = viewer_of(request), clock.now()
    since = until - timedelta(days=days)
    lines = alerts.figures_of_rules(viewer, since, until)
    judged, false = sum(line.judged for line in lines), sum(line.false for line in lines)
    context = {
        "days": days,
        "choices": CHOICES,
        "lines": [
            {
                "line": line,
                "title": rule_title(line.rule),
                "level": words.level(line.rule.severity),
                "time": _span(line.answer_time),
                "longest": _span(line.longest_answer),
                "false_percent": None if line.false_share is None else round(100 * line.false_share),
            }
            for line in lines
        ],
        "raised": sum(line.raised for line in lines),
        "answered": sum(line.answered for line in lines),
        "judged": judged,
        "false": false,
        "false_percent": round(100 * false / judged) if judged else None,
        "chart": _chart(alerts.raised_by_day(viewer, since, until)),
    }
    return render(request, "desk/alerts/figures.html", context)


def _span(length: timedelta | None) -> str:
    if length is None:
        return ""
    seconds = length.total_seconds()
    rounded = 60 if seconds < 2 * 3600 else 3600 if seconds < 2 * 86_400 else 86_400
    return (
        span(timedelta(seconds=max(1, round(seconds / rounded)) * rounded)) if seconds >= 60 else span(length)
    )


def _chart(rows: Sequence[tuple[Any, int, int]]) -> Mapping[str, Any]:
    days = sorted({day for day, _severity, _count in rows})
    found = {(day, severity): count for day, severity, count in rows}
    return {
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [day.isoformat() for day in days]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "name": str(level.label),
                "type": "bar",
                "stack": "all",
                "barMaxWidth": 48,
                "itemStyle": {"color": COLOURS[level]},
                "data": [found.get((day, int(level)), 0) for day in days],
            }
            for level in Severity
        ],
        "aria": {"label": {"description": gettext("Alerts by day and level")}},
    }
