"""Patrols at the desk: rounds to walk, a round's checklist with photos, new plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yicheng.apps.heritage.actions.patrols import NewPlan, end_plan, plan_patrol, walk_round
from yicheng.apps.heritage.forms.patrols import PlanForm, RoundForm
from yicheng.apps.heritage.models import PatrolRound
from yicheng.apps.heritage.permissions import PATROL, PLAN_PATROLS
from yicheng.apps.heritage.queries.patrols import narrowed, round_of, rounds
from yicheng.core.journal.public import attached_files, receive_file
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Refusal
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, list_view


def _where(row: Any) -> str:
    site = row.plan.site
    return in_language(site.name, site.name_en) if site else str(row.plan.place)


def _state(row: Any) -> Any:
    today = localtime(clock.now()).date()
    if row.done_at is None:
        return badge(_t("overdue"), "bad") if row.due_on < today else badge(_t("to walk"), "info")
    if row.not_fine:
        return badge(
            ngettext("%(n)d point not in order", "%(n)d points not in order", row.not_fine)
            % {"n": row.not_fine},
            "warn",
        )
    return badge(_t("all in order"), "good")


ROUNDS = ListPage(
    rows=rounds,
    link=lambda row: reverse("heritage.patrol", args=[row.pk]),
    columns=(
        Column("title", _("Patrol"), lambda row: row.plan.title),
        Column("where", _("Where"), _where),
        Column(
            "due",
            _("To be walked by"),
            lambda row: date_format(row.due_on),
            lambda row: row.due_on,
            is_short=True,
        ),
        Column("keeper", _("Keeping body"), lambda row: row.organisation),
        Column("who", _("Walked by"), lambda row: row.done_by or "–"),
        Column("state", _("State"), _state, lambda row: row.done_at or ""),
    ),
    filters=(
        Filter(
            "show",
            _("Show"),
            narrowed,
            choices=lambda _viewer: (
                ("walk", _("To walk now")),
                ("overdue", _("Overdue rounds")),
                ("done", _("Walked")),
                ("found", _("With something found")),
            ),
        ),
    ),
    orders=(
        Order("due", _("Latest day first"), ("-due_on", "-id")),
        Order("next", _("Next day first"), ("due_on", "id")),
    ),
    export="patrols",
    template="heritage/patrols.html",
    nothing_title=_("No round is due"),
    nothing_text=_("Plan a patrol: its rounds open by themselves."),
    context=lambda request: {"may_plan": viewer_of(request).may(PLAN_PATROLS)},
)


def plan(request: HttpRequest) -> HttpResponse:
    """Plan a patrol."""
    viewer = viewer_of(request)
    form, status = PlanForm(request.POST or None, viewer=viewer), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                plan_patrol(viewer, NewPlan(**form.cleaned_data))
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _t("The patrol is planned; its rounds open by themselves."))
                return HttpResponseRedirect(reverse("heritage.patrols"))
    return render(request, "heritage/form.html", {"form": form}, status=status)


def one_round(request: HttpRequest, pk: int) -> HttpResponse:
    """A round: its checklist to fill in, or what was found on it."""
    viewer = viewer_of(request)
    found = round_of(viewer, pk)
    points = list(found.plan.points.order_by("number"))
    form, status = RoundForm(request.POST or None, request.FILES or None, points=points), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                photos = [receive_file(viewer, one) for one in form.cleaned_data["photos"]]
                walk_round(
                    viewer, pk, answers=form.answers(), words=form.cleaned_data["words"], photos=photos
                )
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _t("The round is walked. Thank you."))
                return HttpResponseRedirect(reverse("heritage.patrol", args=[pk]))
    may_plan = viewer.may(PLAN_PATROLS, organisation_id=found.organisation_id, division=found.division_code)
    subject = f"patrolround/{pk}"
    context = {
        "round": found,
        "form": form,
        "where": _where(found),
        "state": _state(found),
        "answers": found.answers.select_related("point").order_by("point__number"),
        "photos": attached_files([subject])[subject],
        "may_end": may_plan and found.plan.ended_at is None,
        "page_title": found.plan.title,
        "breadcrumb": [(reverse("heritage.patrols"), _t("Patrols"))],
    }
    return render(request, "heritage/patrol.html", context, status=status)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """No more rounds of the plan of this round."""
    viewer = viewer_of(request)
    end_plan(viewer, round_of(viewer, pk).plan_id)
    messages.success(request, _t("No more rounds of this patrol will open."))
    return HttpResponseRedirect(reverse("heritage.patrol", args=[pk]))


def _example() -> Mapping[str, Any]:
    return {"pk": PatrolRound.objects.order_by("pk").values_list("pk", flat=True).first() or 1}


PAGES = (
    Page(
        "heritage.patrols",
        "desk",
        "heritage/patrols/",
        list_view(ROUNDS),
        _("Patrols"),
        PATROL,
        Menu(_("Cultural heritage"), 522, "footprints"),
    ),
    Page("heritage.patrol_plan", "desk", "heritage/patrols/add/", plan, _("Plan a patrol"), PLAN_PATROLS),
    Page(
        "heritage.patrol",
        "desk",
        "heritage/patrols/<int:pk>/",
        one_round,
        _("Round of a patrol"),
        PATROL,
        example=_example,
    ),
    Page(
        "heritage.patrol_end",
        "desk",
        "heritage/patrols/<int:pk>/end/",
        end,
        _("End the patrol"),
        PLAN_PATROLS,
        example=_example,
    ),
)
