"""The desk's own pages of urban management: filing and dispatching in one go, the reporter, the task sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from yicheng.apps.urban import photos
from yicheng.apps.urban.actions.dispatching import dispatch_as_suggested, file_as_reported
from yicheng.apps.urban.queries.dispatching import suggested_name, tasks_of_kind
from yicheng.apps.urban.queries.reporter import reporter_of
from yicheng.apps.urban.sources import SOURCES, source_title
from yicheng.core.cases import public as cases
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import viewer_of
from yicheng.core.places.public import divisions, full_name
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import (
    BulkAction,
    Column,
    Filter,
    ListPage,
    Order,
    add_refusal,
    badge,
    list_view,
    moment,
)

WORK = _("Urban management")
SEVERITY_TONES = {1: "bad", 2: "", 3: "outline"}


class PurposeForm(forms.Form):
    """Why one needs to know who reported."""

    purpose = forms.CharField(
        label=_("What do you need it for?"),
        max_length=200,
        help_text=_("Recorded with your name; the reporter can read it."),
    )


def reporter_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """Ask for the purpose, then show name and phone once."""
    form, found = PurposeForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            found = reporter_of(viewer_of(request), case_id, purpose=form.cleaned_data["purpose"])
        except Invalid as refusal:
            add_refusal(form, refusal)
    response = render(request, "urban/reporter.html", {"form": form, "found": found, "case_id": case_id})
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def sheet_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """A sheet to take into the street: what, where, until when, photos, and lines to write on."""
    detail = cases.case_detail(viewer_of(request), case_id)
    case = detail.case
    context = {
        "detail": detail,
        "case": case,
        "place": full_name(case.division_code),
        "source": source_title(case.source),
        "pictures": photos.pictures([case.pk])[case.pk],
        "point": f"{case.lon:.5f},{case.lat:.5f}" if case.lon is not None and case.lat is not None else "",
        "page_title": _("Task sheet"),
    }
    return render(request, "urban/sheet.html", context)


def _what(task: Any) -> Any:
    mark = badge(_("Urgent"), "bad") if task.severity == 1 else ""
    return format_html(
        '<span class="case-number case-number--line">{}</span> {} {}', task.case.number, task.case.title, mark
    )


def _where(task: Any) -> str:
    return task.case.address or full_name(task.division_code)


COLUMNS = (
    Column("what", _("Case"), _what, plain=lambda task: f"{task.case.number} {task.case.title}"),
    Column("class", _("Class"), lambda task: task.case.case_class.name),
    Column("where", _("Where"), _where),
    Column("source", _("Source"), lambda task: source_title(task.case.source)),
    Column("due", _("Due"), lambda task: moment(task.due_at)),
)
FILTERS = (
    Filter(
        "words",
        _("Words or number"),
        lambda rows, value: cases.narrow_tasks(rows, words=value),
        kind="search",
    ),
    Filter(
        "division",
        _("District"),
        lambda rows, value: cases.narrow_tasks(rows, division=value),
        choices=lambda viewer: [(one.code, one.name) for one in divisions(2)],
    ),
    Filter(
        "source",
        _("Source"),
        lambda rows, value: cases.narrow_tasks(rows, source=value),
        choices=lambda viewer: list(SOURCES.items()),
    ),
)
ORDERS = (Order("due", _("Due first"), ("sort_at", "id")),)


def _verified(task: Any) -> Any:
    known = {
        True: (_("It is so"), "good"),
        False: (_("Nothing found"), "bad"),
        None: (_("Not asked"), "outline"),
    }
    return badge(*known[task.is_verified])


def _link(task: Any) -> str:
    return reverse("desk.case", args=[task.case_id])


def _rows(kind: str) -> Any:
    return lambda viewer: tasks_of_kind(viewer, kind)


FILING = ListPage(
    rows=_rows("urban.file"),
    columns=(*COLUMNS[:3], Column("verified", _("On the spot"), _verified), *COLUMNS[3:]),
    orders=ORDERS,
    link=_link,
    filters=FILTERS,
    bulk=(BulkAction("file", _("File as reported"), file_as_reported),),
    nothing_title=_("Nothing waits to be filed"),
)
DISPATCHING = ListPage(
    rows=_rows("urban.dispatch"),
    columns=(*COLUMNS[:3], Column("suggested", _("Suggested department"), suggested_name), COLUMNS[4]),
    orders=ORDERS,
    link=_link,
    filters=FILTERS,
    bulk=(BulkAction("dispatch", _("Dispatch as suggested"), dispatch_as_suggested),),
    nothing_title=_("Nothing waits to be dispatched"),
)

PAGES = (
    Page(
        "urban.filing",
        "desk",
        "urban/filing/",
        list_view(FILING),
        _("Reports to file"),
        "urban.file_case",
        Menu(WORK, 10, "clipboard-check"),
    ),
    Page(
        "urban.dispatching",
        "desk",
        "urban/dispatching/",
        list_view(DISPATCHING),
        _("Cases to dispatch"),
        "urban.dispatch_case",
        Menu(WORK, 20, "route"),
    ),
    Page(
        "urban.reporter",
        "desk",
        "urban/cases/<int:case_id>/reporter/",
        reporter_page,
        _("Who reported it"),
        "urban.view_reporter",
    ),
    Page("urban.sheet", "desk", "urban/cases/<int:case_id>/sheet/", sheet_page, _("Task sheet"), None),
)
