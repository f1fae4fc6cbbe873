"""Registering devices, one or many; every one is checked, and a batch tells which rows it refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as now_text
from django.utils.translation import gettext_lazy as _

from yicheng.core.events.public import publish
from yicheng.core.journal.public import next_number, record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid, Refusal
from yicheng.core.people.public import Viewer
from yicheng.core.places.public import locate
from yicheng.core.sensing import registry
from yicheng.core.sensing.actions.log import changed
from yicheng.core.sensing.events import DEVICE_REGISTERED
from yicheng.core.sensing.facts import NewDevice, RegisterReport
from yicheng.core.sensing.models import Device, DeviceModel, Hearing, LogEntry, Status

KEEP = "sensing.keep_devices"
SERIES = "DEV"


def register_device(viewer: Viewer, new: NewDevice) -> Device:
    """Register one device; it stands issued, or in service where said so. Raises ``Invalid``, ``Forbidden``."""
    with transaction.atomic():
        device = _register(viewer, new)
    registry.forget()
    return device


def register_devices(viewer: Viewer, rows: Sequence[NewDevice]) -> RegisterReport:
    """Register each row that holds, and say for each other one what is wrong. One transaction."""
    registered: list[Device] = []
    refused: list[tuple[int, str]] = []
    viewer.require(KEEP)
    with transaction.atomic():
        for position, row in enumerate(rows, start=1):
            try:
                with transaction.atomic():
                    registered.append(_register(viewer, row))
            except Refusal as refusal:
                refused.append((position, _sentence(refusal)))
    registry.forget()
    return RegisterReport(
        [device.number for device in registered], refused, [device.pk for device in registered]
    )


def _sentence(refusal: Refusal) -> str:
    return " ".join(str(text) for text in refusal.fields.values()) or str(refusal)


def _register(viewer: Viewer, new: NewDevice) -> Device:
    faults = dict(_faults(new))
    if faults:
        raise Invalid(_("The device can't be registered as it stands."), fields=faults)
    division = _division(new)
    viewer.require(KEEP, organisation_id=new.organisation_id, division=division)
    device = Device(
        number=new.number.strip() or next_number(SERIES, division=division),
        name=new.name.strip(),
        model_id=new.model,
        serial=new.serial,
        status=Status.IN_SERVICE if new.is_in_service else Status.ISSUED,
        organisation_id=new.organisation_id,
        division_code=division,
        lon=new.lon,
        lat=new.lat,
        place=new.place,
        gateway=_gateway(new.gateway),
        interval_s=new.interval_s,
        firmware=new.firmware,
        registered_at=clock.now(),
    )
    try:
        with transaction.atomic():
            device.save(force_insert=True)
    except IntegrityError:
        raise Invalid(
            _("The number %(number)s is taken."), number=device.number, fields=_taken(device.number)
        ) from None
    Hearing.objects.create(device=device)
    changed(viewer, device, LogEntry.Kind.REGISTERED, note=new.serial)
    record(viewer, action="sensing.register_device", subject=f"device/{device.pk}", division=division)
    publish(DEVICE_REGISTERED, fact(device), subject=f"device/{device.pk}", division=division)
    return device


def fact(device: Device) -> Any:
    """What events tell of a device."""
    from yicheng.core.sensing.events import DeviceChanged

    return DeviceChanged(
        device.pk,
        device.number,
        device.status,
        device.bearer_kind,
        device.bearer_id,
        device.component,
        device.organisation_id,
    )


def _taken(number: str) -> dict[str, str]:
    return {"number": now_text("The number %(number)s is taken.") % {"number": number}}


def _faults(new: NewDevice) -> Iterator[tuple[str, Any]]:
    if not new.name.strip() or len(new.name) > 120:
        yield "name", _("Give the device a name of at most 120 letters.")
    if len(new.number) > 60 or any(letter in new.number for letter in "/+#\0 "):
        yield "number", _("A number has at most 60 letters, without blanks, /, + or #.")
    if not DeviceModel.objects.filter(pk=new.model).exists():
        yield "model", _("There is no device model “%(model)s”.") % {"model": new.model}
    if (new.lon is None) != (new.lat is None):
        yield "lon", _("Give both coordinates or none.")
    if new.gateway and not Device.objects.filter(number=new.gateway, model__is_gateway=True).exists():
        yield "gateway", _("“%(number)s” is no registered gateway.") % {"number": new.gateway}
    if new.interval_s is not None and not 0 <= new.interval_s <= 2_000_000:
        yield "interval_s", _("The interval is a number of seconds, at most 23 days.")


def _division(new: NewDevice) -> str:
    if new.division_code or new.lon is None or new.lat is None:
        return new.division_code
    place = locate(new.lon, new.lat)
    return place.division_code if place else ""


def _gateway(number: str) -> Device | None:
    return Device.objects.get(number=number) if number else None
