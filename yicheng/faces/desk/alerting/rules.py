"""Alert rules at the desk: the list, one with its trial on history, the editor, in and out of service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts import public as alerts
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.models import Rule
from yicheng.core.alerts.queries.rules import says
from yicheng.core.alerts.registry import declaration
from yicheng.core.alerts.words import rule_title
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge
from yicheng.faces.desk.alerting import words
from yicheng.faces.desk.alerting.ruleform import RuleForm, TrialForm, fields_of, last_weeks

STATUS_TONES = {"live": "good", "draft": "info", "retired": "outline"}


def _status(row: Rule) -> Any:
    if row.out_of_service_at is not None:
        return badge(_("out of service"), "warn")
    return badge(Rule.Status(row.status).label, STATUS_TONES[row.status])


def _says(row: Rule) -> str:
    rule = declaration(row)
    return says(rule) if rule else ""


RULES = ListPage(
    rows=alerts.rules_for,
    link=lambda row: reverse("desk.alert_rule", args=[row.pk]),
    columns=(
        Column("level", _("Alert level"), lambda row: words.level(row.severity), lambda row: row.severity, is_short=True),
        Column("title", _("Rule"), rule_title),
        Column("says", _("What makes it"), _says),
        Column("status", _("State"), _status, lambda row: row.status, is_short=True),
        Column("origin", _("Made by"), lambda row: Rule.Origin(row.origin).label),
        Column("open", _("Standing"), lambda row: row.open_count, is_number=True),
    ),
    orders=(
        Order("severity", _("Most serious first"), ("severity", "id")),
        Order("newest", _("Newest first"), ("-id",)),
    ),
    filters=(
        Filter("severity", _("Alert level"), lambda rows, value: rows.filter(severity=Severity(int(value))),
               choices=lambda _viewer: [(str(one.value), one.label) for one in Severity]),
        Filter("status", _("State"), lambda rows, value: rows.filter(status=Rule.Status(value)),
               choices=lambda _viewer: Rule.Status.choices),
        Filter("origin", _("Made by"), lambda rows, value: rows.filter(origin=Rule.Origin(value)),
               choices=lambda _viewer: Rule.Origin.choices),
    ),
    template="desk/alerts/rules.html",
    nothing_title=_("No rule fits"),
)  # fmt: skip


def rule_page(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One rule, and its trial on history (``?since=…&until=…``)."""
    viewer = viewer_of(request)
    detail = alerts.rule_detail(viewer, rule_id)
    may_edit = viewer.may("alerts.edit_rule")
    is_asked = "since" in request.GET and may_edit
    form = TrialForm(request.GET if is_asked else None, initial=last_weeks())
    trial = None
    if is_asked and form.is_valid() and detail.rule is not None:
        try:
            trial = alerts.try_rule(viewer, detail.rule, *form.stretch())
        except Invalid as refusal:
            add_refusal(form, refusal)
    row = detail.row
    context = {
        "page_title": detail.title,
        "detail": detail,
        "rule": detail.rule,
        "row": row,
        "level": words.level(row.severity),
        "status": _status(row),
        "form": form,
        "trial": trial,
        "trial_chart": _by_day(trial.by_day) if trial else None,
        "may_try": may_edit and detail.rule is not None and detail.rule.condition is not None,
        "deeds": [deed for deed in DEEDS.values() if deed["is_open"](viewer, row)],
        "may_edit": may_edit and row.origin == Rule.Origin.STAFF and row.status == Rule.Status.DRAFT,
        "may_copy": may_edit and row.origin == Rule.Origin.STAFF,
        "breadcrumb": [(reverse("desk.alert_rules"), gettext("Alert rules"))],
    }
    return render(request, "desk/alerts/rule.html", context)


def _by_day(by_day: Mapping[Any, int]) -> Mapping[str, Any]:
    days = list(by_day)
    every = []
    if days:
        every = [days[0] + timedelta(days=number) for number in range((days[-1] - days[0]).days + 1)]
    return {
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [day.isoformat() for day in every]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "type": "bar",
                "barMaxWidth": 48,
                "name": gettext("Alerts"),
                "data": [by_day.get(day, 0) for day in every],
            }
        ],
    }


