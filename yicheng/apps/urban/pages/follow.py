"""Following a report without an account: by its link, with the story so far, photos, the due time, a rating."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from yicheng.apps.urban.actions.rating import dispute, rate
from yicheng.apps.urban.forms.rating import DisputeForm, RatingForm
from yicheng.apps.urban.queries.follow import Followed, followed
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.kernel.qr import qr_code
from yicheng.core.people.public import Limit, limit, viewer_of
from yicheng.core.web.declare import Page
from yicheng.core.web.public import add_refusal

#: nobody tries tokens by the thousand
PER_ADDRESS = Limit("urban.follow.missed", amount=30, period_s=600)


@require_GET
def sent_page(request: HttpRequest, token: str) -> HttpResponse:
    """Thank you, the number, and the link to keep: as text, as a code to scan."""
    found = _found(request, token)
    link = request.build_absolute_uri(reverse("urban.follow", args=[token]))
    context = {"found": found, "token": token, "link": link, "code": qr_code(link, css_class="qr")}
    return _private(render(request, "urban/sent.html", context))


def follow_page(request: HttpRequest, token: str) -> HttpResponse:
    """Where the matter stands; takes the reporter's rating, or that it is not solved."""
    return follow_own(request, _found(request, token))


def follow_own(request: HttpRequest, found: Followed) -> HttpResponse:
    """The page of a report whose owner is known."""
    if request.method == "POST":
        return _dispute(request, found) if "dispute" in request.POST else _rate(request, found)
    return _show(request, found)


def _rate(request: HttpRequest, found: Followed) -> HttpResponse:
    """Take a rating; a faulty one comes back with its words."""
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _show(request, found, rating=form, status=422)
    try:
        rate(viewer_of(request), found, **form.cleaned_data)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _show(request, found, rating=form, status=refusal.status)
    messages.success(request, _("Thank you. Your rating counts in the department's assessment."))
    return HttpResponseRedirect(request.path)


def _dispute(request: HttpRequest, found: Followed) -> HttpResponse:
    """Open the case again because it is not solved."""
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return _show(request, found, disagreement=form, status=422)
    try:
        dispute(viewer_of(request), found, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _show(request, found, disagreement=form, status=refusal.status)
    messages.success(request, _("The case is open again and will be taken up anew."))
    return HttpResponseRedirect(request.path)


@require_GET
def find_page(request: HttpRequest) -> HttpResponse:
    """Somebody typed what stood under the code: a link, its last part, or a case's number."""
    typed = request.GET.get("code", "").strip()
    token = typed.rstrip("/").rpartition("/")[2]
    if not token:
        return render(request, "urban/find.html", {"typed": ""})
    try:
        _found(request, token)
    except NotFound as refusal:
        return render(request, "urban/find.html", {"typed": typed, "refusal": refusal}, status=404)
    return HttpResponseRedirect(reverse("urban.follow", args=[token]))


def _show(
    request: HttpRequest,
    found: Followed,
    *,
    rating: RatingForm | None = None,
    disagreement: DisputeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "found": found,
        "case": found.case,
        "rating_form": rating or RatingForm(),
        "dispute_form": disagreement or DisputeForm(),
        "point": f"{found.case.lon:.6f},{found.case.lat:.6f}" if found.case.lon is not None else "",
        "is_late": found.case.due_at is not None and found.case.due_at < clock.now(),
        "page_title": found.case.title,
    }
    return _private(render(request, "urban/follow.html", context, status=status))


def _found(request: HttpRequest, token: str) -> Followed:
    """The case of the token; wrong tokens are counted."""
    viewer = viewer_of(request)
    try:
        return followed(viewer, token)
    except NotFound:
        limit(PER_ADDRESS, viewer.address)
        raise


def _private(response: HttpResponse) -> HttpResponse:
    """A page whose address is its key: not indexed, not cached, told to no other site."""
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "same-origin"  # "no-referrer" sends Origin: null, and no form would pass
    return response


PAGES = (
    Page("urban.find", "portal", "follow/", find_page, _("Follow a report"), None),
    Page("urban.sent", "portal", "follow/<str:token>/sent/", sent_page, _("Report sent"), None),
    Page("urban.follow", "portal", "follow/<str:token>/", follow_page, _("Your report"), None),
)
