"""Rating at a kiosk or a window's tablet: the code typed or handed over by the window, a face touched, thanks."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import STRANGER, Limit, limit, viewer_of
from yicheng.core.services.actions.ratings import rate
from yicheng.core.services.models import Kiosk, RatingInvitation
from yicheng.core.services.queries.ratings import Invitation, invitation_of, open_at_window
from yicheng.core.services.ratings.forms import ServiceRatingForm
from yicheng.core.services.ratings.levels import Satisfaction
from yicheng.core.services.ratings.tokens import LETTERS, code_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.kiosk.standing import at_kiosk

#: nobody tries codes by the thousand, neither at a kiosk
MISSED = Limit("kiosk.code.missed", amount=30, period_s=600)
#: for so long the tablet of a window offers to rate what was just done there
FRESH = timedelta(minutes=10)


@at_kiosk
def find(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """The keys to type a code."""
    typed = request.GET.get("code", "").strip()[:200]
    context: dict[str, object] = {"typed": typed, "letters": LETTERS}
    if not typed:
        return render(request, "kiosk/code.html", context)
    try:
        found = _found(request, kiosk, typed)
    except NotFound as refusal:
        return render(request, "kiosk/code.html", {**context, "refusal": refusal}, status=404)
    return HttpResponseRedirect(reverse("kiosk.rate", args=[found.code]))


@at_kiosk
def rate_page(request: HttpRequest, kiosk: Kiosk, code: str) -> HttpResponse:
    """Five faces; then why; then thanks."""
    found = _found(request, kiosk, code)
    chosen = request.POST.get("level") or request.GET.get("level", "")
    is_level = chosen in {str(value) for value in Satisfaction.values}
    if not found.may_rate or not is_level:
        return render(request, "kiosk/rate.html", {"found": found, "page_title": found.row.title})
    form = ServiceRatingForm(request.POST or None, at_level=int(chosen))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                rate(viewer_of(request), found.code, **form.cleaned_data, channel=kiosk.kind)
                return HttpResponseRedirect(reverse("kiosk.thanks"))
            except Refusal as refusal:
                add_refusal(form, refusal)
                status = refusal.status
    context = {"found": found, "form": form, "level": int(chosen), "page_title": found.row.title}
    return render(request, "kiosk/why.html", context, status=status)


@at_kiosk
def thanks(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """Thanks; the start page follows by itself."""
    return render(request, "kiosk/thanks.html", {"kiosk": kiosk})


def waiting(kiosk: Kiosk) -> RatingInvitation | None:
    """What the tablet of a window offers to rate."""
    if kiosk.window_id is None:
        return None
    return open_at_window(STRANGER, kiosk.window_id, within=FRESH)


def rating_path(row: RatingInvitation) -> str:
    """Where the tablet leads for it."""
    return reverse("kiosk.rate", args=[code_of(row.subject)])


def _found(request: HttpRequest, kiosk: Kiosk, code: str) -> Invitation:
    try:
        return invitation_of(viewer_of(request), code)
    except NotFound:
        limit(MISSED, str(kiosk.pk))
        raise
