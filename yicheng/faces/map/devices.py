"""Devices on the map: where they stand, which of them are silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.public import Viewer
from yicheng.core.sensing.queries.mapped import Gathered, devices_in_box
from yicheng.core.web.declare import Box, MapLayer
from yicheng.faces.map.viewport import corners, degrees_of

CLUSTER_PX = 40


def devices(viewer: Viewer, box: Box, _filters: Mapping[str, str]) -> Mapping[str, Any]:
    """Devices in view, gathered where they stand close together."""
    found = devices_in_box(viewer, corners(box), cell_deg=degrees_of(CLUSTER_PX, box))
    return {"type": "FeatureCollection", "features": [_feature(one) for one in found]}


def _feature(one: Gathered) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "count": one.count,
        "tone": "bad" if one.silent_count else "good",
    }
    if one.device is not None:
        properties |= {
            "title": one.device.name,
            "note": f"{one.device.number} · {one.device.get_status_display()}",
            "link": _address(one.device.pk),
        }
    place = [round(one.lon, 6), round(one.lat, 6)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": place}, "properties": properties}


def _address(device_id: int) -> str:
    try:
        return reverse("desk.device", args=[device_id])
    except NoReverseMatch:
        return ""


MAP_LAYERS = (
    MapLayer(
        "map.devices",
        _("Devices"),
        "sensing.view_devices",
        devices,
        order=60,
        shown=False,
        legend={"good": _("Heard"), "bad": _("Some silent")},
    ),
)
