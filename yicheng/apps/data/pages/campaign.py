"""The campaign at the desk: ranking, wall chart, what a department owes, one demand with its deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yicheng.apps.data.actions.campaign import (
    answer_with,
    ask_for,
    dispute_demand,
    judge_delivery,
    open_campaign,
)
from yicheng.apps.data.actions.demand_lists import take_demand_list
from yicheng.apps.data.forms.campaign import (
    AnswerForm,
    CampaignForm,
    DemandForm,
    DisputeDemandForm,
    VerdictForm,
)
from yicheng.apps.data.forms.sources import UploadForm
from yicheng.apps.data.models import Demand
from yicheng.apps.data.pages.words import DEMAND_TONES, body_name
from yicheng.apps.data.queries.campaign import (
    A_DAY_LATE,
    IN_TIME,
    QUALITY,
    RUN,
    SEE,
    USED,
    Standing,
    campaign_now,
    current_campaign,
    demand_of,
    demands,
    judged,
    owed_by,
    ranking,
)
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import bodies_of, viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import add_refusal, badge

GROUP = _("Data sharing")
WAITING = 8


def _totals(standings: Sequence[Standing]) -> Mapping[str, Any]:
    qualities = [one.quality for one in standings if one.quality is not None]
    return {
        "owed": sum(one.owed for one in standings),
        "accepted": sum(one.accepted for one in standings),
        "overdue": sum(one.overdue for one in standings),
        "quality": round(sum(qualities) / len(qualities)) if qualities else None,
    }


def _crumbs() -> list[tuple[str, Any]]:
    return [(reverse("data.campaign"), _("Collection campaign"))]


def campaign_page(request: HttpRequest) -> HttpResponse:
    """The running campaign: totals, ranking, what waits for a verdict."""
    viewer = viewer_of(request)
    campaign = campaign_now(viewer)
    standings = ranking(viewer, campaign) if campaign else []
    may_run = viewer.may(RUN)
    waiting = (
        demands(viewer).filter(campaign=campaign, status=Demand.Status.DELIVERED)[:WAITING] if may_run else ()
    )
    context = {
        "campaign": campaign,
        "standings": standings,
        "totals": _totals(standings),
        "waiting": waiting,
        "may_run": may_run,
        "in_time": IN_TIME,
        "quality_points": QUALITY,
        "used_points": USED,
        "a_day_late": A_DAY_LATE,
        "page_title": campaign.title if campaign else _t("Collection campaign"),
    }
    return render(request, "data/campaign.html", context)


def wall(request: HttpRequest) -> HttpResponse:
    """For a large screen: it fetches itself anew every minute; without script the browser reloads it."""
    viewer = viewer_of(request)
    campaign = campaign_now(viewer)
    standings = ranking(viewer, campaign) if campaign else []
    shown = list(reversed(standings))
    chart = {
        "grid": {"left": 8, "right": 24, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "max": 100},
        "yAxis": {"type": "category", "data": [one.name for one in shown]},
        "series": [
            {
                "type": "bar",
                "data": [one.score for one in shown],
                "label": {"show": True, "position": "right"},
            }
        ],
        "tooltip": {"trigger": "axis"},
    }
    context = {
        "campaign": campaign,
        "standings": standings,
        "totals": _totals(standings),
        "chart": chart,
        "now": clock.now(),
    }
    answer = render(request, "data/wall.html", context)
    answer["Refresh"] = "300"
    return answer


def owed(request: HttpRequest) -> HttpResponse:
    """What one's own department owes; another one's by its number, where its rows may be seen."""
    viewer = viewer_of(request)
    wanted = request.GET.get("body", "")
    body_id = int(wanted) if wanted.isdecimal() and len(wanted) < 12 else viewer.organisation_id
    bodies = bodies_of(ids=[body_id]) if body_id else []
    if not bodies:
        raise NotFound(_("You belong to no department, or there is none of this number."))
    campaign = campaign_now(viewer)
    rows = owed_by(viewer, bodies[0].id)
    standing = next(
        (one for one in ranking(viewer, campaign) if one.organisation_id == bodies[0].id)
        if campaign
        else iter(()),
        None,
    )
    context = {
        "rows": [(one, _state(one.demand)) for one in rows],
        "body": bodies[0].name,
        "standing": standing,
        "breadcrumb": _crumbs(),
    }
    return render(request, "data/owed.html", context)


def demand_page(request: HttpRequest, demand_id: int) -> HttpResponse:
    """One demand: what is asked, what came, and what can be done about it."""
    return _demand(request, demand_of(viewer_of(request), demand_id))


def _demand(request: HttpRequest, demand: Demand, *, status: int = 200, **filled: Any) -> HttpResponse:
    viewer = viewer_of(request)
    own = partial(viewer.may, organisation_id=demand.organisation_id, division="")
    is_open = demand.status in (Demand.Status.OWED, Demand.Status.RETURNED)
    forms: dict[str, Any] = {
        "judge": VerdictForm() if demand.status == Demand.Status.DELIVERED and viewer.may(RUN) else None,
        "answer": AnswerForm(demand=demand) if is_open and own("data.bring_in") else None,
        "dispute": DisputeDemandForm() if is_open and own("data.dispute_demand") else None,
    }
    context = {
        **forms,
        **filled,
        "demand": demand,
        "one": judged([demand])[0],
        "state": _state(demand),
        "body": body_name(demand.organisation),
        "asker": body_name(demand.asked_by),
        "deliveries": demand.deliveries.order_by("-delivered_at", "-pk")[:20],
        "case_url": reverse("desk.case", args=[demand.case_id]) if demand.case_id else "",
        "page_title": demand.title,
        "breadcrumb": _crumbs(),
    }
    return render(request, "data/demand.html", context, status=status)


def _state(demand: Demand) -> Any:
    return badge(demand.get_status_display(), DEMAND_TONES[demand.status])


@require_POST
def judge(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Accept or return what came."""
    demand = demand_of(viewer_of(request), demand_id)
    form = VerdictForm(request.POST)
    if form.is_valid():
        try:
            judge_delivery(
                viewer_of(request),
                demand.pk,
                is_accepted=request.POST.get("verdict") == "accept",
                **form.cleaned_data,
            )
            messages.success(request, _t("The verdict is told to the department."))
            return HttpResponseRedirect(reverse("data.demand", args=[demand.pk]))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _demand(request, demand, status=422, judge=form)


