"""What this process remembers of devices, series and keys, so that a reading costs a look into a dictionary.

Memory is at most ``KEPT_S`` old: a device retired or a key revoked elsewhere is refused here
that much later. What changes in this process is forgotten at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic

from django.db import connection

from yicheng.core.kernel import clock
from yicheng.core.sensing.declare import PROPERTIES
from yicheng.core.sensing.models import Device, RefusedPayload, Series, Status
from yicheng.core.sensing.packing import micros, prefix
from yicheng.core.sensing.units import UnknownUnit, conversion

KEPT_S = 15.0
Reason = RefusedPayload.Reason
#: device number, property, channel, unit
Name = tuple[str, str, str, str]


class Slot:
    """A series as a reading with this device, property, channel and unit finds it; refused: ``reason`` says why."""

    __slots__ = (
        "device_id", "device_number", "factor", "gateway_id", "high", "low", "newest", "offset", "prefix",
        "reason", "series_id",
    )  # fmt: skip

    def __init__(self, device_number: str, reason: str = "") -> None:
        self.device_number, self.reason = device_number, reason
        self.device_id = self.gateway_id = self.series_id = 0
        self.prefix = b""
        self.factor, self.offset = 1.0, 0.0
        self.low, self.high = float("-inf"), float("inf")
        #: microseconds of the newest reading that this process knows of
        self.newest = -(2**62)


_slots: dict[Name, Slot] = {}
_read_at = 0.0


def slots_of(names: Iterable[Name]) -> dict[Name, Slot]:
    """The memory, with a slot for every one of these names. Queries only for those not yet in it."""
    global _read_at
    if monotonic() - _read_at > KEPT_S or len(_slots) > 400_000:
        _slots.clear()
        _read_at = monotonic()
    missing = set(names) - _slots.keys()
    if missing:
        _look_up(missing)
    return _slots


def forget() -> None:
    """Drop what this process remembers: something changed."""
    _slots.clear()


def _look_up(names: set[Name]) -> None:
    numbers = {name[0] for name in names if len(name[0]) <= 60 and name[0].isprintable()}
    devices = {
        device.number: device
        for device in Device.objects.filter(number__in=numbers).only(
            "id", "number", "status", "gateway_id", "division_code"
        )
    }
    usable: dict[Name, Device] = {}
    for name in names:
        device = devices.get(name[0])
        reason = _reason(name, device)
        if reason or device is None:
            _slots[name] = slot = Slot(name[0], reason)
            if device is not None:
                slot.device_id, slot.gateway_id = device.pk, device.gateway_id or 0
        else:
            usable[name] = device
    _make_slots(usable)


def _reason(name: Name, device: Device | None) -> str:
    if device is None:
        return Reason.UNKNOWN_DEVICE
    if device.status == Status.RETIRED:
        return Reason.RETIRED_DEVICE
    if name[1] not in PROPERTIES or len(name[2]) > 40 or not name[2].isprintable():
        return Reason.UNKNOWN_PROPERTY
    try:
        conversion(name[3] or PROPERTIES.get(name[1]).unit, to=PROPERTIES.get(name[1]).unit)
    except UnknownUnit:
        return Reason.UNKNOWN_UNIT
    return ""


def _make_slots(usable: dict[Name, Device]) -> None:
    if not usable:
        return
    wanted = {(device.pk, name[1], name[2]): device for name, device in usable.items()}
    found = _series(wanted)
    for name, device in usable.items():
        series_id, division, newest = found[device.pk, name[1], name[2]]
        declared = PROPERTIES.get(name[1])
        slot = Slot(name[0])
        slot.device_id, slot.gateway_id, slot.series_id = device.pk, device.gateway_id or 0, series_id
        slot.prefix = prefix(division, series_id)
        slot.factor, slot.offset = conversion(name[3] or declared.unit, to=declared.unit)
        slot.low, slot.high = declared.plausible
        if newest is not None:
            slot.newest = newest
        _slots[name] = slot


def _series(
    wanted: dict[tuple[int, str, str], Device],
) -> dict[tuple[int, str, str], tuple[int, str, int | None]]:
    """(device, property, channel) → (series, its division, newest); a series is made at its first reading."""
    found = _read(wanted)
    missing = [key for key in wanted if key not in found]
    if missing:
        now = clock.now()
        Series.objects.bulk_create(
            [
                Series(
                    device_id=key[0],
                    property=key[1],
                    channel=key[2],
                    division_code=wanted[key].division_code,
                    created_at=now,
                )
                for key in missing
            ],
            ignore_conflicts=True,
        )
        found = _read(wanted)
    return found


def _read(wanted: Iterable[tuple[int, str, str]]) -> dict[tuple[int, str, str], tuple[int, str, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.device_id, s.property, s.channel, s.id, s.division_code, l.time FROM sensing_series s"
            " LEFT JOIN sensing_latestreading l ON l.series_id = s.id WHERE s.device_id = ANY(%s)",
            [sorted({key[0] for key in wanted})],
        )
        return {
            (device, name, channel): (series_id, division, micros(time) if time else None)
            for device, name, channel, series_id, division, time in cursor.fetchall()
        }
