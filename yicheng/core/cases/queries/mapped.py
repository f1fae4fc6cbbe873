"""Cases on a map: clusters for a viewport, fast however many cases there are.

Few cases in view, or few that fit the filters, are counted exactly. Otherwise a fixed
sample of all cases is (every 32nd, by id; every 512th where even that is too much) and
the counts are marked as estimates. A first look at the smallest sample says which way is
cheapest; all samples are answered from covering indexes (migration 0004). Three queries
at most, none of them reading more than some ten thousand rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Avg, BooleanField, Count, F, Min, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Floor

from yicheng.core.cases.maps import CaseCluster, CaseFilter, CaseMap, Corners
from yicheng.core.cases.models import Case
from yicheng.core.cases.queries.lists import classes_below
from yicheng.core.cases.queries.scopes import visible, with_county
from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer

RUNNING = ("open", "suspended")
#: rows of the heap, and of a covering index, that one query may read
MOST_ROWS, MOST_COVERED = 8_000, 40_000
COARSE, FINE = 512, 32
MOST_CLUSTERS, MOST_SINGLE = 3_000, 1_000


def map_cases(
    viewer: Viewer, corners: Corners, *, cell_deg: float, wanted: CaseFilter, with_cases: bool = True
) -> CaseMap:
    """Cases the viewer may see within ``corners`` (west, south, east, north), clustered by ``cell_deg``."""
    sample, rows = _cheapest(fitting(viewer, wanted), corners, wanted)
    late = Q(due_at__lt=clock.now(), status="open")
    groups = list(
        rows.annotate(column=Floor(F("lon") / cell_deg), row=Floor(F("lat") / cell_deg))
        .values("column", "row")
        .annotate(n=Count("id"), late=Count("id", filter=late), x=Avg("lon"), y=Avg("lat"), first=Min("id"))
        .order_by("-n")[:MOST_CLUSTERS]
    )
    lone = (
        [one["first"] for one in groups if one["n"] == 1][:MOST_SINGLE] if sample == 1 and with_cases else []
    )
    cases = _cases(lone)
    clusters = [
        CaseCluster(one["x"], one["y"], one["n"] * sample, one["late"] * sample, cases.get(one["first"]))
        for one in groups
    ]
    return CaseMap(clusters, sum(one.count for one in clusters), sample)


def cases_in_box(viewer: Viewer, corners: Corners, *, wanted: CaseFilter, limit: int) -> list[Case]:
    """The newest cases in a viewport: what a map shows, as a list."""
    fits = fitting(viewer, wanted)
    rows = with_county(Case.objects.all()).filter(fits)
    inside = _touching(rows, corners) if _probe(fits, corners)[0] <= MOST_ROWS else _between(rows, corners)
    found = inside.select_related("case_class", "organisation").defer("search", "description")
    return list(found.order_by("-id")[:limit])


def fitting(viewer: Viewer, wanted: CaseFilter) -> Q:
    """The cases with a place that the viewer may see and the filter lets through; needs ``with_county``."""
    fits = Q(lon__isnull=False) & (Q(is_public=True) if wanted.published_only else visible(viewer))
    if wanted.shown in ("open", "overdue"):
        fits &= Q(status__in=RUNNING)
    if wanted.shown == "overdue":
        fits &= Q(status="open", due_at__lt=clock.now())
    if wanted.shown == "closed":
        fits &= Q(status="closed")
    if wanted.class_code:
        fits &= Q(case_class_id__in=classes_below(wanted.class_code))
    if wanted.application:
        fits &= Q(application=wanted.application)
    if wanted.since:
        fits &= Q(opened_at__gte=wanted.since)
    return fits & Q(opened_at__lt=wanted.until) if wanted.until else fits


def _cheapest(fits: Q, corners: Corners, wanted: CaseFilter) -> tuple[int, QuerySet[Case]]:
    """The way to count that reads few rows, and the sample it stands for."""
    in_box, fit_in_box, fit_anywhere = _probe(fits, corners)
    rows = with_county(Case.objects.all()).filter(fits)
    if in_box <= MOST_ROWS:
        return 1, _touching(rows, corners)
    rows = _between(rows, corners)
    if fit_anywhere <= MOST_ROWS or (wanted.shown in ("open", "overdue") and fit_in_box <= MOST_COVERED):
        return 1, rows
    sample = FINE if in_box <= MOST_COVERED * FINE else COARSE
    return sample, _sampled(rows, sample)


def _probe(fits: Q, corners: Corners) -> tuple[int, int, int]:
    """By the smallest sample: all cases in the box, those in it that fit, those that fit anywhere."""
    west, south, east, north = corners
    inside = Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    found = _sampled(with_county(Case.objects.all()), COARSE).aggregate(
        in_box=Count("id", filter=inside),
        fit_in_box=Count("id", filter=inside & fits),
        fit_anywhere=Count("id", filter=fits),
    )
    return found["in_box"] * COARSE, found["fit_in_box"] * COARSE, found["fit_anywhere"] * COARSE


def _sampled(rows: QuerySet[Case], sample: int) -> QuerySet[Case]:
    """Every so-manieth case; written as the index's condition is, so that the planner knows it again."""
    condition = f"cases_case.id %% {sample:d} = 0 AND cases_case.lon IS NOT NULL"
    return rows.filter(RawSQL(condition, [], output_field=BooleanField()))  # noqa: S611


def _touching(rows: QuerySet[Case], corners: Corners) -> QuerySet[Case]:
    """In the box, by a spatial index."""
    inside = "point(cases_case.lon, cases_case.lat) <@ box(point(%s, %s), point(%s, %s))"
    return rows.filter(RawSQL(inside, list(corners), output_field=BooleanField()))  # noqa: S611


def _between(rows: QuerySet[Case], corners: Corners) -> QuerySet[Case]:
    """In the box, by whatever index serves the other conditions."""
    west, south, east, north = corners
    return rows.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)


def _cases(ids: Sequence[int]) -> dict[int, Case]:
    if not ids:
        return {}
    rows = Case.objects.filter(pk__in=ids).select_related("case_class")
    return {case.pk: case for case in rows.defer("search", "description")}
