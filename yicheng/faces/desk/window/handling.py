"""The window's own page, an application at the desk: what waits, checking, the one notice, the slip, handing over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yicheng.core.cases.models import Case
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import Viewer, organisation_names, viewer_of
from yicheng.core.services.actions import applications as acts
from yicheng.core.services.models import Application
from yicheng.core.services.queries.applications import Detail, application_detail, open_task
from yicheng.core.services.queries.desks import waiting, windows_of
from yicheng.core.services.queries.forms import form_for
from yicheng.core.services.queries.items import find_items
from yicheng.core.services.reading_out import answer_rows, opinion_words, qr_picture

FOUND, QUEUED = 30, 20


def window(request: HttpRequest) -> HttpResponse:
    """Find any matter, and see what waits to be accepted or handed over here."""
    viewer = viewer_of(request)
    words = request.GET.get("q", "").strip()[:80]
    items = find_items(viewer, words=words) if words else find_items(viewer)
    drafts = Application.objects.filter(clerk=viewer.account_id, status="draft").select_related(
        "version", "party"
    )
    context = {
        "words": words,
        "items": items[:FOUND],
        "places": windows_of(viewer),
        "to_accept": waiting(viewer, "accept")[:QUEUED],
        "to_deliver": waiting(viewer, "deliver")[:QUEUED],
        "drafts": drafts.order_by("-id")[:10],
    }
    return render(request, "desk/window/home.html", context)


def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """An application with its one pool of materials; every look is logged for the applicant."""
    viewer = viewer_of(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        refusal = _act(request, viewer, application_id)
        if refusal is None:
            return redirect("desk.application", application_id)
    detail = application_detail(viewer, application_id)
    context = {**shown(viewer, detail), "refusal": refusal, "page_title": str(detail.application.version)}
    return render(request, "desk/window/application.html", context, status=refusal.status if refusal else 200)


def _act(request: HttpRequest, viewer: Viewer, application_id: int) -> Refusal | None:
    sent = request.POST
    try:
        if "good" in sent or "bad" in sent:
            code = sent.get("good") or sent.get("bad") or ""
            note = sent.get(f"note-{code}", "")
            acts.check_material(viewer, application_id, code, is_good="good" in sent, note_text=note)
        elif "ask" in sent:
            acts.ask_for_missing(viewer, application_id, text=sent.get("text", ""))
            messages.success(request, _("The applicant is told all that is missing; the clock stands."))
        elif "deliver" in sent:
            acts.deliver(viewer, application_id, note_text=sent.get("note", ""))
            messages.success(request, _("Handed over."))
        elif "supplied" in sent:
            acts.supplement(viewer, application_id)
        for code in sent.getlist("paper"):
            acts.add_material(viewer, application_id, code, files=[], is_paper=True)
    except Refusal as refusal:
        return refusal
    return None


def shown(viewer: Viewer, detail: Detail) -> dict[str, Any]:
    """What the desk sees of an application."""
    row = detail.application
    opinions = list(row.opinions.order_by("pk"))
    tasks = list(row.case.tasks.filter(status="open").order_by("pk")) if row.case else []
    bodies = {
        body for body in [*(o.organisation_id for o in opinions), *(t.organisation_id for t in tasks)] if body
    }
    names = organisation_names(bodies, language=viewer.language)
    deliver = open_task(row, "deliver") if row.case else None
    accept = open_task(row, "accept") if row.case else None
    return {
        "detail": detail,
        "row": row,
        "sections": answer_rows(form_for(row.version.form_id), detail.answers) if row.version.form_id else (),
        "changed": set(row.known.filter(is_changed=True).values_list("field", flat=True)),
        "known": list(row.known.order_by("field")),
        "consents": list(row.consents.order_by("pk")),
        "opinions": [(one, names.get(one.organisation_id or 0, ""), opinion_words(one)) for one in opinions],
        "open_bodies": [(task, names.get(task.organisation_id or 0, "")) for task in tasks],
        "results": list(row.results.order_by("pk")),
        "missing": row.missing_notices.filter(answered_at=None).first(),
        "may_check": row.status in ("submitted", "accepted") and _may_check(viewer, row),
        "may_deliver": deliver is not None
        and viewer.may(
            "services.deliver", organisation_id=deliver.organisation_id, division=deliver.division_code
        ),
        "accept_task": accept,
    }


def _may_check(viewer: Viewer, row: Application) -> bool:
    for kind in ("accept", "review", "decide"):
        task = open_task(row, kind)
        if task and viewer.may(
            f"services.{kind}", organisation_id=task.organisation_id, division=task.division_code
        ):
            return True
    return False


def slip(request: HttpRequest, application_id: int) -> HttpResponse:
    """The slip to print for the applicant."""
    detail = application_detail(viewer_of(request), application_id, purpose=_("printing the slip"))
    link = request.build_absolute_uri(f"/c/{detail.application.code}")
    context = {
        "detail": detail,
        "row": detail.application,
        "picture": qr_picture(link),
        "lines": [line for line in detail.materials if line.is_given],
        "page_title": _("Acceptance slip"),
    }
    return render(request, "desk/window/slip.html", context)


def of_case(viewer: Viewer, case: Case) -> Mapping[str, Any] | None:
    """The card on a case's page: answers, pool and opinions, the same for every department side by side."""
    if case.process != "services.application":
        return None
    found = Application.objects.filter(case_id=case.pk).values_list("pk", flat=True).first()
    if found is None:
        return None
    return shown(viewer, application_detail(viewer, found))
