"""The city's time limits: what is in force, its versions, a new version from a CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yicheng.core.cases import public as cases
from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.drawing import LAID_DOWN, VIEW


class LimitsForm(forms.Form):
    """The file and what changed."""

    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_(
            "Columns: process, class_code, zone, severity, task, amount, unit. Take the file in force as a start."
        ),
    )
    note = forms.CharField(label=_("What is new"), max_length=200, required=False)


@require_safe
def limits(request: HttpRequest, version: int = 0) -> HttpResponse:
    """The limits in force, or those of an earlier version."""
    viewer = viewer_of(request)
    tables = cases.limit_tables(viewer)
    shown = next((table for table in tables if table.version == version or not version), None)
    if shown is None and version:
        raise NotFound(_("There is no such version."))
    context = {
        "tables": tables,
        "shown": shown,
        "is_in_force": bool(tables) and shown == tables[0],
        "lines": cases.limit_lines(viewer, shown.version) if shown else (),
    }
    return render(request, "desk/processes/limits.html", context)


@require_safe
def limits_file(request: HttpRequest, version: int) -> HttpResponse:
    """A version as a CSV file, for a spreadsheet (with the mark that spreadsheets need for UTF-8)."""
    text = "\ufeff" + cases.limits_file(viewer_of(request), version)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="time_limits_v{version}.csv"'
    return answer


def put(request: HttpRequest) -> HttpResponse:
    """Put a new version in force."""
    form = LimitsForm(request.POST or None, request.FILES or None)
    findings: Sequence[Any] = ()
    if request.method == "POST" and form.is_valid():
        try:
            content = form.cleaned_data["file"].read()
            table = cases.put_limits(viewer_of(request), content, note=form.cleaned_data["note"])
            text = now("Version %(number)s is in force for cases that open from now on.")
            messages.success(request, text % {"number": table.version})
            return HttpResponseRedirect(reverse("desk.limits"))
        except Refusal as refusal:
            findings = getattr(refusal, "findings", ())
            add_refusal(form, refusal)
    context = {"form": form, "findings": findings, "breadcrumb": [(reverse("desk.limits"), _("Time limits"))]}
    return render(request, "desk/processes/put_limits.html", context, status=422 if form.errors else 200)


PAGES = (
    Page("desk.limits", "desk", "limits/", limits, _("Time limits"), VIEW, Menu(LAID_DOWN, 20, "timer")),
    Page("desk.limits_put", "desk", "limits/new/", put, _("New time limits"), "cases.edit_limits"),
    Page("desk.limits_version", "desk", "limits/<int:version>/", limits, _("Time limits"), VIEW),
    Page("desk.limits_file", "desk", "limits/<int:version>/limits.csv", limits_file, _("CSV file"), VIEW),
)
