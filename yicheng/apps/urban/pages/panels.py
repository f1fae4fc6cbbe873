"""What urban management shows on other pages: the front page, one's own matters, a case's page, the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yicheng.apps.urban.cards import cards
from yicheng.apps.urban.models import UrbanCase
from yicheng.apps.urban.queries.nearby import similar_cases
from yicheng.apps.urban.queries.published import latest_solved, own_reports, week_figures
from yicheng.apps.urban.sources import source_title
from yicheng.core.people.public import Viewer
from yicheng.core.places.public import Place
from yicheng.core.web.declare import Panel

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

Context = Mapping[str, Any] | None


def doors(viewer: Viewer, subject: None) -> Context:
    return {}


def week(viewer: Viewer, subject: None) -> Context:
    """The week's figures and the latest cases solved, once there is anything to count."""
    figures, solved = week_figures(viewer), latest_solved(viewer)
    if not figures.reported and not figures.closed and not solved:
        return None
    return {"figures": figures, "solved": solved}


def mine(viewer: Viewer, subject: None) -> Context:
    """The latest of one's own reports."""
    if not viewer.is_signed_in:
        return None
    rows = cards(own_reports(viewer).order_by("-case_id")[:4])
    return {"rows": rows} if rows else None


def about_case(viewer: Viewer, case: Case) -> Context:
    """What urban management knows of a case beyond the core's page."""
    if case.process != "urban.case":
        return None
    urban = UrbanCase.objects.select_related("reporter", "assisting").filter(pk=case.pk).first()
    if urban is None:
        return None
    return {
        "urban": urban,
        "source": source_title(case.source),
        "rating": urban.ratings.order_by("-closed_at").first(),
        "may_see_reporter": viewer.may("urban.view_reporter", division=case.division_code)
        and bool(urban.reporter_id or urban.contact_sealed),
    }


def repeats(viewer: Viewer, case: Case) -> Context:
    """Similar cases nearby while a case waits to be filed."""
    if (
        case.process != "urban.case"
        or case.stage not in ("collect", "file")
        or case.lon is None
        or case.lat is None
    ):
        return None
    place = Place(case.lon, case.lat, case.division_code, case.cell_code, "")
    found = [
        one
        for one in similar_cases(viewer, place, class_code=case.case_class_id, limit=4)
        if one.urban.pk != case.pk
    ]
    return {"similar": found} if found else None


PANELS = (
    Panel("urban.report_door", "portal.doors", "urban/panels/report_door.html", doors, order=10),
    Panel("urban.cases_door", "portal.doors", "urban/panels/cases_door.html", doors, order=20),
    Panel("urban.follow", "portal.follow", "urban/panels/follow.html", doors, order=10),
    Panel("urban.week", "portal.home", "urban/panels/week.html", week, order=10),
    Panel("urban.my_reports", "portal.me", "urban/panels/mine.html", mine, order=10),
    Panel("urban.about_case", "case.main", "urban/panels/about_case.html", about_case, order=10),
    Panel("urban.repeats", "case.side", "urban/panels/repeats.html", repeats, order=10),
)