def edit(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """Write a rule: kept as a draft, or tried at once without keeping it (``?copy=`` begins with another one)."""
    viewer = viewer_of(request)
    form = RuleForm(request.POST or None, initial=_first_values(request, viewer, rule_id))
    trial_form = TrialForm(request.POST if "try" in request.POST else None, initial=last_weeks())
    trial = sentence = None
    if request.method == "POST" and form.is_valid():
        try:
            if "try" not in request.POST:
                row = alerts.save_rule(viewer, form.draft(), rule_id=rule_id)
                messages.success(request, gettext("The draft is kept. Try it, then put it into force."))
                return HttpResponseRedirect(reverse("desk.alert_rule", args=[row.pk]))
            if trial_form.is_valid():
                trial = alerts.try_rule(viewer, form.draft(), *trial_form.stretch())
        except Invalid as refusal:
            add_refusal(form, refusal)
    context = {
        "form": form,
        "trial_form": trial_form,
        "trial": trial,
        "trial_chart": _by_day(trial.by_day) if trial else None,
        "sentence": sentence,
        "breadcrumb": [(reverse("desk.alert_rules"), gettext("Alert rules"))],
    }
    return render(request, "desk/alerts/rule_edit.html", context, status=422 if form.errors else 200)


def _first_values(request: HttpRequest, viewer: Viewer, rule_id: int | None) -> dict[str, Any]:
    source = rule_id or (int(request.GET["copy"]) if request.GET.get("copy", "").isdecimal() else None)
    if source is None:
        return {}
    row = alerts.rule_detail(viewer, source).row
    if row.origin != Rule.Origin.STAFF or (rule_id and row.status != Rule.Status.DRAFT):
        raise Conflict(_("Only drafts of staff can be changed: copy a rule to change it."))
    return fields_of(row)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": "3"}))


class NoForm(forms.Form):
    """Nothing to fill in."""


def _is_staff(row: Rule, *statuses: str) -> bool:
    return row.origin == Rule.Origin.STAFF and row.status in statuses


DEEDS: Mapping[str, Mapping[str, Any]] = {
    "publish": {
        "key": "publish", "title": _("Put into force"), "icon": "play", "form": NoForm,
        "is_open": lambda viewer, row: viewer.may("alerts.publish_rule") and _is_staff(row, "draft"),
        "run": lambda viewer, row, data: alerts.publish_rule(viewer, row.pk),
        "said": _("The rule is in force."),
    },
    "take-out": {
        "key": "take-out", "title": _("Take out of service"), "icon": "pause", "form": ReasonForm,
        "is_open": lambda viewer, row: viewer.may("alerts.take_out") and row.status == "live" and not row.out_of_service_at,
        "run": lambda viewer, row, data: alerts.take_out_of_service(viewer, row.key, reason=data["reason"]),
        "said": _("The rule goes on recording and tells nobody."),
    },
    "put-in": {
        "key": "put-in", "title": _("Return to service"), "icon": "play", "form": NoForm,
        "is_open": lambda viewer, row: viewer.may("alerts.take_out") and row.status == "live" and bool(row.out_of_service_at),
        "run": lambda viewer, row, data: alerts.put_into_service(viewer, row.key),
        "said": _("The rule tells again, beginning with what stands."),
    },
    "retire": {
        "key": "retire", "title": _("Retire"), "icon": "ban", "form": ReasonForm,
        "is_open": lambda viewer, row: viewer.may("alerts.publish_rule") and _is_staff(row, "draft", "live"),
        "run": lambda viewer, row, data: alerts.retire_rule(viewer, row.pk, reason=data["reason"]),
        "said": _("The rule is retired."),
    },
}  # fmt: skip


def do(request: HttpRequest, rule_id: int, deed: str) -> HttpResponse:
    """The page (or dialog) of one deed with a rule, and the deed."""
    viewer = viewer_of(request)
    chosen = DEEDS.get(deed)
    if chosen is None:
        raise NotFound(_("There is no such thing to do with a rule."))
    detail = alerts.rule_detail(viewer, rule_id)
    if not chosen["is_open"](viewer, detail.row):
        raise Conflict(_("This can't be done now: the rule is in another state, or you may not do it."))
    form = chosen["form"](request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        chosen["run"](viewer, detail.row, form.cleaned_data)
        messages.success(request, str(chosen["said"]))
        return HttpResponseRedirect(reverse("desk.alert_rule", args=[rule_id]))
    context = {
        "page_title": chosen["title"],
        "deed": chosen,
        "detail": detail,
        "form": form,
        "breadcrumb": [(reverse("desk.alert_rule", args=[rule_id]), detail.title)],
    }
    return render(request, "desk/alerts/rule_deed.html", context, status=422 if form.errors else 200)
