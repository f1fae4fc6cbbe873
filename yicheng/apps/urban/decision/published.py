"""The public page of figures: what the city did with what was reported, from the same rows as the decision pages.

Whole counts of classes, districts and days only: no case, no person, no address can be read from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from yicheng.apps.urban.decision import charts, measures, tables, trends
from yicheng.apps.urban.decision.chosen import Chosen, Where
from yicheng.core.kernel import clock
from yicheng.core.web.declare import Menu, Page

PERIODS = (30, 90, 365)
REMEMBERED_S = 300
#: everything, as sums: what each reader's scopes are for on the desk
EVERYWHERE = Where("true", {}, is_fine=False)
DIMENSIONS = ("class_code", "county", "status")


@dataclass(frozen=True, slots=True)
class Published:
    """The figures of the last days, as they were at one moment."""

    at: datetime
    chosen: Chosen
    counted: measures.Counted
    days: tuple[trends.DayCounts, ...]


@require_GET
def figures_page(request: HttpRequest) -> HttpResponse:
    """Figures of the last month, quarter or year: on time, by class, by district, day by day."""
    wanted = request.GET.get("days", "")
    days = int(wanted) if wanted in {str(one) for one in PERIODS} else PERIODS[0]
    found = published(days)
    counted, total = found.counted, found.counted.total
    context = {
        "days": days,
        "periods": [(one, f"?days={one}", one == days) for one in PERIODS],
        "found": found,
        "total": total,
        "closed": counted.of("status", "closed").cases,
        "open": counted.of("status", "open").cases + counted.of("status", "suspended").cases,
        "tables": [(table, charts.bars(table)) for table in _tables(found)],
        "trend": charts.trend(found.days) if found.days else None,
    }
    return render(request, "urban/figures.html", context)


def published(days: int) -> Published:
    """The figures of so many days up to today, counted once in five minutes for all readers."""
    key = f"urban.figures.{days}"
    found = cache.get(key)
    if found is None:
        found = _count(days)
        cache.set(key, found, REMEMBERED_S)
    return found  # type: ignore[no-any-return]


def _count(days: int) -> Published:
    now = clock.now()
    today = timezone.localdate(now)
    chosen = Chosen(today - timedelta(days=days - 1), today)
    counted = measures.count(chosen, EVERYWHERE, dimensions=DIMENSIONS)
    daily = tuple(trends.by_day(chosen, EVERYWHERE)) if days <= trends.LONGEST_BY_DAY else ()
    return Published(now, chosen, counted, daily)


def _tables(found: Published) -> list[tables.Table]:
    """By class and by district; a line opens onto the published cases of its kind."""
    by_class = tables.by_class(found.counted, found.chosen)
    names = tables.class_names()
    return [
        _table("class", _("By class"), by_class, names),
        _table("division", _("By district"), found.counted.by["county"], tables.district_names()),
    ]


def _table(name: str, title: Any, by: Any, names: Any) -> tables.Table:
    ordered = sorted(by.items(), key=lambda pair: (-pair[1].cases, str(pair[0])))
    return tables.Table(
        name,
        title,
        [
            tables.Line(key, names[key], line, f"{reverse('urban.cases')}?{urlencode({name: key})}")
            for key, line in ordered
            if key in names
        ],
    )


PAGES = (
    Page(
        "urban.figures",
        "portal",
        "figures/",
        figures_page,
        _("The city in figures"),
        None,
        Menu(_("The city"), 30, "chart-column"),
    ),
)
