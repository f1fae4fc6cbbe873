"""The work list: what is to be done, overdue first, on one's own desk or the department's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy, ngettext

from yicheng.core.cases import public as cases
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Refusal
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.places.public import full_name
from yicheng.core.web.public import (
    BulkAction,
    Column,
    Filter,
    ListPage,
    Order,
    count_words,
    list_view,
    moment,
)
from yicheng.faces.desk import choices, wording

#: a moment in a column of a list
SHORT = "Y-m-d H:i"
#: the tabs of the desks count so far
MOST_COUNTED = 999


def work(request: HttpRequest) -> HttpResponseBase:
    """The work list of the chosen desk (``?desk=mine``)."""
    desk = _desk(request)
    spec = replace(
        WORK,
        rows=lambda viewer: cases.tasks_for(viewer, desk=desk),
        context=lambda request: {
            "tabs": _tabs(viewer_of(request), desk),
            "desk": desk,
            "kept": {"desk": desk},
        },
    )
    return list_view(spec)(request)


def counts(request: HttpRequest) -> HttpResponse:
    """The desks with fresh counts: what an open work list asks for once a minute."""
    desk = _desk(request)
    return render(request, "desk/parts/tabs.html", {"tabs": _tabs(viewer_of(request), desk), "desk": desk})


def _desk(request: HttpRequest) -> Any:
    wanted = request.GET.get("desk", "")
    return next((key for key in cases.desks() if key == wanted), next(iter(cases.desks())))


def _tabs(viewer: Viewer, chosen: str) -> list[dict[str, Any]]:
    """The desks with their counts: one query."""
    counts = cases.task_counts(viewer, most=MOST_COUNTED + 1)
    return [
        {
            "title": title,
            "url": f"?desk={desk}",
            "is_on": desk == chosen,
            "count": count_words(counts[desk], most=MOST_COUNTED),
        }
        for desk, title in cases.desks().items()
    ]


def title_cell(case: Any) -> Any:
    """Number and title, with a word where it is urgent."""
    mark = wording.severity_badge(case.severity) if case.severity == 1 else ""
    return format_html(
        '<span class="case-number case-number--line">{}</span> {} {}', case.number, case.title, mark
    )


def place_cell(case: Any) -> str:
    """The address, else the division."""
    return case.address or full_name(case.division_code)


def class_cell(case: Any) -> str:
    """The class in the reader's language."""
    return in_language(case.case_class.name, case.case_class.name_en)


def body_cell(row: Any) -> str:
    """The body that has it."""
    body = row.organisation
    return in_language(str(body), body.name_en) if body else ""


def day(value: str, *, is_end: bool = False) -> datetime:
    """The beginning or end of a day in the city; raises ``ValueError``."""
    moment_of_day = time.max if is_end else time.min
    return timezone.make_aware(datetime.combine(date.fromisoformat(value), moment_of_day))


def _claim(viewer: Viewer, ids: Sequence[int]) -> str:
    taken, refused = 0, ""
    for task_id in ids:
        try:
            cases.claim_task(viewer, task_id)
            taken += 1
        except Refusal as refusal:
            refused = str(refusal)
    text = ngettext("%(count)s task is yours now.", "%(count)s tasks are yours now.", taken) % {
        "count": taken
    }
    return f"{text} {refused}".strip() if refused else text


def _assign(_viewer: Viewer, ids: Sequence[int]) -> HttpResponseRedirect:
    query = urlencode({"task": [str(pk) for pk in ids]}, doseq=True)
    return HttpResponseRedirect(f"{reverse('desk.assign')}?{query}")


def _narrow(name: str) -> Any:
    return lambda rows, value: cases.narrow_tasks(rows, **{name: value})


FILTERS = (
    Filter("words", gettext_lazy("Words or number"), _narrow("words"), kind="search", scan=cases.scan_words),
    Filter("kind", gettext_lazy("Step"), _narrow("kind"), choices=choices.kinds),
    Filter("class_code", gettext_lazy("Class"), _narrow("class_code"), choices=choices.classes),
    Filter("division", gettext_lazy("District"), _narrow("division"), choices=choices.counties),
    Filter("severity", gettext_lazy("Severity"), _narrow("severity"), choices=choices.severities),
    Filter(
        "due",
        gettext_lazy("Due"),
        lambda rows, value: rows.filter(**_due(value)),
        choices=lambda _viewer: [("late", gettext_lazy("overdue")), ("today", gettext_lazy("by tonight"))],
    ),
)


