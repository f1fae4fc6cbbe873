"""One device: its state, what it observes as a chart, its keys, its life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.kernel import clock
from yicheng.core.people.public import viewer_of
from yicheng.core.places.public import full_name
from yicheng.core.sensing.actions.life import MOVES
from yicheng.core.sensing.facts import SeriesFact
from yicheng.core.sensing.models import Device, Status
from yicheng.core.sensing.public import Point, latest, readings
from yicheng.core.sensing.queries import devices as queries
from yicheng.core.sensing.queries import keeping
from yicheng.core.web.public import badge
from yicheng.faces.desk.devices.register import KEEP, trail
from yicheng.faces.desk.devices.wording import bearer_link, property_title, state_badge, unit_text, value_text

SPANS = {
    "day": (_("A day"), timedelta(days=1)),
    "week": (_("A week"), timedelta(days=7)),
    "month": (_("A month"), timedelta(days=31)),
    "year": (_("A year"), timedelta(days=366)),
}
POINTS = 400
QUALITY = {0: ("good", _("good")), 1: ("warn", _("uncertain")), 2: ("bad", pgettext_lazy("quality", "bad"))}


def device(request: HttpRequest, device_id: int) -> HttpResponse:
    """All that is known of a device."""
    viewer = viewer_of(request)
    found = queries.find_device(viewer, device_id)
    series = queries.series_of_devices([found.pk])
    newest = latest([one.id for one in series])
    span = request.GET.get("span", "")
    span = span if span in SPANS else "week"
    chosen = next((one for one in series if str(one.id) == request.GET.get("series")), None)
    chosen = chosen or (series[0] if series else None)
    name, link = bearer_link(found, queries.bearer_names([(found.bearer_kind, found.bearer_id)]))
    scope: dict[str, Any] = {"organisation_id": found.organisation_id, "division": found.division_code}
    context = {
        "device": found,
        "state": state_badge(found),
        "division": full_name(found.division_code),
        "point": f"{found.lon:.6f},{found.lat:.6f}" if found.lon is not None else "",
        "bearer_name": name,
        "bearer_link": link,
        "rows": [_row(one, newest, chosen) for one in series],
        "chosen": chosen,
        "spans": [(key, title, key == span) for key, (title, _length) in SPANS.items()],
        "span": span,
        **(_chart(viewer, chosen, newest, span) if chosen else {}),
        "log": keeping.log_of(found),
        "odd": [_odd(one) for one in keeping.odd_readings_of(found)],
        "keys": keeping.keys_of(found) if viewer.may("sensing.issue_keys", **scope) else [],
        "may_keep": viewer.may(KEEP, **scope),
        "may_issue": viewer.may("sensing.issue_keys", **scope) and found.status != Status.RETIRED,
        "may_move": bool(MOVES[Status(found.status)]) and not found.bearer_kind,
        "page_title": found.name,
        "breadcrumb": trail(),
    }
    return render(request, "desk/devices/device.html", context)


def _row(one: SeriesFact, newest: Mapping[int, Any], chosen: SeriesFact | None) -> dict[str, Any]:
    last = newest.get(one.id)
    tone, words = QUALITY.get(last.quality, QUALITY[0]) if last else ("", "")
    return {
        "id": one.id,
        "title": f"{property_title(one.property)} {one.channel}".strip(),
        "value": value_text(one.property, last.value) if last else "–",
        "time": last.time if last else None,
        "quality": badge(str(words), tone) if last else "",
        "is_chosen": chosen is not None and chosen.id == one.id,
    }


def _odd(one: Any) -> dict[str, Any]:
    return {
        "row": one,
        "title": property_title(one.series.property),
        "value": value_text(one.series.property, one.value),
    }


def _chart(viewer: Any, chosen: SeriesFact, newest: Mapping[int, Any], span: str) -> dict[str, Any]:
    """The stretch ends now, or with the last reading where the device spoke long ago."""
    length = SPANS[span][1]
    last = newest.get(chosen.id)
    until = clock.now() + timedelta(seconds=1)
    if last is not None and last.time < until - length:
        until = last.time + timedelta(seconds=1)
    points = readings(viewer, chosen.id, since=until - length, until=until, points=POINTS)
    title = f"{property_title(chosen.property)} {unit_text(chosen.unit)}".strip()
    return {
        "chart": _options(points, chosen),
        "chart_title": title,
        "table": _table(points, chosen),
        "has_points": bool(points),
    }


def _options(points: Sequence[Point], chosen: SeriesFact) -> dict[str, Any]:
    """Mean as a line, lowest to highest as a band."""
    times = [timezone.localtime(point.time).strftime("%Y-%m-%d %H:%M") for point in points]
    unit = unit_text(chosen.unit)

    def line(name: str, values: list[float], **more: Any) -> dict[str, Any]:
        return {
            "name": name,
            "type": "line",
            "showSymbol": False,
            "data": [round(v, 4) for v in values],
            **more,
        }

    band = {"lineStyle": {"opacity": 0}, "stack": "band", "symbol": "none", "tooltip": {"show": False}}
    return {
        "tooltip": {"trigger": "axis"},
        "grid": {"left": 56, "right": 16, "top": 24, "bottom": 40},
        "xAxis": {"type": "category", "data": times, "boundaryGap": False},
        "yAxis": {"type": "value", "scale": True, "name": unit},
        "series": [
            line(now("lowest"), [point.low for point in points], **band),
            line(
                now("highest"),
                [point.high - point.low for point in points],
                **band,
                areaStyle={"opacity": 0.18},
            ),
            line(now("mean"), [point.mean for point in points]),
        ],
    }


def _table(points: Sequence[Point], chosen: SeriesFact) -> list[dict[str, Any]]:
    """The chart's figures to be read, at most fifty lines."""
    step = max(1, len(points) // 50)
    key = chosen.property
    return [
        {
            "time": point.time,
            "low": value_text(key, point.low),
            "high": value_text(key, point.high),
            "mean": value_text(key, point.mean),
            "count": point.count,
        }
        for point in points[::step]
    ]


def example() -> Mapping[str, Any]:
    """A device of the demonstration, if there is one."""
    return {"device_id": Device.objects.order_by("pk").values_list("pk", flat=True).first() or 0}
