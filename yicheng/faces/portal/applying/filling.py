"""Filling in: one step a page; every page is kept when it is sent, checked or not, whatever becomes of the session."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict

from yicheng.core.journal.public import receive_file
from yicheng.core.kernel.errors import Conflict, Refusal
from yicheng.core.people.public import seal, unseal, viewer_of
from yicheng.core.services.actions import applications as acts
from yicheng.core.services.checking import held_files
from yicheng.core.services.forms.bound import REFRESH, BoundForm
from yicheng.core.services.models import Application
from yicheng.core.services.opening import answers_of, known_of
from yicheng.core.services.queries.applications import own_application
from yicheng.core.services.queries.forms import bound_form
from yicheng.faces.portal.applying.course import Course, course_of

HELD = "applying.held"


def step_page(request: HttpRequest, application_id: int, step: str) -> HttpResponse:
    """One step of the form. What a stranger sends (the session ended) waits until they have signed in."""
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        return _hold(request)
    draft = own_application(viewer, application_id)
    if draft.status != Application.Status.DRAFT:
        return redirect("portal.application", draft.pk)
    answers = answers_of(draft)
    course = course_of(draft, answers, step)
    if course.now.key != step:
        return redirect(course.now.url)
    sent, held = request.POST if request.method == "POST" else None, _released(request)
    if sent is None and held is None:
        return _show(request, draft, course, _bound(draft, answers, step))
    bound = _bound(draft, answers, step, data=sent if sent is not None else held, files=request.FILES)
    if sent is None:
        return _show(request, draft, course, bound, is_released=True)
    if REFRESH in sent:
        return _show(request, draft, course, bound)
    return _keep(request, draft, course, bound)


def _keep(request: HttpRequest, draft: Application, course: Course, bound: BoundForm) -> HttpResponse:
    viewer, step = viewer_of(request), course.now.key
    is_good = bound.is_valid()
    goes_back, leaves = "back" in request.POST, "later" in request.POST
    ahead = course.before if goes_back and course.before else course.after
    try:
        uploads = {
            key: [receive_file(viewer, one) for one in files] for key, files in _uploads(bound).items()
        }
        kept = bound.answers if is_good else bound.loose
        saved = acts.save_answers(
            viewer, draft.pk, kept, revision=_number(request.POST.get("_revision")), step=ahead.key
        )
        acts.attach_answer_files(viewer, draft.pk, uploads)
    except Conflict as refusal:
        draft = own_application(viewer, draft.pk)
        return _show(request, draft, course, bound, refusal=refusal, status=409)
    except Refusal as refusal:
        return _show(request, draft, course, bound, refusal=refusal, status=refusal.status)
    if leaves:
        return redirect("portal.applications")
    if goes_back:
        return redirect(ahead.url)
    if bound.asks_again or not is_good:
        return _show(request, saved, course, bound, status=200 if bound.asks_again else 422)
    return redirect(course_of(saved, answers_of(saved), step).after.url)


def _show(
    request: HttpRequest,
    draft: Application,
    course: Course,
    bound: BoundForm,
    *,
    refusal: Refusal | None = None,
    is_released: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "draft": draft,
        "course": course,
        "form": bound,
        "refusal": refusal,
        "is_released": is_released,
        "page_title": str(draft.version),
        "has_places": any(part.role == "point" for one in bound.steps for part in one.walk()),
    }
    response = render(request, "portal/applying/step.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _bound(
    draft: Application, answers: dict[str, Any], step: str, *, data: Any = None, files: Any = None
) -> BoundForm:
    assert draft.version.form_id is not None
    return bound_form(
        draft.version.form_id,
        data,
        files,
        known_of(draft),
        step=step,
        kept=answers,
        held=held_files(draft),
    )


def _uploads(bound: BoundForm) -> dict[str, list[Any]]:
    return {key: [one for one in files if hasattr(one, "read")] for key, files in bound.uploads.items()}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else -1


# ── the session ended while somebody was writing ────────────────────────────


def _hold(request: HttpRequest) -> HttpResponse:
    """Keep what was sent, sealed, in the stranger's session; after signing in it stands in the form again."""
    if request.method == "POST" and len(request.body) < 200_000:
        request.session[HELD] = {"path": request.path, "data": seal(request.POST.urlencode())}
    return redirect_to_login(request.path)


def _released(request: HttpRequest) -> MultiValueDict[str, Any] | None:
    held = request.session.get(HELD)
    if not held or held["path"] != request.path:
        return None
    del request.session[HELD]
    return QueryDict(unseal(held["data"]))
