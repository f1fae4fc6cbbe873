"""Facts about devices that other parts may follow up."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class DeviceSpoke:
    """A device fell silent, or was heard again. ``heard_at`` is ISO 8601, "" never; bearer 0: borne by nothing."""

    device_id: int
    number: str
    heard_at: str
    bearer_kind: str = ""
    bearer_id: int = 0
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClockSkewed:
    """A device sends times that cannot be: ``claimed_at`` as it said, ``received_at`` as it was."""

    device_id: int
    number: str
    claimed_at: str
    received_at: str
    bearer_kind: str = ""
    bearer_id: int = 0
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """A device was registered, bound, unbound, replaced, sent to repair or retired."""

    device_id: int
    number: str
    status: str
    bearer_kind: str = ""
    bearer_id: int = 0
    component: str = ""
    organisation_id: int | None = None


DEVICE_SILENT = "sensing.device_silent"
DEVICE_HEARD = "sensing.device_heard"
CLOCK_SKEWED = "sensing.clock_skewed"
DEVICE_REGISTERED = "sensing.device_registered"
DEVICE_BOUND = "sensing.device_bound"
DEVICE_UNBOUND = "sensing.device_unbound"
DEVICE_RETIRED = "sensing.device_retired"

EVENTS = (
    EventType(DEVICE_SILENT, _("Device silent"), DeviceSpoke),
    EventType(DEVICE_HEARD, _("Silent device heard again"), DeviceSpoke),
    EventType(CLOCK_SKEWED, _("Device's clock wrong"), ClockSkewed),
    EventType(DEVICE_REGISTERED, _("Device registered"), DeviceChanged),
    EventType(DEVICE_BOUND, _("Device bound"), DeviceChanged),
    EventType(DEVICE_UNBOUND, _("Device unbound"), DeviceChanged),
    EventType(DEVICE_RETIRED, _("Device retired"), DeviceChanged),
)
