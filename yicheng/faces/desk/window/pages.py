"""The addresses of the one window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.services.models import Application, ServiceItem
from yicheng.core.web.declare import Menu, Page, Panel
from yicheng.faces.desk.window import handling, taking

SERVICES = _("Services")


def _item() -> Mapping[str, Any]:
    found = ServiceItem.objects.exclude(current=None).values_list("code", flat=True).first()
    return {"item": found or "none"}


def _handed_in() -> Mapping[str, Any]:
    rows = Application.objects.exclude(status="draft").order_by("-id")
    return {"application_id": rows.values_list("pk", flat=True).first() or 0}


def _draft() -> Mapping[str, Any]:
    rows = Application.objects.filter(status="draft").exclude(clerk=None).order_by("-id")
    return {"application_id": rows.values_list("pk", flat=True).first() or 0}


PAGES = (
    Page("desk.window", "desk", "window/", handling.window, _("One window"), "services.accept",
         Menu(SERVICES, 100, "store")),
    Page("desk.window_take", "desk", "window/take/<slug:item>/", taking.take, _("Take an application"),
         "services.accept", example=_item),
    Page("desk.window_form", "desk", "window/<int:application_id>/", taking.form_page, _("Take an application"),
         "services.accept", example=_draft),
    Page("desk.application", "desk", "applications/<int:application_id>/", handling.application,
         _("Application"), "services.view_application", example=_handed_in),
    Page("desk.application_slip", "desk", "applications/<int:application_id>/slip/", handling.slip,
         _("Acceptance slip"), "services.view_application", example=_handed_in),
)  # fmt: skip
PANELS = (
    Panel("desk.application_of_case", "case.main", "desk/window/panel.html", handling.of_case, order=15),
)
