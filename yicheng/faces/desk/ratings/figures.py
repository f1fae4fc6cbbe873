"""Monthly figures of ratings at the desk: per item, window and department, of the bodies one may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yicheng.core.people.public import organisation_names, viewer_of
from yicheng.core.services.queries.item_titles import item_titles, window_titles
from yicheng.core.services.queries.rating_figures import (
    Figures,
    months_back,
    own_months,
    rating_figures,
    reason_counts,
    rectified,
    together,
)
from yicheng.core.services.ratings.charts import levels_by_month

PERIODS = (1, 3, 6, 12)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The page; ``?months=3``: this month and the two before."""
    viewer, wanted = viewer_of(request), request.GET.get("months", "")
    months = int(wanted) if wanted in {str(one) for one in PERIODS} else 3
    since, until = months_back(months)
    own = own_months(viewer)
    by_month = rating_figures(since=since, until=until, by="month", rows=own)
    by_body = rating_figures(since=since, until=until, by="organisation_id", rows=own)
    by_item = rating_figures(since=since, until=until, by="item_id", rows=own)
    by_window = rating_figures(since=since, until=until, by="window_id", rows=own)
    bodies = organisation_names([line.key for line in by_body], language=viewer.language)
    context = {
        "periods": [(one, f"?months={one}", one == months) for one in PERIODS],
        "since": since,
        "until": until,
        "total": together(by_month),
        "rectified": rectified(since=since, until=until, viewer=viewer),
        "by_month": by_month,
        "trend": levels_by_month(by_month),
        "tables": [
            (_("By department"), _("Department"), named(by_body, bodies)),
            (_("By item"), _("Service item"), named(by_item, item_titles([one.key for one in by_item]))),
            (_("By window"), _("Window"), named(by_window, window_titles([one.key for one in by_window]))),
        ],
        "reasons": reason_counts(viewer, since=since, until=until),
        "breadcrumb": [(reverse("desk.ratings"), _("Ratings of services"))],
    }
    return render(request, "desk/ratings/figures.html", context)


def named(lines: Sequence[Figures], names: Mapping[Any, str]) -> list[tuple[str, Figures]]:
    """Lines with their names, the lowest share of satisfied first: where work is to be done."""
    rated = [(names[line.key], line) for line in lines if line.rated and line.key in names]
    return sorted(rated, key=lambda pair: (pair[1].satisfied_percent or 0, pair[0]))
