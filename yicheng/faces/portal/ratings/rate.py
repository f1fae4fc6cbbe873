"""Rating by a code: choose a face, say why if one likes; afterwards the same page says what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import Limit, limit, viewer_of
from yicheng.core.services.actions.ratings import appeal_answer, rate
from yicheng.core.services.queries.ratings import Invitation, invitation_of
from yicheng.core.services.ratings.forms import AppealForm, ServiceRatingForm
from yicheng.core.services.ratings.levels import Satisfaction
from yicheng.core.services.rectification import RECTIFICATION
from yicheng.core.web.public import add_refusal

#: nobody tries codes by the thousand
MISSED = Limit("services.rate.missed", amount=30, period_s=600)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Type the code that stands on the slip."""
    typed = request.GET.get("code", "").strip()[:200]
    if not typed:
        return render(request, "portal/ratings/find.html", {"typed": ""})
    try:
        found = _found(request, typed)
    except NotFound as refusal:
        context = {"typed": typed, "refusal": refusal}
        return render(request, "portal/ratings/find.html", context, status=404)
    return HttpResponseRedirect(reverse("portal.rate", args=[found.code]))


def rate_page(request: HttpRequest, code: str) -> HttpResponse:
    """Rate, or read what became of one's rating."""
    found = _found(request, code)
    if request.method == "POST":
        return _appeal(request, found) if "appeal" in request.POST else _rate(request, found)
    level = request.GET.get("level", "")
    if found.may_rate and level in {str(value) for value in Satisfaction.values}:
        return _show(request, found, form=ServiceRatingForm(at_level=int(level)))
    return _show(request, found)


def _rate(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = ServiceRatingForm(request.POST, at_level=_level(request.POST.get("level", "")))
    if not form.is_valid():
        return _show(request, found, form=form, status=422)
    try:
        rate(viewer_of(request), found.code, **form.cleaned_data, channel="link")
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _show(request, found, form=form, status=refusal.status)
    messages.success(request, _("Thank you. Your rating counts in the department's assessment."))
    return HttpResponseRedirect(request.path)


def _appeal(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _show(request, found, appeal=form, status=422)
    try:
        appeal_answer(viewer_of(request), found.code, words=form.cleaned_data["words"])
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _show(request, found, appeal=form, status=refusal.status)
    messages.success(request, _("The service office takes your appeal up and answers here."))
    return HttpResponseRedirect(request.path)


def _show(
    request: HttpRequest,
    found: Invitation,
    *,
    form: ServiceRatingForm | None = None,
    appeal: AppealForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "found": found,
        "form": form,
        "appeal_form": appeal or AppealForm(),
        "steps": stages(found),
        "page_title": found.row.title,
    }
    response = render(request, "portal/ratings/rate.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


def stages(found: Invitation) -> list[dict[str, Any]]:
    """The stages of the rectification as steps; none for a rating that opened no case."""
    case = found.rectification.case if found.rectification else None
    if case is None or (found.rectification and found.rectification.is_upheld):
        return []
    keys = [key for key in RECTIFICATION.stages if key != "judge" or case.stage == "judge"]
    now = keys.index(case.stage) if case.stage in keys and case.status != "closed" else len(keys)
    return [
        {"title": RECTIFICATION.stages[key], "state": "done" if at < now else "now" if at == now else ""}
        for at, key in enumerate(keys)
    ]


def _level(text: str) -> int:
    """The level a sent form speaks of; a wrong one is the form's own fault to tell."""
    return int(text) if text in {str(value) for value in Satisfaction.values} else Satisfaction.FAIR


def _found(request: HttpRequest, code: str) -> Invitation:
    """What the code stands for; wrong codes are counted."""
    viewer = viewer_of(request)
    try:
        return invitation_of(viewer, code)
    except NotFound:
        limit(MISSED, viewer.address)
        raise
