"""How well heritage is watched over: a tile for each indicator, a line for each keeper, and the rows behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yicheng.apps.heritage.indicators import INDICATORS, Indicator
from yicheng.apps.heritage.permissions import VIEW_RELICS
from yicheng.apps.heritage.queries.performance import Figure, figures
from yicheng.apps.heritage.queries.periods import Period, period_of, recent_periods
from yicheng.apps.heritage.queries.relics import relics
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, organisation_names, viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Column, Filter, ListPage, Order, badge, list_view


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All indicators of a period (``?period=2026-11``), altogether and for each keeper."""
    viewer, period = viewer_of(request), period_of(request.GET.get("period", ""))
    found = {key: figures(one.rows(viewer, period)) for key, one in INDICATORS.items()}
    bodies = sorted({body for each in found.values() for body in each})
    names = organisation_names(bodies, language=get_language() or "")
    context = {
        "period": period,
        "periods": recent_periods(),
        "tiles": [_tile(one, _sum(found[key]), period) for key, one in INDICATORS.items()],
        "heads": [one.title for one in INDICATORS.values()],
        "lines": [
            {
                "name": names.get(body, _t("nobody in particular")),
                "cells": [
                    _cell(one, found[key].get(body), period, body=body) for key, one in INDICATORS.items()
                ],
            }
            for body in bodies
        ],
    }
    return render(request, "heritage/figures.html", context)


def _sum(each: Mapping[int, Figure]) -> Figure:
    return Figure(sum(one.done for one in each.values()), sum(one.due for one in each.values()))


def _tile(one: Indicator, figure: Figure, period: Period) -> dict[str, Any]:
    note = _t("%(done)d of %(due)d; to reach: %(target)d %%") % {
        "done": figure.done,
        "due": figure.due,
        "target": one.target,
    }
    return {
        "title": one.title,
        "meaning": one.meaning,
        "figure": "–" if figure.percent is None else figure.percent,
        "unit": "" if figure.percent is None else "%",
        "note": note if figure.due else _t("nothing was due"),
        "tone": _tone(one, figure),
        "url": _rows_url(one, period),
    }


def _cell(one: Indicator, figure: Figure | None, period: Period, *, body: int) -> dict[str, Any]:
    if figure is None or figure.percent is None:
        return {"title": one.title, "text": "–", "url": ""}
    text = f"{figure.percent} % ({figure.done}/{figure.due})"
    return {
        "title": one.title,
        "text": text,
        "tone": _tone(one, figure),
        "url": _rows_url(one, period, body=body),
    }


def _tone(one: Indicator, figure: Figure) -> str:
    if figure.percent is None:
        return ""
    return "good" if figure.percent >= one.target else "bad"


def _rows_url(one: Indicator, period: Period, *, body: int = 0) -> str:
    asked = {"period": period.key} | ({"keeper": str(body)} if body else {})
    return f"{reverse('heritage.figure_rows', args=[one.key])}?{urlencode(asked)}"


def rows(request: HttpRequest, key: str) -> HttpResponseBase:
    """The rows behind one figure: what was due, and which of it was done."""
    one = INDICATORS.get(key)
    if one is None:
        raise NotFound(_("There is no such figure."))
    period = period_of(request.GET.get("period", ""))
    spec = replace(
        LIST,
        rows=lambda viewer: one.rows(viewer, period),
        columns=(
            Column("thing", pgettext_lazy("behind a figure", "Row"), one.thing),
            Column("note", _("Details"), one.note),
            Column("keeper", _("Keeping body"), lambda row: row.organisation or "–"),
            Column(
                "done",
                _("State"),
                lambda row: badge(
                    str(one.done if row.is_done else one.undone), "good" if row.is_done else "bad"
                ),
                lambda row: one.done if row.is_done else one.undone,
            ),
        ),
        link=one.link,
        export=f"heritage-{key}",
        context=lambda _request: {
            "page_title": one.title,
            "one": one,
            "period": period,
            "kept": {"period": period.key},
            "breadcrumb": [(f"{reverse('heritage.figures')}?period={period.key}", _t("Figures of heritage"))],
        },
    )
    return list_view(spec)(request)


def _narrowed(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value not in ("done", "undone"):
        raise ValueError(value)
    return rows.filter(is_done=value == "done")


def _of_keeper(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(organisation_id=int(value))


def _keepers(viewer: Viewer) -> list[tuple[str, str]]:
    ids = relics(viewer).order_by().values_list("organisation_id", flat=True).distinct()
    names = organisation_names(list(ids), language=get_language() or "")
    return [(str(pk), name) for pk, name in names.items()]


LIST = ListPage(
    rows=lambda viewer: INDICATORS["records"].rows(viewer, period_of("")),
    columns=(),
    filters=(
        Filter(
            "done",
            _("Show"),
            _narrowed,
            choices=lambda _viewer: (("undone", _("Not done")), ("done", _("Done"))),
        ),
        Filter("keeper", _("Keeping body"), _of_keeper, choices=_keepers),
    ),
    orders=(Order("newest", _("Newest first"), ("-pk",)),),
    template="heritage/figure_rows.html",
    nothing_title=_("Nothing was due"),
)


PAGES = (
    Page(
        "heritage.figures",
        "desk",
        "heritage/figures/",
        overview,
        _("Figures of heritage"),
        VIEW_RELICS,
        Menu(_("Cultural heritage"), 530, "chart-column"),
    ),
    Page(
        "heritage.figure_rows",
        "desk",
        "heritage/figures/<str:key>/",
        rows,
        _("Rows behind a figure"),
        VIEW_RELICS,
        example=lambda: {"key": "records"},
    ),
)
