"""Keys by which devices and gateways prove themselves: issued once, revoked at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.actions.log import changed
from yicheng.core.sensing.ingest.keys import forget_keys
from yicheng.core.sensing.models import Device, DeviceKey, LogEntry, Status
from yicheng.core.sensing.tokens import digest, new_key

ISSUE = "sensing.issue_keys"
#: readings a minute: ten a second for a device, a city's district for a gateway
PER_MINUTE, PER_MINUTE_OF_GATEWAY = 600, 1_200_000


def issue_key(
    viewer: Viewer, device_id: int, *, per_minute: int | None = None, expires_at: datetime | None = None
) -> str:
    """A new key of the device or gateway; shown this once, only its digest is kept."""
    key, prefix = new_key()
    with transaction.atomic():
        device = Device.objects.select_related("model").filter(pk=device_id).first()
        if device is None:
            raise NotFound(_("There is no such device."))
        viewer.require(ISSUE, organisation_id=device.organisation_id, division=device.division_code)
        if device.status == Status.RETIRED:
            raise Conflict(_("%(number)s is retired."), number=device.number)
        usual = PER_MINUTE_OF_GATEWAY if device.model.is_gateway else PER_MINUTE
        DeviceKey.objects.create(
            device=device,
            prefix=prefix,
            digest=digest(key),
            per_minute=usual if per_minute is None else per_minute,
            issued_at=clock.now(),
            issued_by_id=viewer.account_id,
            expires_at=expires_at,
        )
        changed(viewer, device, LogEntry.Kind.KEY, note=f"+ yd_{prefix}")
        record(
            viewer,
            action="sensing.issue_key",
            subject=f"device/{device.pk}",
            division=device.division_code,
            detail={"key": f"yd_{prefix}"},
        )
    return key


def revoke_key(viewer: Viewer, key_id: int) -> None:
    """Revoke a key: refused at every door within seconds."""
    with transaction.atomic():
        key = DeviceKey.objects.select_for_update().filter(pk=key_id).first()
        if key is None:
            raise NotFound(_("There is no such key."))
        device = key.device
        viewer.require(ISSUE, organisation_id=device.organisation_id, division=device.division_code)
        if key.revoked_at is not None:
            raise Conflict(_("This key is revoked already."))
        key.revoked_at = clock.now()
        key.save(update_fields=["revoked_at"])
        changed(viewer, device, LogEntry.Kind.KEY, note=f"− yd_{key.prefix}")
        record(
            viewer,
            action="sensing.revoke_key",
            subject=f"device/{device.pk}",
            division=device.division_code,
            detail={"key": f"yd_{key.prefix}"},
        )
    forget_keys()
