"""The addresses of the fleet of kiosks at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.services.models import Kiosk
from yicheng.core.web.declare import Menu, Page
from yicheng.faces.desk.kiosks import fleet

SEE, KEEP = "services.see_kiosks", "services.keep_kiosks"


def _kiosk() -> Mapping[str, Any]:
    return {"kiosk_id": Kiosk.objects.order_by("-device_id").values_list("pk", flat=True).first() or 0}


PAGES = (
    Page(
        "desk.kiosks", "desk", "kiosks/", fleet.kiosks, _("Kiosks"), SEE, Menu(_("Services"), 340, "monitor")
    ),
    Page("desk.new_kiosk", "desk", "kiosks/new/", fleet.new_kiosk, _("Put up a kiosk"), KEEP),
    Page("desk.kiosk", "desk", "kiosks/<int:kiosk_id>/", fleet.kiosk_page, _("Kiosk"), SEE, example=_kiosk),
    Page("desk.refill_kiosk", "desk", "kiosks/<int:kiosk_id>/refilled/", fleet.refilled, _("Refilled"), KEEP),
    Page("desk.kiosk_key", "desk", "kiosks/<int:kiosk_id>/key/", fleet.further_key, _("Issue a key"), KEEP),
)
