"""Warnings to the public at the desk: every message, a new one (also from an alert), update, cancellation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts import public as alerts
from yicheng.core.alerts.actions.issuing import NewWarning
from yicheng.core.alerts.cap.codes import KINDS, kind_name
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.models import PublicWarning
from yicheng.core.alerts.queries.issued import EDIT
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import viewer_of
from yicheng.core.places.public import divisions
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, moment
from yicheng.faces.desk.alerting import words

URGENCIES = (("Unknown", _("unknown")), ("Immediate", _("at once")), ("Expected", _("within the hour")), ("Future", _("later")))  # fmt: skip
CERTAINTIES = (("Unknown", _("unknown")), ("Observed", _("observed")), ("Likely", _("likely")), ("Possible", _("possible")))  # fmt: skip
LIST = ListPage(
    rows=alerts.warnings_of,
    link=lambda row: reverse("desk.warning", args=[row.pk]),
    columns=(
        Column("level", _("Warning level"), lambda row: words.level(row.severity) if row.severity else "–", lambda row: row.severity, is_short=True),
        Column("headline", _("Message"), lambda row: row.headline),
        Column("kind", _("Kind"), lambda row: row.event or kind_name(row.event_type)),
        Column("type", _("Type"), lambda row: row.get_msg_type_display(), is_short=True),
        Column("status", _("State"), lambda row: badge(_("exercise"), "warn") if row.status != "Actual" else badge(_("real"), ""), lambda row: row.status, is_short=True),
        Column("origin", _("Origin"), lambda row: row.get_origin_display()),
        Column("sent", _("Time sent"), lambda row: moment(row.sent_at, "Y-m-d H:i"), lambda row: row.sent_at),
    ),
    orders=(Order("newest", _("Newest first"), ("-sent_at", "-id")),),
    filters=(
        Filter("words", _("Words"), lambda rows, value: rows.filter(headline__icontains=value), kind="search"),
        Filter("origin", _("Origin"), lambda rows, value: rows.filter(origin=PublicWarning.Origin(value)),
               choices=lambda _viewer: PublicWarning.Origin.choices),
    ),
    export="warnings",
    template="desk/alerts/warnings.html",
    nothing_title=_("No warning yet"),
    nothing_text=_("Warnings that you issue, and those that come from other systems, appear here."),
)  # fmt: skip


def _when(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


class WarningForm(forms.Form):
    """What is warned of, where, how serious, until when, what to do."""

    event_type = forms.ChoiceField(label=_("What is warned of"))
    severity = forms.TypedChoiceField(
        label=_("Warning level"), choices=[("", "—"), *Severity.choices], coerce=int
    )
    description = forms.CharField(
        label=_("What is to be expected"), max_length=4000, widget=forms.Textarea(attrs={"rows": "5"})
    )
    instruction = forms.CharField(
        label=_("What people should do"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    area = forms.CharField(label=_("Area in words"), required=False, max_length=500)
    divisions = forms.MultipleChoiceField(
        label=_("Districts and counties"), required=False, widget=forms.CheckboxSelectMultiple
    )
    effective_at = _when(_("Valid from"))
    expires_at = _when(_("Valid until"))
    urgency = forms.ChoiceField(label=_("How soon"), choices=URGENCIES)
    certainty = forms.ChoiceField(label=_("How certain"), choices=CERTAINTIES)
    is_exercise = forms.BooleanField(
        label=_("This is an exercise"),
        required=False,
        help_text=_("Marked plainly; never shown to the public."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["event_type"]
        kinds.choices = [("", "—"), *((one.code, one.name) for one in KINDS.values())]
        places: Any = self.fields["divisions"]
        places.choices = [(one.code, one.name) for one in divisions(level=2)]


class ReasonForm(forms.Form):
    """Why it is over."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": "3"}))


def issue(request: HttpRequest, warning_id: int | None = None) -> HttpResponse:
    """A new warning, or the next message of a chain."""
    viewer = viewer_of(request)
    before = _row(request, warning_id) if warning_id else None
    alert_id = request.GET.get("alert", "")
    form = WarningForm(request.POST or None, initial=_initial(request, before, alert_id))
    if request.method == "POST" and form.is_valid():
        linked = int(alert_id) if alert_id.isdecimal() else None
        new = NewWarning(**form.cleaned_data, alert_id=linked)
        try:
            row = (
                alerts.update_warning(viewer, before.pk, new)
                if before
                else alerts.publish_warning(viewer, new)
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(
                request,
                gettext("The warning is published.")
                if row.status == "Actual"
                else gettext("The exercise is recorded."),
            )
            return HttpResponseRedirect(reverse("desk.warning", args=[row.pk]))
    context = {
        "page_title": gettext("Update a warning") if before else gettext("Issue a warning"),
        "form": form,
        "before": before,
        "breadcrumb": [(reverse("desk.warnings"), gettext("Public warnings"))],
    }
    return render(request, "desk/alerts/warning_edit.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest, before: PublicWarning | None, alert_id: str) -> dict[str, Any]:
    if before is not None:
        names = (
            "event_type",
            "severity",
            "description",
            "instruction",
            "area",
            "effective_at",
            "expires_at",
            "urgency",
            "certainty",
        )
        return {
            **{name: getattr(before, name) for name in names},
            "divisions": [code[:6] for code in before.geocodes],
            "is_exercise": before.status != "Actual",
        }
    if not alert_id.isdecimal():
        return {}
    detail = alerts.alert_detail(viewer_of(request), int(alert_id))
    return {
        "severity": detail.alert.severity,
        "description": detail.text,
        "instruction": detail.advice,
        "is_exercise": detail.alert.is_drill,
    }


def _row(request: HttpRequest, warning_id: int) -> PublicWarning:
    row = alerts.warnings_of(viewer_of(request)).filter(pk=warning_id).first()
    if row is None:
        raise NotFound(_("There is no such warning."))
    return row


def warning_page(request: HttpRequest, warning_id: int) -> HttpResponse:
    """One message with its chain and what can be done with it."""
    viewer = viewer_of(request)
    detail = alerts.warning_detail(viewer, _row(request, warning_id).identifier)
    row = detail.warning
    is_ours = row.origin == PublicWarning.Origin.ISSUED and row.is_newest and row.msg_type != "Cancel"
    context = {
        "page_title": row.headline,
        "row": row,
        "detail": detail,
        "level": words.level(row.severity) if row.severity else "",
        "kind": row.event or kind_name(row.event_type),
        "may_go_on": is_ours and viewer.may(EDIT),
        "public_url": reverse("portal.warning", args=[row.identifier]) if row.status == "Actual" else "",
        "breadcrumb": [(reverse("desk.warnings"), gettext("Public warnings"))],
    }
    return render(request, "desk/alerts/warning.html", context)


def cancel(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Say that a warning is over."""
    row = _row(request, warning_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = alerts.cancel_warning(viewer_of(request), row.pk, reason=form.cleaned_data["reason"])
        messages.success(request, gettext("The warning is cancelled; everybody sees it."))
        return HttpResponseRedirect(reverse("desk.warning", args=[done.pk]))
    context = {"page_title": gettext("Cancel a warning"), "form": form, "row": row,
               "breadcrumb": [(reverse("desk.warning", args=[row.pk]), row.headline)]}  # fmt: skip
    return render(request, "desk/alerts/warning_cancel.html", context, status=422 if form.errors else 200)
