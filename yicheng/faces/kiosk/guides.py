"""Guides of service items at a kiosk: found by words or letters, read large, printed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yicheng.core.people.public import viewer_of
from yicheng.core.services.actions.kiosks import use_paper
from yicheng.core.services.models import Kiosk
from yicheng.core.services.public import find_items, published_item
from yicheng.faces.kiosk.standing import at_kiosk

SHOWN = 12


@at_kiosk
def guides(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """Those that can be done here first."""
    words = request.GET.get("words", "").strip()[:60]
    found = find_items(viewer_of(request), words=words)
    rows = list(found[: SHOWN * 4])
    rows.sort(key=lambda row: not row.is_kiosk)
    context = {"rows": rows[:SHOWN], "words": words}
    return render(request, "kiosk/guides.html", context)


@at_kiosk
def guide(request: HttpRequest, kiosk: Kiosk, code: str) -> HttpResponse:
    """One guide; sent, it is printed: the sheet is counted."""
    item = published_item(code)
    is_printing = request.method == "POST"
    if is_printing:
        use_paper(kiosk, 1)
    context = {
        "item": item,
        "kiosk": kiosk,
        "is_printing": is_printing,
        "fee": _("%(yuan)s yuan") % {"yuan": f"{item.fee_cents / 100:.2f}"},
        "page_title": item.title,
    }
    return render(request, "kiosk/guide.html", context)
