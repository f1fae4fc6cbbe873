"""What the keeper of devices looks at: a device's life, its odd readings, files brought in, refused payloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, scoped
from yicheng.core.sensing.models import (
    Device,
    DeviceKey,
    DeviceModel,
    LogEntry,
    OddReading,
    ReadingImport,
    RefusedPayload,
)

VIEW, REFUSED, IMPORT = "sensing.view_devices", "sensing.view_refused", "sensing.import_readings"


def log_of(device: Device, *, limit: int = 30) -> Sequence[LogEntry]:
    """The newest lines of a device's life; the caller has found the device for its viewer."""
    return list(device.log.select_related("account").order_by("-id")[:limit])


def keys_of(device: Device) -> Sequence[DeviceKey]:
    """Its keys, the newest first."""
    return list(device.keys.order_by("-id")[:20])


def odd_readings_of(device: Device, *, limit: int = 10) -> Sequence[OddReading]:
    """The newest readings of a device that were set aside."""
    rows = OddReading.objects.filter(series__device=device).select_related("series").order_by("-id")
    return list(rows[:limit])


def models() -> Sequence[DeviceModel]:
    """All device models, by name."""
    return list(DeviceModel.objects.order_by("name"))


def refused_payloads(viewer: Viewer) -> QuerySet[Any]:
    """What could not be taken in, by whose device the key is; what came without a key only for who may see all."""
    return scoped(
        RefusedPayload.objects.select_related("key"),
        viewer,
        REFUSED,
        organisation="key__device__organisation_id",
        division="key__device__division_code",
    )


def refused_payload(viewer: Viewer, payload_id: int) -> RefusedPayload:
    """One of them. Raises ``NotFound``."""
    found: RefusedPayload | None = refused_payloads(viewer).filter(pk=payload_id).first()
    if found is None:
        raise NotFound(_("This payload is not kept any more."))
    return found


def reading_imports(viewer: Viewer, *, limit: int = 20) -> Sequence[ReadingImport]:
    """The newest files that were brought in for devices this viewer may see."""
    rows = ReadingImport.objects.select_related("device", "account")
    seen = scoped(
        rows, viewer, IMPORT, organisation="device__organisation_id", division="device__division_code"
    )
    return list(seen.order_by("-id")[:limit])
