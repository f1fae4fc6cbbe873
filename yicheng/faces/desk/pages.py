"""The desk's own pages: home, the work list, cases, what is done with them, notices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import public as cases
from yicheng.core.people.public import viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import (
    administration_pages,
    catalogue_pages,
    count_text,
    inbox_view,
    list_view,
    panels_of,
)
from yicheng.faces.desk import drawing, licences, limits, operations, sharing, window, wording
from yicheng.faces.desk.alerting import pages as alerting
from yicheng.faces.desk.case import case_page, complete, diagram
from yicheng.faces.desk.decide import assign, decide
from yicheng.faces.desk.deeds import do
from yicheng.faces.desk.devices.pages import PAGES as DEVICE_PAGES
from yicheng.faces.desk.documents import PAGES as DOCUMENT_PAGES
from yicheng.faces.desk.items import PAGES as ITEM_PAGES
from yicheng.faces.desk.kiosks import pages as kiosks
from yicheng.faces.desk.ratings import pages as ratings
from yicheng.faces.desk.seals import PAGES as SEAL_PAGES
from yicheng.faces.desk.work import CASES, counts, late_count, work

SHOWN = 12


def home(request: HttpRequest) -> HttpResponse:
    """What waits for this member of staff, overdue first."""
    viewer = viewer_of(request)
    mine, all_of_us = cases.tasks_for(viewer, desk="mine"), cases.tasks_for(viewer, desk="department")
    tasks = list(mine.order_by("sort_at", "id")[:SHOWN])
    context = {
        "mine": [_row(task) for task in tasks],
        "next_up": [] if tasks else [_row(task) for task in all_of_us.order_by("sort_at", "id")[:SHOWN]],
        "mine_count": count_text(mine, most=999),
        "our_count": count_text(all_of_us, most=999),
        "late_count": late_count(viewer),
        "panels": panels_of(request, "desk.home"),
        "side": panels_of(request, "desk.side"),
    }
    return render(request, "desk/home.html", context)


def _row(task: object) -> dict[str, object]:
    return {"task": task, "title": wording.task_title(task), "due": wording.due_words(task.due_at)}  # type: ignore[attr-defined, arg-type]


WORK = _("Work")
KNOWLEDGE = _("Data")
PAGES = (
    Page("desk.home", "desk", "", home, _("My desk"), None, Menu(WORK, 0, "layout-dashboard")),
    Page("desk.work", "desk", "work/", work, _("Work list"), None, Menu(WORK, 10, "list-checks")),
    Page("desk.cases", "desk", "cases/", list_view(CASES), _("Cases"), None, Menu(WORK, 20, "folder")),
    Page(
        "desk.notices",
        "desk",
        "notices/",
        inbox_view("desk/notices.html"),
        _("Notices"),
        None,
        Menu(WORK, 30, "bell"),
    ),
    *alerting.PAGES,
    *drawing.PAGES,
    *limits.PAGES,
    *operations.PAGES,
    *sharing.PAGES,
    *licences.PAGES,
    *window.PAGES,
    *DEVICE_PAGES,
    *ITEM_PAGES,
    *DOCUMENT_PAGES,
    *SEAL_PAGES,
    *ratings.PAGES,
    *kiosks.PAGES,
    *administration_pages(),
    *catalogue_pages(
        "desk", path="resources/", title=_("Data resources"), menu=Menu(KNOWLEDGE, 80, "database")
    ),
    Page("desk.work_counts", "desk", "work/counts/", counts, _("Work list"), None),
    Page("desk.assign", "desk", "work/assign/", assign, _("Hand to a colleague"), None),
    Page("desk.case", "desk", "cases/<int:case_id>/", case_page, _("Case"), None),
    Page("desk.diagram", "desk", "cases/<int:case_id>/process.bpmn", diagram, _("Process"), None),
    Page(
        "desk.complete",
        "desk",
        "cases/<int:case_id>/tasks/<int:task_id>/",
        complete,
        _("Complete a task"),
        None,
    ),
    Page("desk.decide", "desk", "cases/<int:case_id>/clock/<int:change_id>/", decide, _("Decide"), None),
    Page("desk.do", "desk", "cases/<int:case_id>/do/<slug:deed>/", do, _("Do"), None),
    Page("desk.do_task", "desk", "cases/<int:case_id>/tasks/<int:task_id>/<slug:deed>/", do, _("Do"), None),
)
PANELS = (*drawing.PANELS, *alerting.PANELS, *window.PANELS, *ratings.PANELS)
