"""The addresses of the network on the portal, its door on the front page, and a person's reservations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.public import Viewer
from yicheng.core.services.models import ItemVersion, Reservation, ServiceItem
from yicheng.core.web.declare import Menu, Page, Panel
from yicheng.faces.portal.services import reserving, views


def _item() -> Mapping[str, Any]:
    """An item in force; where there is none, a code that stands for nothing."""
    rows = ServiceItem.objects.filter(current__isnull=False, current__is_bookable=True)
    return {"code": rows.order_by("code").values_list("code", flat=True).first() or "none"}


def _version() -> Mapping[str, Any]:
    row = ItemVersion.objects.exclude(status="draft").order_by("-pk").select_related("item").first()
    return {"code": row.item.code, "version": row.number} if row else {"code": "none", "version": 1}


def _reservation() -> Mapping[str, Any]:
    return {"reservation_id": Reservation.objects.values_list("pk", flat=True).first() or 0}


def pages(menu: str | Promise) -> tuple[Page, ...]:
    """The pages; ``menu`` is the group that the network stands in."""
    return (
        Page(
            "portal.services", "portal", "services/", views.network, _("Government services"), None,
            Menu(menu, 5, "hand-helping"),
        ),
        Page("portal.service_list", "portal", "services/list/", views.service_list, _("All services"), None),
        Page(
            "portal.halls", "portal", "services/halls/", reserving.hall_list, _("Halls and stations"), None,
            Menu(menu, 56, "building-2"),
        ),
        Page(
            "portal.service", "portal", "services/item/<str:code>/", views.guide, _("Service"), None,
            example=_item,
        ),
        Page(
            "portal.service_version", "portal", "services/item/<str:code>/versions/<int:version>/", views.guide,
            _("Service"), None, example=_version,
        ),
        Page(
            "portal.service_process", "portal", "services/item/<str:code>/process.bpmn", views.process,
            _("Process"), None, example=_item,
        ),
        Page(
            "portal.reserve", "portal", "services/item/<str:code>/reserve/", reserving.reserve,
            _("Reserve a time"), None, example=_item,
        ),
        Page(
            "portal.reservations", "portal", "me/reservations/", reserving.reservations,
            _("My reservations"), None,
        ),
        Page(
            "portal.cancel_reservation", "portal", "me/reservations/<int:reservation_id>/cancel/",
            reserving.cancel, _("Cancel a reservation"), None, example=_reservation,
        ),
    )  # fmt: skip


def door(viewer: Viewer, subject: Any) -> Mapping[str, Any]:
    """The door on the front page is open to everybody."""
    return {}


PANELS = (
    Panel("portal.services_door", "portal.doors", "portal/services/door.html", door, order=15),
    Panel("portal.reservations_mine", "portal.me", "portal/services/mine.html", reserving.mine, order=30),
)
