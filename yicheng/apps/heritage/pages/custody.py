"""Orders to move relics: asked on the relic's page, listed with what is out and overdue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.actions.custody import NewMovement, order_movement
from yicheng.apps.heritage.forms.custody import MovementForm
from yicheng.apps.heritage.models import Movement, Relic
from yicheng.apps.heritage.permissions import ORDER, VIEW_RELICS
from yicheng.apps.heritage.queries.custody import (
    custody_of,
    is_overdue,
    movements,
    narrowed,
    running_movement,
)
from yicheng.apps.heritage.queries.relics import relic_of
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.declare import Menu, Page, Panel
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, list_view

TONES = {"asked": "warn", "approved": "info", "out": "accent", "received": "good", "refused": "outline"}


def _status(row: Movement) -> Any:
    if is_overdue(row):
        return badge(_t("should be back"), "bad")
    return badge(row.get_status_display(), TONES[row.status])


MOVEMENTS = ListPage(
    rows=movements,
    link=lambda row: reverse("heritage.relic", args=[row.relic_id]),
    columns=(
        Column("relic", _("Relic"), lambda row: f"{row.relic.number} {row.relic.name}"),
        Column("kind", _("Purpose of the movement"), lambda row: row.get_kind_display()),
        Column("to", _("Where to"), lambda row: row.to_place),
        Column("back", _("Back on"), lambda row: row.back_on or "–"),
        Column("status", _("State"), _status, lambda row: row.get_status_display()),
    ),
    filters=(
        Filter(
            "show",
            _("Show"),
            narrowed,
            choices=lambda _viewer: (
                ("open", _("Under way")),
                ("out", _("Out, to come back")),
                ("overdue", _("Should be back")),
            ),
        ),
    ),
    orders=(Order("newest", _("Newest first"), ("-id",)),),
    export="movements",
    nothing_title=_("No movement fits"),
    nothing_text=_("Movements are ordered on a relic's page."),
)


def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that a relic be moved."""
    viewer = viewer_of(request)
    found = relic_of(viewer, pk)
    form, status = MovementForm(request.POST or None, relic=found), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                order_movement(viewer, pk, NewMovement(**form.cleaned_data))
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _t("The movement was asked for; it waits for approval."))
                return HttpResponseRedirect(reverse("heritage.relic", args=[pk]))
    return render(request, "heritage/form.html", {"form": form, "lead": found.name}, status=status)


def custody_panel(viewer: Viewer, relic: Relic) -> Mapping[str, Any] | None:
    """Where it was, and the order that stands."""
    running = running_movement(relic)
    return {
        "entries": custody_of(relic),
        "running": running,
        "status": _status(running) if running else "",
        "may_order": running is None
        and viewer.may(ORDER, organisation_id=relic.organisation_id, division=relic.division_code),
    }


def _example() -> Mapping[str, Any]:
    return {"pk": Relic.objects.order_by("pk").values_list("pk", flat=True).first() or 1}


PAGES = (
    Page(
        "heritage.movements",
        "desk",
        "heritage/movements/",
        list_view(MOVEMENTS),
        _("Movements of relics"),
        VIEW_RELICS,
        Menu(_("Cultural heritage"), 518, "truck"),
    ),
    Page(
        "heritage.movement_order",
        "desk",
        "heritage/relics/<int:pk>/move/",
        order,
        _("Order a movement"),
        ORDER,
        example=_example,
    ),
)
PANELS = (
    Panel(
        "heritage.relic_custody", "heritage.relic", "heritage/panels/custody.html", custody_panel, order=40
    ),
)
