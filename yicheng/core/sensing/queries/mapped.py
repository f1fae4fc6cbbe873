"""Devices on a map: gathered where they stand close together, how many of them are silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Func, Min, Q

from yicheng.core.people.public import Viewer
from yicheng.core.sensing.models import Device, Status
from yicheng.core.sensing.queries.devices import devices

MOST = 3000


@dataclass(frozen=True, slots=True)
class Gathered:
    """Devices near each other: their middle, how many, how many silent; a lone one is ``device``."""

    lon: float
    lat: float
    count: int
    silent_count: int
    device: Any


def devices_in_box(
    viewer: Viewer, box: tuple[float, float, float, float], *, cell_deg: float
) -> list[Gathered]:
    """What stands in a viewport (west, south, east, north), by squares of ``cell_deg``. Two queries."""
    west, south, east, north = box
    rows = devices(viewer).exclude(status=Status.RETIRED)
    rows = rows.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    found = list(
        rows.select_related(None)
        .order_by()
        .annotate(x=_square("lon", cell_deg), y=_square("lat", cell_deg))
        .values("x", "y")
        .annotate(
            middle_lon=Avg("lon"),
            middle_lat=Avg("lat"),
            count=Count("id"),
            silent=Count("id", filter=Q(hearing__is_silent=True)),
            first=Min("id"),
        )[:MOST]
    )
    single = Device.objects.select_related("hearing").in_bulk(
        [one["first"] for one in found if one["count"] == 1]
    )
    return [
        Gathered(one["middle_lon"], one["middle_lat"], one["count"], one["silent"], single.get(one["first"]))
        for one in found
    ]


def _square(field: str, size: float) -> Func:
    return Func(F(field) / size, function="floor", output_field=FloatField())
