"""Which kiosk speaks, and how the fleet is: heard when, with how much paper."""

from __future__ import annotations

from django.db.models import QuerySet

from yicheng.core.people.public import Viewer, scoped
from yicheng.core.sensing.models import DeviceKey, Status
from yicheng.core.services.models import Kiosk


def kiosk_of_key(key_id: int) -> Kiosk | None:
    """The kiosk that signed in by this key, while the key holds and the device is in service. One query."""
    kept = DeviceKey.objects.filter(pk=key_id, revoked_at=None, device__status=Status.IN_SERVICE)
    rows = Kiosk.objects.filter(device_id__in=kept.values("device_id"))
    return rows.select_related("device", "window__hall").first()


def fleet(viewer: Viewer) -> QuerySet[Kiosk]:
    """The kiosks of the bodies and divisions whose devices this viewer may see; order by the device."""
    rows = Kiosk.objects.select_related("device__hearing", "device__organisation", "window__hall")
    return scoped(
        rows,
        viewer,
        "services.see_kiosks",
        organisation="device__organisation_id",
        division="device__division_code",
    )
