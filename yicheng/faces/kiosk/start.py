"""The first page of a kiosk, its sign-in, its sign of life, and the wiping."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from yicheng.core.kernel.errors import Forbidden
from yicheng.core.people.public import Limit, limit, viewer_of
from yicheng.core.services.actions.kiosks import report, sign_in
from yicheng.core.services.models import Kiosk
from yicheng.faces.kiosk import rating
from yicheng.faces.kiosk.standing import at_kiosk, is_in_use, kiosk_of, stand, wipe

#: nobody tries keys
TRIES = Limit("kiosk.sign_in", amount=10, period_s=600)


def start(request: HttpRequest) -> HttpResponse:
    """What one can do here. Showing it is no visit: it stands all night."""
    kiosk = kiosk_of(request)
    if kiosk is None:
        return HttpResponseRedirect(reverse("kiosk.sign_in"))
    if kiosk.kind == Kiosk.Kind.TABLET:
        row = rating.waiting(kiosk)
        if row is not None:
            return HttpResponseRedirect(rating.rating_path(row))
        return _fresh(render(request, "kiosk/tablet.html", {"kiosk": kiosk}))
    return _fresh(render(request, "kiosk/start.html", {"kiosk": kiosk, "in_use": is_in_use(request)}))


def sign_in_page(request: HttpRequest) -> HttpResponse:
    """The attendant types (or scans) the key of this kiosk, once."""
    refusal = None
    if request.method == "POST":
        limit(TRIES, viewer_of(request).address)
        try:
            key_id, kiosk = sign_in(request.POST.get("key", "")[:200])
        except Forbidden as fault:
            refusal = fault
        else:
            report(kiosk)
            response = HttpResponseRedirect(reverse("kiosk.start"))
            stand(request, response, key_id)
            return response
    return render(request, "kiosk/sign_in.html", {"refusal": refusal}, status=403 if refusal else 200)


@require_POST
def wipe_page(request: HttpRequest) -> HttpResponse:
    """Done, or left: nothing of the person stays."""
    wipe(request)
    response = HttpResponseRedirect(reverse("kiosk.start"))
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    response["Clear-Site-Data"] = '"cache"'
    return response


@require_POST
def alive(request: HttpRequest) -> HttpResponse:
    """The minute's sign of life."""
    kiosk = kiosk_of(request)
    if kiosk is None:
        return HttpResponse(status=403)
    report(kiosk)
    return HttpResponse(status=204)


@at_kiosk
def language(request: HttpRequest, kiosk: Kiosk, code: str) -> HttpResponse:
    """Chinese or English, for this person only."""
    response = HttpResponseRedirect(reverse("kiosk.start"))
    if code in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=600, samesite="Lax")
    return response


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
