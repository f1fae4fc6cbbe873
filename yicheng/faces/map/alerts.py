"""Alerts on the map: those that stand and that the viewer may see, in the tone of their level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.models import Alert
from yicheng.core.alerts.public import alerts_for, title_of
from yicheng.core.people.public import Viewer
from yicheng.core.web.declare import Box, MapLayer

MOST = 1000
TONES = {Severity.RED: "bad", Severity.ORANGE: "warn", Severity.YELLOW: "warn", Severity.BLUE: "info"}


def standing(viewer: Viewer, box: Box, filters: Mapping[str, str]) -> Mapping[str, Any]:
    """The most serious thousand of the viewport. One query."""
    rows = alerts_for(viewer, shown="active").filter(
        lon__gte=box.west, lon__lte=box.east, lat__gte=box.south, lat__lte=box.north
    )
    features = [_feature(row) for row in rows.order_by("severity", "-id")[:MOST]]
    return {"type": "FeatureCollection", "features": features}


def _feature(row: Alert) -> dict[str, Any]:
    since = date_format(timezone.localtime(row.raised_at), "SHORT_DATETIME_FORMAT")
    properties = {
        "count": 1,
        "title": f"{title_of(row)} · {row.subject_title or row.subject}",
        "note": f"{Severity(row.severity).label} · {Alert.State(row.state).label} · {since}",
        "link": _address(row.pk),
        "tone": TONES[Severity(row.severity)],
    }
    place = {"type": "Point", "coordinates": [round(row.lon or 0, 6), round(row.lat or 0, 6)]}
    return {"type": "Feature", "geometry": place, "properties": properties}


def _address(alert_id: int) -> str:
    try:
        return reverse("desk.alert", args=[alert_id])
    except NoReverseMatch:
        return ""


MAP_LAYERS = (
    MapLayer(
        "map.alerts",
        _("Alerts"),
        "alerts.see_alerts",
        standing,
        order=15,
        legend={"bad": _("Red"), "warn": _("Orange and yellow"), "info": _("Blue")},
    ),
)
