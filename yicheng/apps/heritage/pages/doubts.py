"""Doubtful rows of published lists, decided by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.actions.sitelists import settle_doubt
from yicheng.apps.heritage.forms.sites import DoubtForm
from yicheng.apps.heritage.models import SiteDoubt
from yicheng.apps.heritage.permissions import KEEP_SITES
from yicheng.apps.heritage.queries.sites import doubt_of, doubts
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.places.public import full_name
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, list_view, one_of

TONES = {"waiting": "warn", "taken": "good", "refused": "outline"}


def _status(doubt: SiteDoubt) -> Any:
    return badge(doubt.get_status_display(), TONES[doubt.status])


DOUBTS = ListPage(
    rows=doubts,
    link=lambda doubt: reverse("heritage.doubt", args=[doubt.pk]),
    columns=(
        Column("number", _("Number"), lambda doubt: doubt.number, is_short=True),
        Column("name", _("Site"), lambda doubt: doubt.name),
        Column("address", _("Address"), lambda doubt: doubt.address),
        Column("reason", _("Doubt"), lambda doubt: doubt.get_reason_display()),
        Column("status", _("State"), _status, lambda doubt: doubt.get_status_display()),
    ),
    filters=(
        Filter(
            "status",
            _("State"),
            one_of("status", SiteDoubt.Status.values),
            choices=lambda _viewer: SiteDoubt.Status.choices,
        ),
    ),
    orders=(Order("number", _("By number"), ("number",)),),
    export="doubts",
    nothing_title=_("Nothing is in doubt"),
    nothing_text=_("Rows of a list that contradict themselves wait here for a decision."),
)


def doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """One row as the list has it, and the decision."""
    viewer = viewer_of(request)
    found = doubt_of(viewer, pk)
    initial = {"division": found.division_code, "verdict": "take"}
    form, status = DoubtForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                settle_doubt(
                    viewer, pk, take=given["verdict"] == "take", division=given["division"], why=given["why"]
                )
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                return HttpResponseRedirect(reverse("heritage.doubts"))
    context = {
        "doubt": found,
        "form": form,
        "state": _status(found),
        "county": full_name(found.division_code) if found.division_code else "",
        "is_waiting": found.status == SiteDoubt.Status.WAITING,
        "page_title": found.name,
        "breadcrumb": [(reverse("heritage.doubts"), _("Doubtful rows"))],
    }
    return render(request, "heritage/doubt.html", context, status=status)


def _example() -> Mapping[str, Any]:
    return {"pk": SiteDoubt.objects.order_by("pk").values_list("pk", flat=True).first() or 1}


PAGES = (
    Page(
        "heritage.doubts",
        "desk",
        "heritage/doubts/",
        list_view(DOUBTS),
        _("Doubtful rows"),
        KEEP_SITES,
        Menu(_("Cultural heritage"), 530, "circle-help"),
    ),
    Page(
        "heritage.doubt",
        "desk",
        "heritage/doubts/<int:pk>/",
        doubt,
        _("A doubtful row"),
        KEEP_SITES,
        example=_example,
    ),
)
