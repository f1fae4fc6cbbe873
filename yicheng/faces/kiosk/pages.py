"""The addresses of the kiosk. Each page but its sign-in is shown only to a browser that signed in as a kiosk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.services.models import RatingInvitation, ServiceItem
from yicheng.core.services.ratings.tokens import LENGTH, code_of
from yicheng.core.web.declare import Page
from yicheng.faces.kiosk import applying, guides, papers, person, progress, rating, start


def _item() -> Mapping[str, Any]:
    found = ServiceItem.objects.filter(current__isnull=False).values_list("code", flat=True).first()
    return {"code": found or "none"}


def _code() -> Mapping[str, Any]:
    subject = RatingInvitation.objects.order_by("-id").values_list("subject", flat=True).first()
    return {"code": code_of(subject) if subject else "0" * LENGTH}


def _language() -> Mapping[str, Any]:
    return {"code": "en"}


def _none(name: str) -> Any:
    return lambda: {name: 0}


PAGES = (
    Page("kiosk.start", "kiosk", "", start.start, _("What would you like to do?"), None),
    Page("kiosk.sign_in", "kiosk", "sign-in/", start.sign_in_page, _("Sign this kiosk in"), None),
    Page("kiosk.wipe", "kiosk", "wipe/", start.wipe_page, _("Finish"), None),
    Page("kiosk.alive", "kiosk", "alive/", start.alive, _("Sign of life"), None),
    Page("kiosk.language", "kiosk", "language/<slug:code>/", start.language, _("Language"), None, example=_language),
    Page("kiosk.person", "kiosk", "person/", person.person, _("Sign in"), None),
    Page("kiosk.code", "kiosk", "rate/", rating.find, _("Rate a service"), None),
    Page("kiosk.thanks", "kiosk", "rate/thanks/", rating.thanks, _("Thank you"), None),
    Page("kiosk.rate", "kiosk", "rate/<slug:code>/", rating.rate_page, _("Rate a service"), None, example=_code),
    Page("kiosk.progress", "kiosk", "progress/", progress.progress, _("Where does it stand?"), None),
    Page("kiosk.guides", "kiosk", "guides/", guides.guides, _("Find a service"), None),
    Page("kiosk.guide", "kiosk", "guides/<slug:code>/", guides.guide, _("Guide"), None, example=_item),
    Page("kiosk.apply", "kiosk", "guides/<slug:code>/apply/", applying.apply, _("Apply here"), None, example=_item),
    Page(
        "kiosk.form", "kiosk", "applications/<int:application_id>/", applying.form, _("Apply here"), None,
        example=_none("application_id"),
    ),
    Page("kiosk.papers", "kiosk", "papers/", papers.papers, _("Print my licences"), None),
    Page(
        "kiosk.printing", "kiosk", "papers/<int:licence_id>/", papers.printing, _("Print"), None,
        example=_none("licence_id"),
    ),
    Page(
        "kiosk.sheet", "kiosk", "papers/<int:licence_id>/sheet.pdf", papers.sheet, _("Print"), None,
        example=_none("licence_id"),
    ),
)  # fmt: skip
