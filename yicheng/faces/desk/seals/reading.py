"""The list of seals, one seal with its uses, and the check of a sealed file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import Seal
from yicheng.core.credentials.public import check_pdf
from yicheng.core.credentials.queries import seals as queries
from yicheng.core.credentials.sealing.picture import picture_for_screens
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, one_of
from yicheng.faces.desk.seals.forms import FileForm
from yicheng.faces.desk.seals.words import REQUEST_TONES, TITLES, TONES


def _by_words(rows: Any, text: str) -> Any:
    return rows.filter(title__icontains=text[:60])


SEALS = ListPage(
    rows=queries.seals,
    columns=(
        Column("title", _("Seal"), str),
        Column("organisation", _("Organisation"), lambda one: str(one.organisation)),
        Column("custodian", _("Custodian"), lambda one: str(one.custodian or "–")),
        Column(
            "state", _("State"), lambda one: badge(one.get_state_display(), TONES[one.state]),
            lambda one: one.get_state_display(),
        ),
        Column("code", _("Code"), lambda one: one.code, is_short=True),
    ),
    orders=(Order("code", _("By code"), ("code",)),),
    filters=(
        Filter("q", _("Words"), _by_words, kind="search"),
        Filter("state", _("State"), one_of("state", Seal.State.values), choices=lambda _viewer: Seal.State.choices),
    ),
    link=lambda one: reverse("desk.seal", args=[one.pk]),
    export="seals",
    template="desk/seals/seals.html",
    nothing_title=_("No seals yet"),
    nothing_text=_("Seals of your bodies are listed here once they are registered."),
    context=lambda request: {
        "waiting": queries.waiting_requests(viewer_of(request)),
        "may_keep": viewer_of(request).may("credentials.keep_seals"),
    },
)  # fmt: skip


def seal(request: HttpRequest, seal_id: int) -> HttpResponse:
    """Everything about a seal."""
    viewer = viewer_of(request)
    view = queries.seal(viewer, seal_id)
    found = view.seal
    context = {
        "page_title": str(found),
        "seal": found,
        "view": view,
        "state": (found.get_state_display(), TONES[found.state]),
        "requests": [(one, REQUEST_TONES[one.state]) for one in view.requests],
        "may_decide": viewer.account_id is not None and viewer.account_id == found.custodian_id,
        "may_keep": found.state != Seal.State.DESTROYED
        and viewer.may("credentials.keep_seals", organisation_id=found.organisation_id),
        "breadcrumb": [(reverse("desk.seals"), TITLES["seals"])],
    }
    return render(request, "desk/seals/seal.html", context)


def seal_picture(request: HttpRequest, seal_id: int) -> HttpResponse:
    """The picture, for those who may see the seal."""
    found = queries.seal(viewer_of(request), seal_id).seal
    return HttpResponse(picture_for_screens(found), content_type="image/svg+xml")


def check(request: HttpRequest) -> HttpResponse:
    """Whether a file is as it was sealed, and by whom."""
    form = FileForm(request.POST or None, request.FILES or None)
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            found = check_pdf(form.cleaned_data["file"].read())
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "found": found, "is_checked": found is not None}
    return render(request, "desk/seals/check.html", context, status=422 if form.errors else 200)


def example() -> Mapping[str, Any]:
    """A seal, for the tests of pages."""
    return {"seal_id": Seal.objects.order_by("code").values_list("pk", flat=True).first() or 1}