def _due(value: str) -> Mapping[str, Any]:
    if value == "late":
        return {"sort_at__lt": clock.now()}
    if value == "today":
        return {"sort_at__lt": day(timezone.localdate().isoformat(), is_end=True)}
    raise ValueError(value)


WORK = ListPage(
    rows=cases.tasks_for,
    link=lambda task: wording.case_address(task.case_id),
    columns=(
        Column("case", gettext_lazy("Case"), lambda task: title_cell(task.case)),
        Column("kind", gettext_lazy("Step"), wording.task_title, is_short=True),
        Column(
            "due", gettext_lazy("Due"), lambda task: wording.due_words(task.due_at), lambda task: task.due_at
        ),
        Column("class", gettext_lazy("Class"), lambda task: class_cell(task.case)),
        Column("place", gettext_lazy("Place"), lambda task: place_cell(task.case)),
        Column("body", gettext_lazy("Body"), body_cell),
        Column("assignee", gettext_lazy("With"), lambda task: str(task.assignee) if task.assignee else ""),
    ),
    orders=(
        Order("due", gettext_lazy("Due first"), ("sort_at", "id")),
        Order("newest", gettext_lazy("Newest first"), ("-id",)),
    ),
    filters=FILTERS,
    bulk=(
        BulkAction("claim", gettext_lazy("Take"), _claim),
        BulkAction("assign", gettext_lazy("Hand to a colleague…"), _assign),
    ),
    export="work",
    template="desk/work.html",
    nothing_title=gettext_lazy("Nothing to do"),
    nothing_text=gettext_lazy("When a case reaches you or your department, it appears here."),
)


def _status(rows: Any, value: str) -> Any:
    if value not in wording.STATUSES:
        raise ValueError(value)
    return rows.filter(status=value)


CASES = ListPage(
    rows=cases.cases_for,
    link=lambda case: wording.case_address(case.pk),
    columns=(
        Column("case", gettext_lazy("Case"), title_cell, lambda case: f"{case.number} {case.title}"),
        Column("status", gettext_lazy("Status"), wording.status_badge, is_short=True),
        Column(
            "stage",
            gettext_lazy("Stage"),
            lambda case: wording.stage_title(case.process, case.stage),
            is_short=True,
        ),
        Column("class", gettext_lazy("Class"), class_cell),
        Column("place", gettext_lazy("Place"), place_cell),
        Column("body", gettext_lazy("Body"), body_cell),
        Column(
            "opened",
            gettext_lazy("Reported on"),
            lambda case: moment(case.opened_at, SHORT),
            lambda case: case.opened_at,
        ),
        Column("due", gettext_lazy("Due"), lambda case: moment(case.due_at, SHORT), lambda case: case.due_at),
    ),
    orders=(
        Order("newest", gettext_lazy("Newest first"), ("-id",)),
        Order("oldest", gettext_lazy("Oldest first"), ("id",)),
    ),
    filters=(
        Filter(
            "words", gettext_lazy("Words or number"), cases.with_words, kind="search", scan=cases.scan_words
        ),
        Filter("status", gettext_lazy("Status"), _status, choices=choices.statuses),
        Filter(
            "stage",
            gettext_lazy("Stage"),
            lambda rows, value: rows.filter(stage=value),
            choices=choices.stages,
        ),
        Filter("class_code", gettext_lazy("Class"), cases.in_class, choices=choices.classes),
        Filter("division", gettext_lazy("District"), cases.in_division, choices=choices.counties),
        Filter(
            "from",
            gettext_lazy("Opened from"),
            lambda rows, value: rows.filter(opened_at__gte=day(value)),
            kind="date",
        ),
        Filter(
            "to",
            gettext_lazy("Opened until"),
            lambda rows, value: rows.filter(opened_at__lte=day(value, is_end=True)),
            kind="date",
        ),
    ),
    export="cases",
    nothing_title=gettext_lazy("No cases"),
    nothing_text=gettext_lazy("Cases that you may see appear here."),
)


def late_count(viewer: Viewer) -> int:
    """How many tasks of the viewer's desks are overdue, counted up to 1000."""
    return cases.tasks_for(viewer).filter(sort_at__lt=clock.now())[:1000].count()