@require_POST
def answer(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Say which data set answers."""
    demand = demand_of(viewer_of(request), demand_id)
    form = AnswerForm(request.POST, demand=demand)
    if form.is_valid():
        try:
            answer_with(viewer_of(request), demand.pk, form.cleaned_data["data_set"])
            messages.success(request, _t("Saved. The delivery counts as soon as the data set is published."))
            return HttpResponseRedirect(reverse("data.demand", args=[demand.pk]))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _demand(request, demand, status=422, answer=form)


@require_POST
def dispute(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Dispute it: a case for the data office."""
    demand = demand_of(viewer_of(request), demand_id)
    form = DisputeDemandForm(request.POST)
    if form.is_valid():
        try:
            case = dispute_demand(viewer_of(request), demand.pk, **form.cleaned_data)
            messages.success(request, _t("The dispute is case %(number)s.") % {"number": case.number})
            return HttpResponseRedirect(reverse("data.demand", args=[demand.pk]))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _demand(request, demand, status=422, dispute=form)


def campaign_new(request: HttpRequest) -> HttpResponse:
    """Open a campaign."""
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            open_campaign(viewer_of(request), form.cleaned_data["title"], **_days(form))
            return HttpResponseRedirect(reverse("data.campaign"))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _form(request, form, button=_("Open the campaign"))


def _days(form: CampaignForm) -> Mapping[str, Any]:
    return {name: form.cleaned_data[name] for name in ("begins_on", "ends_on")}


def demand_new(request: HttpRequest) -> HttpResponse:
    """Lay one resource on a department."""
    form = DemandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = ask_for(viewer_of(request), _campaign_id(), form.demand())
            return HttpResponseRedirect(reverse("data.demand", args=[row.pk]))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _form(request, form, button=_("Ask for it"))


def demand_list(request: HttpRequest) -> HttpResponse:
    """Lay a whole list on the departments: a table of what, who, by when."""
    form = UploadForm(request.POST or None, request.FILES or None)
    refused: Sequence[Any] = ()
    if request.method == "POST" and form.is_valid():
        try:
            taken = take_demand_list(viewer_of(request), _campaign_id(), form.cleaned_data["file"].read())
            if not taken.refused:
                messages.success(request, _t("%(count)d resources are asked for.") % {"count": taken.count})
                return HttpResponseRedirect(reverse("data.campaign"))
            refused = taken.refused
            form.add_error(None, _t("Nothing was taken: mend these rows and send the list again."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    lead = _(
        "Columns: 资源名称, 责任部门, 需求部门, 截止日期; where known 用途, 数据项, 数据集. All rows are taken, or none."
    )
    return _form(request, form, button=_("Lay these demands"), lead=lead, refused=refused)


def _campaign_id() -> int:
    campaign = current_campaign()
    if campaign is None:
        raise NotFound(_("There is no such campaign."))
    return campaign.pk


def _form(request: HttpRequest, form: Any, *, button: Any, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "button": button,
        "back": reverse("data.campaign"),
        "breadcrumb": _crumbs(),
        **more,
    }
    return render(request, "data/form.html", context, status=422 if form.errors else 200)


def _example() -> Mapping[str, Any]:
    return {"demand_id": Demand.objects.order_by("pk").values_list("pk", flat=True).first() or 0}


PAGES = (
    Page("data.campaign", "desk", "data/campaign/", campaign_page, _("Collection campaign"), SEE, Menu(GROUP, 71, "megaphone")),
    Page("data.wall", "desk", "data/campaign/wall/", wall, _("Wall chart of the campaign"), SEE),
    Page("data.owed", "desk", "data/campaign/owed/", owed, _("What we owe"), SEE),
    Page("data.campaign_new", "desk", "data/campaign/new/", campaign_new, _("New campaign"), RUN),
    Page("data.demand_new", "desk", "data/campaign/demands/new/", demand_new, _("Lay a demand"), RUN),
    Page("data.demand_list", "desk", "data/campaign/demands/list/", demand_list, _("Demand list"), RUN),
    Page("data.demand", "desk", "data/campaign/demands/<int:demand_id>/", demand_page, _("Owed resource"), SEE, example=_example),
    Page("data.demand_judge", "desk", "data/campaign/demands/<int:demand_id>/judge/", judge, _("Verdict"), RUN),
    Page("data.demand_answer", "desk", "data/campaign/demands/<int:demand_id>/answer/", answer, _("Which data set answers"), "data.bring_in"),
    Page("data.demand_dispute", "desk", "data/campaign/demands/<int:demand_id>/dispute/", dispute, _("Dispute"), "data.dispute_demand"),
)  # fmt: skip
