"""Applying for a simple item at a kiosk: one page, filled with what the city knows; kept as a draft for the phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Conflict, Invalid, Refusal
from yicheng.core.people.public import Viewer, party_of, viewer_of
from yicheng.core.services.application_facts import NewApplication
from yicheng.core.services.forms.bound import REFRESH, BoundForm
from yicheng.core.services.models import Application, Kiosk
from yicheng.core.services.opening import answers_of, known_of
from yicheng.core.services.public import begin_application, published_item, save_answers, submit_application
from yicheng.core.services.queries.applications import own_application
from yicheng.core.services.queries.forms import bound_form
from yicheng.faces.kiosk.person import led_to_sign_in
from yicheng.faces.kiosk.standing import at_kiosk


@at_kiosk
def apply(request: HttpRequest, kiosk: Kiosk, code: str) -> HttpResponse:
    """Begin, with the person's consent to look their data up."""
    viewer, item = viewer_of(request), published_item(code)
    if not item.is_kiosk:
        raise Conflict(_("This cannot be applied for at a kiosk. Use your phone, or come to a window."))
    if not viewer.is_signed_in:
        return led_to_sign_in(request)
    party = party_of(viewer)
    if request.method == "POST" and party is not None:
        new = NewApplication(code, party.id, source="kiosk")
        draft = begin_application(viewer, new, may_look_up="look_up" in request.POST)
        return HttpResponseRedirect(reverse("kiosk.form", args=[draft.pk]))
    return render(request, "kiosk/apply.html", {"item": item, "party": party, "page_title": item.title})


@at_kiosk
def form(request: HttpRequest, kiosk: Kiosk, application_id: int) -> HttpResponse:
    """The whole form; sent, it is kept and handed in."""
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        return led_to_sign_in(request)
    draft = own_application(viewer, application_id)
    if draft.status != Application.Status.DRAFT:
        return render(request, "kiosk/handed_in.html", {"found": draft, "page_title": draft.version})
    if request.method != "POST":
        return _show(request, draft, _bound(draft))
    bound = _bound(draft, request.POST)
    if REFRESH in request.POST:
        return _show(request, draft, bound)
    try:
        return _hand_in(request, viewer, draft, bound)
    except Refusal as refusal:
        faults = [fault.text for fault in getattr(refusal, "faults", ())]
        fresh = own_application(viewer, draft.pk)
        return _show(request, fresh, bound, refusal=refusal, faults=faults, status=refusal.status)


def _hand_in(request: HttpRequest, viewer: Viewer, draft: Application, bound: BoundForm) -> HttpResponse:
    """Keep what was typed in any case; hand it in where it holds."""
    is_good = bound.is_valid()
    kept = bound.answers if is_good else bound.loose
    revision = request.POST.get("_revision", "")
    saved = save_answers(
        viewer, draft.pk, kept, revision=int(revision) if revision.isdecimal() else draft.revision
    )
    if bound.asks_again:
        return _show(request, saved, bound)
    if not is_good:
        raise Invalid(_("Something is not right yet. See below."))
    submit_application(
        viewer, draft.pk, token=saved.token or "", revision=saved.revision, is_true="is_true" in request.POST
    )
    return HttpResponseRedirect(request.path)


def _bound(draft: Application, data: object = None) -> BoundForm:
    version = draft.version
    if version.form_id is None:
        raise Conflict(_("This item has no form that could be filled in here."))
    return bound_form(version.form_id, data, None, known_of(draft), kept=answers_of(draft))


def _show(
    request: HttpRequest,
    draft: Application,
    bound: BoundForm,
    *,
    refusal: Refusal | None = None,
    faults: list[object] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "draft": draft,
        "form": bound,
        "refusal": refusal,
        "faults": faults or [],
        "page_title": draft.version,
    }
    return render(request, "kiosk/form.html", context, status=status)
