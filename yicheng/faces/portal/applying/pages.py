"""The addresses of applying on the portal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.services.models import Application, ServiceItem, Signature
from yicheng.core.web.declare import Code, Menu, Page
from yicheng.faces.portal.applying import beginning, filling, finishing, following, identity

CODE = r"[0-9a-f]{32}"


def _item() -> Mapping[str, Any]:
    found = ServiceItem.objects.filter(current__is_online=True).values_list("code", flat=True).first()
    return {"item": found or "none"}


def _handed_in() -> Mapping[str, Any]:
    rows = Application.objects.exclude(status="draft").exclude(applicant=None).order_by("-id")
    return {"application_id": rows.values_list("pk", flat=True).first() or 0}


def _draft() -> Mapping[str, Any]:
    rows = Application.objects.filter(status="draft", version__form__isnull=False).order_by("-id")
    return {"application_id": rows.values_list("pk", flat=True).first() or 0}


def _step() -> Mapping[str, Any]:
    return {**_draft(), "step": "first"}


def _signature() -> Mapping[str, Any]:
    return {"signature_id": Signature.objects.values_list("pk", flat=True).first() or 0}


def _code() -> str | None:
    return Application.objects.exclude(status="draft").values_list("code", flat=True).first()


def pages(menu: str | Promise) -> tuple[Page, ...]:
    """The pages; ``menu`` is the group of one's own matters."""
    entry = Menu(menu, 910, "files")
    known = Menu(menu, 930, "id-card")
    return (
        Page("portal.applications", "portal", "applying/", following.applications, _("My applications"), None, entry),
        Page("portal.identity", "portal", "me/identity/", identity.identity, _("Identity and mandates"), None, known),
        Page("portal.apply", "portal", "apply/<slug:item>/", beginning.begin, _("Apply"), None, example=_item),
        Page("portal.application", "portal", "applying/<int:application_id>/", following.application,
             _("Application"), None, example=_handed_in),
        Page("portal.apply_step", "portal", "applying/<int:application_id>/form/<slug:step>/", filling.step_page,
             _("Fill in the application"), None, example=_step),
        Page("portal.apply_materials", "portal", "applying/<int:application_id>/materials/", finishing.materials,
             _("Materials"), "services.apply", example=_draft),
        Page("portal.apply_check", "portal", "applying/<int:application_id>/check/", finishing.check,
             _("Check and hand in"), "services.apply", example=_draft),
        Page("portal.application_slip", "portal", "applying/<int:application_id>/slip/", following.slip,
             _("Acceptance slip"), "services.apply", example=_handed_in),
        Page("portal.withdraw", "portal", "applying/<int:application_id>/withdraw/", following.withdraw,
             _("Withdraw the application"), "services.apply", example=_handed_in),
        Page("portal.sign", "portal", "applying/sign/<int:signature_id>/", following.sign,
             _("Sign an application"), "services.apply", example=_signature),
    )  # fmt: skip


def codes() -> tuple[Code, ...]:
    """What a slip's code leads to."""
    return (
        Code(
            "portal.application",
            _("Application for a service"),
            CODE,
            following.by_code,
            proper=str.lower,
            example=_code,
        ),
    )
