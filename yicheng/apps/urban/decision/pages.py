"""The decision pages of the desk: overview, ranking, repeat spots, forecast; each figure opens onto its cases."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from yicheng.apps.urban.decision import charts, expected, measures, posts, ranking, spots, tables, trends
from yicheng.apps.urban.decision.chosen import PRESETS, RIGHT, Chosen, Where, parse, where
from yicheng.apps.urban.decision.drill import cases_behind
from yicheng.apps.urban.processes import URBAN_CASE
from yicheng.apps.urban.sources import source_title
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import viewer_of
from yicheng.core.places.public import division_name
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Column, ListPage, Order, list_view, moment

AHEAD = (7, 14)
#: pixels of the radius of a spot on the map
LARGEST_POINT = 18
TABS = (
    ("urban.decision", _("Overview")),
    ("urban.decision_ranking", _("Ranking")),
    ("urban.decision_spots", _("Repeat spots")),
    ("urban.decision_forecast", _("Forecast")),
)


def overview(request: HttpRequest) -> HttpResponse:
    """Counts, timeliness, rework, satisfaction, trend, breakdowns."""
    chosen, conditions = _asked(request)
    counted = measures.count(chosen, conditions)
    found = tables.tables(counted, chosen)
    context = {
        "total": counted.total,
        "counted": counted,
        "open": counted.of("status", "open").cases + counted.of("status", "suspended").cases,
        "closed": counted.of("status", "closed").cases,
        "tables": [(table, charts.bars(table)) for table in found],
        "urls": {
            what: tables.cases_url(chosen, what=what)
            for what in ("open", "closed", "on_time", "late", "reworked", "rated")
        },
        "all_url": tables.cases_url(chosen),
    }
    if chosen.days <= trends.LONGEST_BY_DAY:
        days = trends.by_day(chosen, conditions)
        context |= {"days": days, "trend": charts.trend(days)}
    return _page(request, "overview", chosen, context)


def ranking_page(request: HttpRequest) -> HttpResponse:
    """Districts, departments and posts by score, with the formula."""
    chosen, conditions = _asked(request)
    counted = measures.count(chosen, conditions, dimensions=("county", "organisation_id"))
    closed = measures.count(chosen, conditions, dimensions=("status",))
    found = {table.key: table for table in _two_tables(counted, chosen)}
    done = posts.posts(viewer_of(request), chosen)
    names = tables.body_names(post.organisation_id for post in done)
    kinds = {kind.key: kind.title for kind in URBAN_CASE.tasks}
    context = {
        "rankings": [(table.title, _ranked(table)) for table in found.values()],
        "weights": {name: round(100 * weight) for name, weight in ranking.WEIGHTS.items()},
        "least": ranking.LEAST,
        "total": closed.total,
        "posts": [
            (kinds.get(kind, kind), [(one, names.get(one.post.organisation_id or 0, "")) for one in ranked])
            for kind, ranked in posts.ranked_posts(done).items()
        ],
    }
    return _page(request, "ranking", chosen, context)


def spots_page(request: HttpRequest) -> HttpResponse:
    """Where the same thing happens again."""
    chosen, conditions = _asked(request)
    names = tables.class_names()
    found = [
        (
            one,
            names.get(one.class_code, one.class_code),
            tables.cases_url(chosen, class_code=one.class_code, spot=one.spot),
        )
        for one in spots.repeat_spots(chosen, conditions)
    ]
    context = {
        "spots": found,
        "least": spots.LEAST,
        "longest": spots.LONGEST_DAYS,
        "points_url": f"{reverse('urban.decision_points')}?{chosen.query()}",
        "has_points": any(one.lon is not None for one, _name, _url in found),
    }
    return _page(request, "spots", chosen, context)


def spot_points(request: HttpRequest) -> JsonResponse:
    """The same spots as points; the larger, the oftener. One without a point stands in the table only."""
    chosen, conditions = _asked(request)
    names = tables.class_names()
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(one.lon, 5), round(one.lat, 5)]},
            "properties": {
                "title": names.get(one.class_code, one.class_code),
                "cases": one.cases,
                "radius": min(4 + one.cases, LARGEST_POINT),
                "link": tables.cases_url(chosen, class_code=one.class_code, spot=one.spot),
            },
        }
        for one in spots.repeat_spots(chosen, conditions)
        if one.lon is not None and one.lat is not None
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def forecast_page(request: HttpRequest) -> HttpResponse:
    """What to expect in the coming days, class by class."""
    chosen, conditions = _asked(request)
    wanted = request.GET.get("ahead", "")
    ahead = int(wanted) if wanted in {str(days) for days in AHEAD} else AHEAD[0]
    found = expected.expected(conditions, today=_today(), ahead=ahead)
    names = {**tables.class_names(), "": str(_("Rare classes together"))}
    context = {
        "ahead": ahead,
        "choices": [(days, f"?{chosen.query(ahead=days)}") for days in AHEAD],
        "whole": found[0],
        "chart": charts.expectation(found[0]),
        "classes": [(names.get(one.code or "", one.code), one) for one in found[1:]],
    }
    return _page(request, "forecast", chosen, context)


def cases_page(request: HttpRequest) -> HttpResponseBase:
    """The cases behind a figure."""
    chosen, _conditions = _asked(request)
    stage, spot, what = (request.GET.get(name, "")[:30] for name in ("stage", "spot", "what"))
    try:
        cases_behind(viewer_of(request), chosen, what=what)
    except ValueError:
        raise Invalid(_("There is no such figure.")) from None
    spec = ListPage(
        rows=lambda viewer: cases_behind(viewer, chosen, what=what, stage=stage, spot=spot),
        columns=(
            Column("case", _("Case"), lambda case: f"{case.number} {case.title}"),
            Column("where", _("Where"), lambda case: case.address),
            Column("department", _("Department"), lambda case: str(case.organisation or "")),
            Column("opened", _("Opened"), lambda case: moment(case.opened_at), lambda case: case.opened_at),
            Column("due", _("Due"), lambda case: moment(case.due_at), lambda case: case.due_at),
            Column("closed", _("Closed"), lambda case: moment(case.closed_at), lambda case: case.closed_at),
        ),
        orders=(Order("newest", _("Newest first"), ("-id",)),),
        link=lambda case: reverse("desk.case", args=[case.pk]),
        export="cases",
        context=lambda _request: {
            "breadcrumb": [(f"{reverse('urban.decision')}?{chosen.query()}", _("Decisions"))]
        },
    )
    return list_view(spec)(request)


def table_file(request: HttpRequest, key: str) -> HttpResponse:
    """A breakdown as CSV."""
    chosen, conditions = _asked(request)
    counted = measures.count(chosen, conditions)
    found = next((table for table in tables.tables(counted, chosen) if table.key == key), None)
    if found is None:
        raise NotFound(_("There is no such table."))
    headers = {"Content-Disposition": f'attachment; filename="{key}-{chosen.begin}-{chosen.end}.csv"'}
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    writer = csv.writer(answer)
    writer.writerow(
        [
            str(word)
            for word in (
                found.title,
                pgettext("number of cases", "Reported"),
                _("On time"),
                _("Late"),
                _("On time, %"),
                _("Reworked"),
                _("Rating"),
            )
        ]
    )
    writer.writerows(_cells(line) for line in found.lines)
    return answer


def _cells(line: tables.Line) -> Sequence[Any]:
    figures = line.figures
    name = f"'{line.name}" if line.name.startswith(("=", "+", "-", "@")) else line.name
    share, rating = figures.on_time_share, figures.satisfaction
    return [
        name,
        figures.cases,
        figures.on_time,
        figures.late,
        "" if share is None else round(100 * share, 1),
        figures.reworked,
        "" if rating is None else round(rating, 2),
    ]


def _two_tables(counted: measures.Counted, chosen: Chosen) -> list[tables.Table]:
    whole = measures.Counted(counted.total, {name: counted.by.get(name, {}) for name in measures.DIMENSIONS})
    return [table for table in tables.tables(whole, chosen) if table.key in ("county", "organisation")]


def _ranked(table: tables.Table) -> Sequence[tuple[ranking.Ranked, str]]:
    urls = {line.key: line.url for line in table.lines}
    entries = [
        ranking.Entry(
            line.key, line.name, line.figures, line.figures.closed_on_time + line.figures.closed_late
        )
        for line in table.lines
    ]
    return [(one, urls[one.entry.key]) for one in ranking.ranked(entries)]


def _asked(request: HttpRequest) -> tuple[Chosen, Where]:
    chosen = parse(request.GET, _today())
    return chosen, where(viewer_of(request), chosen, tables.class_codes(chosen.class_code))


def _today() -> date:
    return timezone.localdate(clock.now())


def _page(request: HttpRequest, name: str, chosen: Chosen, context: dict[str, Any]) -> HttpResponse:
    here = request.resolver_match.url_name if request.resolver_match else ""
    common = {
        "chosen": chosen,
        "query": chosen.query(),
        "tabs": [(title, f"{reverse(key)}?{chosen.query()}", key == here) for key, title in TABS],
        "presets": [(days, f"?days={days}", chosen.days == days) for days in PRESETS],
        "narrowed": [(chosen.query(**{key: ""}), value) for key, value in _filters(chosen)],
    }
    return render(request, f"urban/decision/{name}.html", {**common, **context})


def _filters(chosen: Chosen) -> list[tuple[str, str]]:
    named = {
        "county": division_name(chosen.county) if chosen.county else "",
        "class_code": tables.class_names().get(chosen.class_code, chosen.class_code),
        "organisation": tables.body_names([chosen.organisation]).get(chosen.organisation or 0, "")
        if chosen.organisation
        else "",
        "source": source_title(chosen.source) if chosen.source else "",
    }
    return [(key, value) for key, value in named.items() if value]


PAGES = (
    Page(
        "urban.decision",
        "desk",
        "urban/decision/",
        overview,
        _("Decisions"),
        RIGHT,
        Menu(_("Supervision"), 300, "chart-column"),
    ),
    Page("urban.decision_ranking", "desk", "urban/decision/ranking/", ranking_page, _("Ranking"), RIGHT),
    Page("urban.decision_spots", "desk", "urban/decision/spots/", spots_page, _("Repeat spots"), RIGHT),
    Page(
        "urban.decision_points",
        "desk",
        "urban/decision/spots.geojson",
        spot_points,
        _("Repeat spots as points"),
        RIGHT,
    ),
    Page("urban.decision_forecast", "desk", "urban/decision/forecast/", forecast_page, _("Forecast"), RIGHT),
    Page(
        "urban.decision_cases",
        "desk",
        "urban/decision/cases/",
        cases_page,
        _("Cases behind the figure"),
        RIGHT,
    ),
    Page(
        "urban.decision_file",
        "desk",
        "urban/decision/tables/<str:key>.csv",
        table_file,
        _("Table as CSV"),
        RIGHT,
    ),
)
