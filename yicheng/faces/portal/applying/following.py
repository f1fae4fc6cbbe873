"""One's applications: what waits for oneself, how each stands, the slip with its code, adding what is missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from yicheng.core.cases.models import Case
from yicheng.core.cases.public import explain_due
from yicheng.core.kernel.errors import Refusal, SignInRequired
from yicheng.core.people.public import Viewer, organisation_names, viewer_of
from yicheng.core.services.actions import applications as acts
from yicheng.core.services.models import Application, Signature
from yicheng.core.services.opening import answers_of
from yicheng.core.services.queries.applications import (
    Detail,
    application_detail,
    find_by_code,
    my_applications,
    own_application,
)
from yicheng.core.services.queries.forms import form_for
from yicheng.core.services.queries.signing import signatures_waiting, to_sign
from yicheng.core.services.reading_out import answer_rows, opinion_words, qr_picture
from yicheng.core.web.public import keyset_page
from yicheng.faces.portal.applying.course import course_of
from yicheng.faces.portal.applying.finishing import change_material

TONES = {
    "draft": "outline",
    "submitted": "info",
    "returned": "warn",
    "accepted": "info",
    "rejected": "bad",
    "decided": "brand",
    "delivered": "good",
    "withdrawn": "outline",
}


def applications(request: HttpRequest) -> HttpResponse:
    """All one's applications, what waits for one's hand first."""
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        raise SignInRequired(_("Please sign in to see your applications."))
    rows = my_applications(viewer)
    mine = rows.filter(status__in=("draft", "returned")).order_by("-id")[:30]
    page = keyset_page(
        rows.exclude(status__in=("draft", "returned")),
        order=("-id",),
        size=20,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "waiting": [(row, TONES[row.status]) for row in mine],
        "page": page,
        "rows": [(row, TONES[row.status]) for row in page.rows],
        "to_sign": signatures_waiting(viewer),
    }
    return render(request, "portal/applying/list.html", context)


def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """How an application stands; a draft goes on where it was left. What is missing is added here."""
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        raise SignInRequired(_("Please sign in to see your applications."))
    found = own_application(viewer, application_id)
    if found.status == Application.Status.DRAFT:
        return redirect(course_of(found, answers_of(found), found.reached_step).now.url)
    refusal = None
    if request.method == "POST":
        refusal = _supply(request, viewer, found)
        if refusal is None:
            return redirect("portal.application", found.pk)
    detail = application_detail(viewer, application_id)
    context = {**_shown(detail), "refusal": refusal}
    return render(request, "portal/applying/follow.html", context, status=refusal.status if refusal else 200)


def _supply(request: HttpRequest, viewer: Viewer, found: Application) -> Refusal | None:
    refusal = change_material(request, viewer, found)
    if refusal is not None or "done" not in request.POST:
        return refusal
    try:
        acts.supplement(viewer, found.pk)
    except Refusal as refused:
        return refused
    messages.success(request, _("Thank you. The office goes on with your application."))
    return None


def _shown(detail: Detail) -> dict[str, Any]:
    row = detail.application
    opinions = list(row.opinions.order_by("pk"))
    names = organisation_names({one.organisation_id for one in opinions if one.organisation_id})
    version = row.version
    return {
        "detail": detail,
        "row": row,
        "tone": TONES[row.status],
        "steps": stages(row),
        "due": explain_due(row.case) if row.case and row.status in ("submitted", "accepted") else "",
        "opinions": [(one, names.get(one.organisation_id or 0, ""), opinion_words(one)) for one in opinions],
        "results": list(row.results.order_by("pk")),
        "missing": row.missing_notices.filter(answered_at=None).first(),
        "sections": answer_rows(form_for(version.form_id), detail.answers) if version.form_id else (),
        "may_withdraw": row.status in ("submitted", "returned", "accepted"),
        "page_title": str(version),
    }


def stages(row: Application) -> list[dict[str, str]]:
    """Where it stands, in five stages; a refusal ends them."""
    titles = [
        pgettext("stage of an application", "Handed in"),
        pgettext("stage of an application", "Acceptance"),
        pgettext("stage of an application", "Review"),
        pgettext("stage of an application", "Decision"),
        pgettext("stage of an application", "Delivery"),
    ]
    case: Case | None = row.case
    now = {"accept": 1, "review": 2, "decide": 3, "issue": 4, "deliver": 4}.get(case.stage if case else "", 1)
    if row.status in ("delivered", "rejected", "withdrawn") or row.decision == "refused":
        last = {"delivered": 5, "rejected": 2, "withdrawn": now}.get(row.status, 4)
        return [{"title": title, "state": "done"} for title in titles[:last]]
    return [
        {"title": title, "state": "done" if at < now else "now" if at == now else ""}
        for at, title in enumerate(titles)
    ]


def slip(request: HttpRequest, application_id: int) -> HttpResponse:
    """The slip: number, what, when, by when, and a code that shows how it stands."""
    found = own_application(viewer_of(request), application_id)
    if found.case is None:
        return redirect("portal.application", found.pk)
    detail = application_detail(viewer_of(request), application_id)
    return render(request, "portal/applying/slip.html", slip_context(request, detail))


def slip_context(request: HttpRequest, detail: Detail) -> dict[str, Any]:
    """What a slip shows."""
    link = request.build_absolute_uri(f"/c/{detail.application.code}")
    return {
        "detail": detail,
        "row": detail.application,
        "link": link,
        "picture": qr_picture(link),
        "lines": [line for line in detail.materials if line.is_given],
        "page_title": _("Acceptance slip"),
    }


@require_POST
def withdraw(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take it back before it is decided, or throw a draft away."""
    viewer = viewer_of(request)
    if own_application(viewer, application_id).status == Application.Status.DRAFT:
        acts.discard_draft(viewer, application_id)
        messages.success(request, _("The draft is thrown away."))
        return redirect("portal.applications")
    acts.withdraw_application(viewer, application_id)
    messages.success(request, _("Your application is withdrawn."))
    return redirect("portal.application", application_id)


def sign(request: HttpRequest, signature_id: int) -> HttpResponse:
    """Read what one is asked to sign, then sign or refuse."""
    viewer = viewer_of(request)
    row = to_sign(viewer, signature_id)
    if request.method == "POST":
        acts.sign(viewer, row.pk, is_refused="refuse" in request.POST)
        text = _("You refused to sign.") if "refuse" in request.POST else _("You have signed.")
        messages.success(request, text)
        return redirect("portal.applications")
    return render(request, "portal/applying/sign.html", _signed(row))


def _signed(row: Signature) -> dict[str, Any]:
    version = row.application.version
    answers = answers_of(row.application)
    return {
        "row": row,
        "sections": answer_rows(form_for(version.form_id), answers) if version.form_id else (),
        "page_title": str(version),
    }


def by_code(request: HttpRequest, code: str) -> HttpResponseBase | None:
    """What scanning a slip shows: who follows it is led to it, others see how it stands and nothing personal."""
    found = find_by_code(code)
    if found is None:
        return None
    viewer = viewer_of(request)
    if viewer.is_signed_in and my_applications(viewer).filter(pk=found.pk).exists():
        return redirect(reverse("portal.application", args=[found.pk]))
    context = {
        "row": found,
        "tone": TONES[found.status],
        "steps": stages(found),
        "page_title": str(found.version),
    }
    return render(request, "portal/applying/by_code.html", context)
