"""A device's life after it was registered: bound, unbound, mended, calibrated, replaced, retired."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.sensing import registry
from yicheng.core.sensing.actions.log import changed
from yicheng.core.sensing.actions.register import KEEP, fact
from yicheng.core.sensing.declare import BEARERS
from yicheng.core.sensing.events import DEVICE_BOUND, DEVICE_RETIRED, DEVICE_UNBOUND
from yicheng.core.sensing.models import Binding, Device, DeviceKey, Hearing, LogEntry, Status
from yicheng.core.sensing.remembered import forget_facts

#: from which states a device may go where, other than by binding
MOVES = {
    Status.ISSUED: {Status.IN_STORE, Status.IN_SERVICE, Status.IN_REPAIR},
    Status.IN_STORE: {Status.IN_SERVICE, Status.IN_REPAIR},
    Status.IN_SERVICE: {Status.IN_STORE, Status.IN_REPAIR},
    Status.IN_REPAIR: {Status.IN_STORE, Status.IN_SERVICE},
    Status.RETIRED: set[Status](),
}


def bind(viewer: Viewer, device_id: int, *, bearer_kind: str, bearer_id: int, component: str = "") -> None:
    """Fix a device to a thing, or to one of its components; it stands in service from then on.

    Raises ``Conflict`` when it is bound already or retired, ``NotFound`` when there is no such bearer.
    """
    with transaction.atomic():
        device = _locked(viewer, device_id)
        _check_bearer(viewer, bearer_kind, bearer_id)
        _bind(viewer, device, bearer_kind=bearer_kind, bearer_id=bearer_id, component=component)
    _forget()


def unbind(viewer: Viewer, device_id: int, *, reason: str, status: str = Status.IN_STORE) -> None:
    """Take a device off what bears it; it stands in store, or in repair. Raises ``Conflict`` when it is not bound."""
    with transaction.atomic():
        device = _locked(viewer, device_id)
        _unbind(viewer, device, reason=reason, status=status)
    _forget()


def replace(viewer: Viewer, device_id: int, *, by_id: int, reason: str, is_retired: bool = True) -> None:
    """Put another device in the place of this one: bearer, component, place and gateway go over.

    The old one is retired, or goes to repair. Raises ``Conflict``.
    """
    if device_id == by_id:
        raise Invalid(_("A device can't replace itself."))
    with transaction.atomic():
        pair = {key: _locked(viewer, key) for key in sorted((device_id, by_id))}
        old, new = pair[device_id], pair[by_id]
        if new.bearer_kind:
            raise Conflict(_("%(number)s is bound already. Unbind it first."), number=new.number)
        kind, bearer_id, component = old.bearer_kind, old.bearer_id, old.component
        if kind:
            _unbind(viewer, old, reason=reason, status=Status.IN_REPAIR)
            _bind(viewer, new, bearer_kind=kind, bearer_id=bearer_id, component=component)
        new.lon, new.lat, new.place, new.gateway = old.lon, old.lat, old.place, old.gateway
        new.division_code, new.status = old.division_code, Status.IN_SERVICE
        new.save()
        changed(viewer, new, LogEntry.Kind.REPLACED, note=str(old.number))
        if is_retired:
            _retire(viewer, old, reason=reason)
        old.replaced_by = new
        old.save(update_fields=["replaced_by"])
        changed(viewer, old, LogEntry.Kind.REPLACED, note=str(new.number))
        record(
            viewer,
            action="sensing.replace_device",
            subject=f"device/{old.pk}",
            division=old.division_code,
            detail={"by": new.number, "reason": reason},
        )
    _forget()


def retire(viewer: Viewer, device_id: int, *, reason: str) -> None:
    """Take a device out of use for good: unbound, its keys revoked, its readings refused from now on."""
    with transaction.atomic():
        _retire(viewer, _locked(viewer, device_id), reason=reason)
    _forget()


def move_device(viewer: Viewer, device_id: int, *, status: str, note: str = "") -> None:
    """Let a device go to store, into service or to repair. Raises ``Conflict`` where that is no way."""
    with transaction.atomic():
        device = _locked(viewer, device_id)
        if status not in MOVES[Status(device.status)]:
            raise Conflict(
                _("A device that is %(now)s can't become %(wanted)s."),
                now=device.get_status_display(),
                wanted=Status(status).label,
            )
        device.status = status
        device.save(update_fields=["status"])
        changed(viewer, device, LogEntry.Kind.STATUS, note=f"{status} {note}".strip())
        _record(viewer, device, "move_device", {"status": status})
    _forget()


def maintain(
    viewer: Viewer,
    device_id: int,
    *,
    note: str,
    firmware: str = "",
    calibrated_on: date | None = None,
) -> None:
    """Write down maintenance: what was done, new firmware, a calibration (the next one is due by the model)."""
    with transaction.atomic():
        device = _locked(viewer, device_id)
        if note:
            changed(viewer, device, LogEntry.Kind.MAINTENANCE, note=note)
        if firmware and firmware != device.firmware:
            changed(viewer, device, LogEntry.Kind.FIRMWARE, note=f"{device.firmware} → {firmware}")
            device.firmware = firmware
        if calibrated_on is not None:
            if calibrated_on > clock.now().date() + timedelta(days=1):
                raise Invalid(
                    _("A calibration can't lie ahead."), fields={"calibrated_on": _("In the past.")}
                )
            every = device.model.calibrate_every_days
            device.calibrated_on = calibrated_on
            device.calibration_due_on = calibrated_on + timedelta(days=every) if every else None
            changed(viewer, device, LogEntry.Kind.CALIBRATION, note=calibrated_on.isoformat())
        device.save(update_fields=["firmware", "calibrated_on", "calibration_due_on"])
        _record(viewer, device, "maintain_device", {"note": note})
    _forget()


def _bind(viewer: Viewer, device: Device, *, bearer_kind: str, bearer_id: int, component: str) -> None:
    if device.status == Status.RETIRED:
        raise Conflict(_("%(number)s is retired."), number=device.number)
    if device.bearer_kind:
        raise Conflict(_("%(number)s is bound already. Unbind it first."), number=device.number)
    device.bearer_kind, device.bearer_id, device.component = bearer_kind, bearer_id, component[:80]
    device.status = Status.IN_SERVICE
    device.save(update_fields=["bearer_kind", "bearer_id", "component", "status"])
    Binding.objects.create(
        device=device,
        bearer_kind=bearer_kind,
        bearer_id=bearer_id,
        component=component[:80],
        bound_at=clock.now(),
    )
    # its silence counts from now on, not from the day it was heard last in the store
    Hearing.objects.filter(device=device).update(heard_at=clock.now(), is_silent=False, heard_since=0)
    changed(viewer, device, LogEntry.Kind.BOUND, note=f"{bearer_kind}/{bearer_id} {component}".strip())
    _record(viewer, device, "bind_device", {"bearer": f"{bearer_kind}/{bearer_id}", "component": component})
    publish(DEVICE_BOUND, fact(device), subject=f"device/{device.pk}", division=device.division_code)


def _unbind(viewer: Viewer, device: Device, *, reason: str, status: str) -> None:
    if not device.bearer_kind:
        raise Conflict(_("%(number)s is not bound to anything."), number=device.number)
    if status not in (Status.IN_STORE, Status.IN_REPAIR, Status.RETIRED):
        raise Invalid(_("An unbound device stands in store or goes to repair."))
    was = fact(device)
    Binding.objects.filter(device=device, unbound_at=None).update(unbound_at=clock.now(), reason=reason[:200])
    device.bearer_kind, device.bearer_id, device.component, device.status = "", 0, "", status
    device.save(update_fields=["bearer_kind", "bearer_id", "component", "status"])
    changed(viewer, device, LogEntry.Kind.UNBOUND, note=f"{was.bearer_kind}/{was.bearer_id} {reason}")
    _record(
        viewer, device, "unbind_device", {"bearer": f"{was.bearer_kind}/{was.bearer_id}", "reason": reason}
    )
    publish(DEVICE_UNBOUND, was, subject=f"device/{device.pk}", division=device.division_code)


def _retire(viewer: Viewer, device: Device, *, reason: str) -> None:
    if device.status == Status.RETIRED:
        raise Conflict(_("%(number)s is retired."), number=device.number)
    if device.bearer_kind:
        _unbind(viewer, device, reason=reason, status=Status.RETIRED)
    device.status = Status.RETIRED
    device.save(update_fields=["status"])
    DeviceKey.objects.filter(device=device, revoked_at=None).update(revoked_at=clock.now())
    changed(viewer, device, LogEntry.Kind.STATUS, note=f"{Status.RETIRED} {reason}")
    _record(viewer, device, "retire_device", {"reason": reason})
    publish(DEVICE_RETIRED, fact(device), subject=f"device/{device.pk}", division=device.division_code)


def _locked(viewer: Viewer, device_id: int) -> Device:
    device = (
        Device.objects.select_for_update(of=("self",)).select_related("model").filter(pk=device_id).first()
    )
    if device is None:
        raise NotFound(_("There is no such device."))
    viewer.require(KEEP, organisation_id=device.organisation_id, division=device.division_code)
    return device


def _check_bearer(viewer: Viewer, kind: str, bearer_id: int) -> None:
    if kind not in BEARERS or bearer_id not in set(BEARERS.get(kind).may_view(viewer, [bearer_id])):
        raise NotFound(_("There is no such thing to bind a device to."))


def _record(viewer: Viewer, device: Device, verb: str, detail: dict[str, Any]) -> None:
    record(
        viewer,
        action=f"sensing.{verb}",
        subject=f"device/{device.pk}",
        division=device.division_code,
        detail=detail,
    )


def _forget() -> None:
    registry.forget()
    forget_facts()
