"""What the public sees of urban cases: a list and a map of published ones, each with its story; one's own reports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from yicheng.apps.urban.cards import cards, case_words
from yicheng.apps.urban.models import UrbanCase
from yicheng.apps.urban.pages.follow import follow_own
from yicheng.apps.urban.queries.follow import own_report
from yicheng.apps.urban.queries.published import SHOWN_STAGES, own_reports, published_case, published_cases
from yicheng.apps.urban.stages import STAGES
from yicheng.core.kernel.errors import SignInRequired
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.places.public import divisions, full_name
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Column, Filter, ListPage, Order, keyset_page, list_view

PAGE_SIZE = 24
MOST_POINTS = 2000


@require_GET
def detail_page(request: HttpRequest, number: str) -> HttpResponse:
    """One published case."""
    found = published_case(viewer_of(request), number)
    case = found.urban.case
    context = {
        "found": found,
        "case": case,
        "place": full_name(case.division_code),
        "point": f"{case.lon:.5f},{case.lat:.5f}" if case.lon is not None and case.lat is not None else "",
        "page_title": case.case_class.name,
        "breadcrumb": [(reverse("urban.cases"), _("Cases in the city"))],
    }
    return render(request, "urban/published_case.html", context)


@require_GET
def mine_page(request: HttpRequest) -> HttpResponse:
    """One's own reports, newest first."""
    viewer = _signed_in(request)
    page = keyset_page(
        own_reports(viewer),
        order=("-case_id",),
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(request, "urban/mine.html", {"page": page, "rows": cards(page.rows)})


def own_page(request: HttpRequest, number: str) -> HttpResponse:
    """One's own report, as its link would show it; rating and disagreeing included."""
    return follow_own(request, own_report(_signed_in(request), number))


def _signed_in(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        raise SignInRequired(_("Please sign in to see your reports."))
    return viewer


@require_GET
def points(request: HttpRequest) -> JsonResponse:
    """The published cases that pass the list's filters as GeoJSON points, the newest two thousand."""
    rows = published_cases(viewer_of(request)).filter(case__lon__isnull=False)
    for one in LIST.filters:
        if value := request.GET.get(one.key, "")[:40]:
            rows = one.narrow(rows, value)
    features = [_feature(urban) for urban in rows.order_by("-case_id")[:MOST_POINTS]]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _feature(urban: UrbanCase) -> dict[str, Any]:
    case = urban.case
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(case.lon or 0, 5), round(case.lat or 0, 5)]},
        "properties": {
            "title": case.case_class.name,
            "state": case.status,
            "link": reverse("urban.case", args=[case.number]),
        },
    }


def _list_context(request: HttpRequest) -> dict[str, Any]:
    chosen = {one.key: value for one in LIST.filters if (value := request.GET.get(one.key, ""))}
    return {"points_url": f"{reverse('urban.case_points')}?{urlencode(chosen)}"}


def _in_class(rows: QuerySet[UrbanCase], code: str) -> QuerySet[UrbanCase]:
    return rows.filter(case__case_class__code__startswith=code)


def _in_division(rows: QuerySet[UrbanCase], code: str) -> QuerySet[UrbanCase]:
    return rows.filter(case__division_code__startswith=code)


def _at_stage(rows: QuerySet[UrbanCase], key: str) -> QuerySet[UrbanCase]:
    if key == "solved":
        return rows.filter(case__status="closed")
    return rows.filter(case__stage=key).exclude(case__status="closed")


def _stages(viewer: Viewer) -> list[tuple[str, str | Promise]]:
    return [*((key, STAGES[key]) for key in SHOWN_STAGES if key != "assess"), ("solved", _("Solved"))]


def _groups(viewer: Viewer) -> list[tuple[str, str]]:
    from yicheng.core.cases.public import case_classes

    return [(one.code, one.name) for one in case_classes("urban") if not one.is_leaf]


LIST = ListPage(
    rows=published_cases,
    columns=(
        Column("what", _("Matter"), lambda urban: urban.case.case_class.name),
        Column("where", _("Where"), lambda urban: urban.case.address or full_name(urban.case.division_code)),
        Column("stage", _("Where it stands"), case_words),
        Column("department", _("Department"), lambda urban: urban.case.organisation or ""),
        Column("opened", _("Reported"), lambda urban: urban.case.opened_at.date()),
    ),
    orders=(Order("newest", _("Newest first"), ("-case_id",)),),
    link=lambda urban: reverse("urban.case", args=[urban.case.number]),
    filters=(
        Filter(
            "division",
            _("District"),
            _in_division,
            choices=lambda viewer: [(d.code, d.name) for d in divisions(2)],
        ),
        Filter("class", _("Kind"), _in_class, choices=_groups),
        Filter("stage", _("Where it stands"), _at_stage, choices=_stages),
    ),
    size=PAGE_SIZE,
    template="urban/published.html",
    nothing_title=_("No case fits"),
    context=_list_context,
)

PAGES = (
    Page(
        "urban.cases",
        "portal",
        "cases/",
        list_view(LIST),
        _("Cases in the city"),
        None,
        Menu(_("The city"), 20, "map"),
    ),
    Page("urban.case_points", "portal", "cases/points.geojson", points, _("Cases as points"), None),
    Page("urban.case", "portal", "cases/<str:number>/", detail_page, _("Case"), None),
    Page("urban.mine", "portal", "me/reports/", mine_page, _("My reports"), None),
    Page("urban.own", "portal", "me/reports/<str:number>/", own_page, _("My report"), None),
)
