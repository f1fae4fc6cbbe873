"""What all ratings came to, for everybody: figures, trend, by body and by item, words that were read and released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yicheng.core.people.public import organisation_names, viewer_of
from yicheng.core.services.queries.item_titles import item_titles
from yicheng.core.services.queries.rating_figures import (
    Figures,
    months_back,
    rating_figures,
    rectified,
    together,
)
from yicheng.core.services.queries.ratings import released_words
from yicheng.core.services.ratings.charts import levels_by_month
from yicheng.core.web.public import keyset_page

PERIODS = (3, 6, 12)
PAGE_SIZE = 20
MOST_LINES = 30


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The page; every figure is counted, none is estimated."""
    months = _period(request.GET.get("months", ""))
    since, until = months_back(months)
    by_month = rating_figures(since=since, until=until, by="month")
    by_body = rating_figures(since=since, until=until, by="organisation_id")
    by_item = rating_figures(since=since, until=until, by="item_id")
    viewer = viewer_of(request)
    words = keyset_page(
        released_words(viewer),
        order=("-id",),
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    bodies = organisation_names([line.key for line in by_body], language=viewer.language)
    items = item_titles([line.key for line in by_item])
    context = {
        "periods": [(one, f"?months={one}", one == months) for one in PERIODS],
        "since": since,
        "until": until,
        "total": together(by_month),
        "rectified": rectified(since=since, until=until),
        "by_month": by_month,
        "trend": levels_by_month(by_month),
        "bodies": _named(by_body, bodies),
        "items": _named(by_item, items),
        "words": words,
    }
    return render(request, "portal/ratings/results.html", context)


def _period(text: str) -> int:
    return int(text) if text in {str(one) for one in PERIODS} else PERIODS[1]


def _named(lines: Sequence[Figures], names: Mapping[Any, str]) -> list[tuple[str, Figures]]:
    """Lines with their names, those with most ratings first; what nobody rated is left out."""
    rated = [(names[line.key], line) for line in lines if line.rated and line.key in names]
    return sorted(rated, key=lambda pair: (-pair[1].rated, pair[0]))[:MOST_LINES]
