"""The desk's own pages: home, the work list, a case, notices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import inbox_view, panels_of
from yicheng.core.web.resources import catalogue_pages
from yicheng.faces.desk import operations

WORK = _("Work")
KNOWLEDGE = _("Data")


def home(request: HttpRequest) -> HttpResponse:
    """What waits for this member of staff."""
    return render(request, "desk/home.html", {"panels": panels_of(request, "desk.home")})


PAGES = (
    Page("desk.home", "desk", "", home, _("My desk"), None, Menu(WORK, 0, "layout-dashboard")),
    Page(
        "desk.notices",
        "desk",
        "notices/",
        inbox_view("desk/notices.html"),
        _("Notices"),
        None,
        Menu(WORK, 30, "bell"),
    ),
    *operations.PAGES,
    *catalogue_pages(
        "desk", path="resources/", title=_("Data resources"), menu=Menu(KNOWLEDGE, 80, "database")
    ),
)
