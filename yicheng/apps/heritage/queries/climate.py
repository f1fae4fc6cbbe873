"""What is measured about a relic: on itself and in the place that keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yicheng.apps.heritage.kinds import PLACE, RELIC
from yicheng.apps.heritage.limits import HUMIDITY, ILLUMINANCE, TEMPERATURE, VIBRATION, limit_of
from yicheng.apps.heritage.models import KeepingPlace, Relic
from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.public import (
    DeviceFact,
    Latest,
    Point,
    SeriesFact,
    devices_of,
    latest,
    readings,
    series_of,
)

#: observed properties with a limit of their own
LIMITED = {
    "humidity": HUMIDITY,
    "temperature": TEMPERATURE,
    "illuminance": ILLUMINANCE,
    "vibration": VIBRATION,
}
#: of each property at most so many series are drawn
MOST = 3
KEEP_DEVICES = "sensing.keep_devices"


@dataclass(frozen=True, slots=True)
class Measured:
    """A series with its newest reading; ``is_out`` when that passes what the material bears."""

    series: SeriesFact
    latest: Latest | None
    is_out: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """A stretch of one series for a chart or a sum."""

    series: SeriesFact
    points: Sequence[Point]


def bearers_of(relic: Relic) -> list[tuple[str, int]]:
    """What speaks about a relic: itself, and the place that keeps it."""
    return [(RELIC, relic.pk), (PLACE, relic.place_id)]


def measured(relic: Relic) -> Sequence[Measured]:
    """The newest readings about a relic. The caller has checked the relic. Two queries."""
    found = series_of(bearers_of(relic))
    newest = latest(one.id for one in found)
    return [
        Measured(one, newest.get(one.id), _is_out(relic, one, newest.get(one.id)), one.bearer_kind == RELIC)
        for one in sorted(found, key=lambda one: (one.property, one.bearer_kind != RELIC, one.device_number))
    ]


def measured_in(place: KeepingPlace) -> Sequence[Measured]:
    """The newest readings of the devices in a place. The caller has checked the place. Two queries."""
    found = series_of([(PLACE, place.pk)])
    newest = latest(one.id for one in found)
    return [Measured(one, newest.get(one.id), False, True) for one in found]


def curves(
    viewer: Viewer, found: Sequence[SeriesFact], observed: str, *, since: datetime, points: int
) -> Sequence[Curve]:
    """The series of one property since a moment; those of the relic itself before its place's."""
    chosen = [one for one in found if one.property == observed]
    chosen.sort(key=lambda one: (one.bearer_kind != RELIC, one.id))
    until = clock.now() + timedelta(minutes=1)
    return [
        Curve(one, readings(viewer, one.id, since=since, until=until, points=points)) for one in chosen[:MOST]
    ]


def chips_of(relic: Relic) -> Sequence[DeviceFact]:
    """The devices fixed to a relic. The caller has checked the relic. One query."""
    return devices_of([(RELIC, relic.pk)])


def free_devices(viewer: Viewer) -> Sequence[DeviceFact]:
    """Devices that nothing bears and that the viewer may bind: what stands in nobody's name has no bearer."""
    return [
        one
        for one in devices_of([("", 0)])
        if one.status != "retired"
        and viewer.may(KEEP_DEVICES, organisation_id=one.organisation_id, division=one.division_code)
    ]


def _is_out(relic: Relic, series: SeriesFact, newest: Latest | None) -> bool:
    quantity = LIMITED.get(series.property)
    limit = limit_of(relic.material, quantity) if quantity else None
    return limit is not None and newest is not None and not limit.holds(newest.value)
