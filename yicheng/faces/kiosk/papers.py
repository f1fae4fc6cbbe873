"""A person's licences and proofs at a kiosk: the sealed PDF shown and printed, its sheets counted."""

from __future__ import annotations

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from yicheng.core.credentials.actions.licences.printing import paper_of
from yicheng.core.credentials.public import licences_of
from yicheng.core.credentials.queries import licences as queries
from yicheng.core.people.public import party_of, viewer_of
from yicheng.core.services.actions.kiosks import use_paper
from yicheng.core.services.models import Kiosk
from yicheng.faces.kiosk.person import led_to_sign_in
from yicheng.faces.kiosk.standing import at_kiosk


@at_kiosk
def papers(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """What the person holds."""
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        return led_to_sign_in(request)
    party = party_of(viewer)
    rows = licences_of(viewer, party.id) if party is not None else []
    return render(request, "kiosk/papers.html", {"rows": rows, "party": party, "kiosk": kiosk})


@at_kiosk
def printing(request: HttpRequest, kiosk: Kiosk, licence_id: int) -> HttpResponse:
    """Print one: the sheet is counted before, so that nothing is promised without paper."""
    if not viewer_of(request).is_signed_in:
        return led_to_sign_in(request)
    version = queries.own_version(viewer_of(request), licence_id)
    if request.method == "POST":
        use_paper(kiosk, 1)
    context = {
        "licence_id": licence_id,
        "is_printing": request.method == "POST",
        "page_title": version.licence.number,
    }
    return render(request, "kiosk/printing.html", context)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})
@at_kiosk
def sheet(request: HttpRequest, kiosk: Kiosk, licence_id: int) -> HttpResponseBase:
    """The sealed PDF itself, within the kiosk's own page."""
    version = queries.own_version(viewer_of(request), licence_id)
    made = paper_of(version, base=request.build_absolute_uri("/").rstrip("/"))
    return HttpResponse(made, content_type="application/pdf")
