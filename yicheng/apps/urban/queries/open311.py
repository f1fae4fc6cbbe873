"""What the Open311 door reads: services that may be asked for, and the requests its caller may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import cos, radians
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Max, Q, QuerySet
from django.db.models.expressions import RawSQL

from yicheng.apps.urban.models import UrbanCase
from yicheng.apps.urban.queries.published import PUBLIC_CASE
from yicheng.core.cases.public import ClassInfo, case_classes
from yicheng.core.people.public import Viewer

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

METRES_A_DEGREE = 111_320
OPEN = ("open", "suspended")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests are asked for; ``numbers`` given, nothing else counts. ``near``: lon, lat, metres."""

    numbers: Sequence[str] = ()
    class_codes: Sequence[str] = ()
    statuses: Sequence[str] = ()
    start: datetime | None = None
    end: datetime | None = None
    near: tuple[float, float, float] | None = None
    page: int = 1
    page_size: int = 1000


@dataclass(frozen=True, slots=True)
class FoundRequest:
    """A case with when it last changed. ``is_own``: the caller sent it, and may read its own words."""

    case: Case
    updated_at: datetime
    is_own: bool


def services() -> list[ClassInfo]:
    """The classes that everybody may report."""
    return [one for one in case_classes("urban") if one.is_leaf and one.is_public]


def service_groups() -> Mapping[str, ClassInfo]:
    """The classes above them by code."""
    return {one.code: one for one in case_classes("urban") if not one.is_leaf}


def services_digest() -> str:
    """Changes with whatever the list of services tells."""
    told = [
        (one.code, one.name_zh, one.name_en, one.kind, one.parent_code, one.keywords, one.definition)
        for one in services()
    ]
    return sha256(repr(told).encode()).hexdigest()


def requests(viewer: Viewer, wanted: Wanted) -> list[FoundRequest]:
    """Published cases, and those the caller sent with its own key; newest first. Two queries."""
    rows = _wanted(_visible(viewer), wanted).order_by("-case__opened_at", "-pk")
    first = (wanted.page - 1) * wanted.page_size
    found = list(rows[first : first + wanted.page_size])
    changed = _changed([one.pk for one in found])
    return [
        FoundRequest(
            one.case,
            one.case.closed_at or changed.get(one.pk) or one.case.opened_at,
            is_own=viewer.account_id is not None and one.reporter_id == viewer.account_id,
        )
        for one in found
    ]


def number_of(case_id: int) -> str:
    """The number of a case whose token the caller holds."""
    return UrbanCase.objects.values_list("case__number", flat=True).get(pk=case_id)


def _visible(viewer: Viewer) -> QuerySet[UrbanCase]:
    may_see = PUBLIC_CASE
    if viewer.account_id is not None:
        may_see |= Q(reporter_id=viewer.account_id)
    return (
        UrbanCase.objects.filter(may_see)
        .select_related("case__case_class", "case__organisation")
        .defer("case__search")
    )


def _wanted(rows: QuerySet[UrbanCase], wanted: Wanted) -> QuerySet[UrbanCase]:
    if wanted.numbers:
        return rows.filter(case__number__in=wanted.numbers)
    if wanted.class_codes:
        rows = rows.filter(case__case_class__in=wanted.class_codes)
    if wanted.statuses and set(wanted.statuses) != {"open", "closed"}:
        is_open = Q(case__status__in=OPEN)
        rows = rows.filter(is_open if "open" in wanted.statuses else ~is_open)
    if wanted.start:
        rows = rows.filter(case__opened_at__gte=wanted.start)
    if wanted.end:
        rows = rows.filter(case__opened_at__lte=wanted.end)
    return rows.filter(_around(*wanted.near)) if wanted.near else rows


def _around(lon: float, lat: float, radius_m: float) -> RawSQL:
    """A box for the index over points, then the circle in it; the earth is flat that near."""
    north, shrink = radius_m / METRES_A_DEGREE, max(0.1, cos(radians(lat)))
    east = north / shrink
    sql = (
        "point(cases_case.lon, cases_case.lat) <@ box(point(%s, %s), point(%s, %s))"
        " AND power((cases_case.lon - %s) * %s, 2) + power(cases_case.lat - %s, 2) <= power(%s, 2)"
    )
    values = [lon - east, lat - north, lon + east, lat + north, lon, shrink, lat, north]
    return RawSQL(sql, values, output_field=BooleanField())  # noqa: S611


def _changed(case_ids: Sequence[int]) -> Mapping[int, datetime]:
    rows = (
        UrbanCase.objects.filter(pk__in=case_ids)
        .order_by()
        .values("pk")
        .annotate(last=Max("case__steps__at"))
    )
    return {row["pk"]: row["last"] for row in rows}
