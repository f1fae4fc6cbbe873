"""Which parts there are, whose they are, what happened at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Avg, BooleanField, Count, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Floor
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.models import FieldRules, Part, PartCase
from yicheng.apps.urban.queries.scopes import rows_within
from yicheng.core.cases.public import may_view
from yicheng.core.kernel.errors import NotFound
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case
    from yicheng.core.web.declare import Box

VIEW, KEEP = "urban.view_parts", "urban.keep_parts"
METRES_PER_DEGREE = 111_320.0
NEAR_M = 60.0
MOST_NEARBY = 12
SINGLE_FROM_ZOOM = 15.0
MOST_POINTS = 2_000


@dataclass(frozen=True, slots=True)
class NearbyPart:
    """A part near a place, as somebody who reports may choose it."""

    id: int
    code: str
    class_code: str
    class_name: str
    class_name_en: str
    address: str
    lon: float
    lat: float
    distance_m: float

    @property
    def name(self) -> str:
        """Its class in the reader's language."""
        return in_language(self.class_name, self.class_name_en)


@dataclass(frozen=True, slots=True)
class PartPoint:
    """Parts on the map: one part with its code, or how many lie together around a point (code "")."""

    lon: float
    lat: float
    count: int
    code: str = ""
    state: str = ""


def rules() -> FieldRules:
    """What the city pack says about work in the street; the defaults before any was loaded."""
    return FieldRules.objects.first() or FieldRules()


def parts_of(viewer: Viewer) -> QuerySet[Part]:
    """The parts this viewer may see. Raises unless the right is held at all."""
    viewer.require(VIEW)
    return Part.objects.filter(rows_within(viewer, VIEW, organisation="owner_id"))


def part_of(viewer: Viewer, code: str) -> Part:
    """One part by its code, with its class and bodies. Raises ``NotFound``."""
    part = parts_of(viewer).select_related("case_class", "owner", "maintainer").filter(code=code).first()
    if part is None:
        raise NotFound(
            _("There is no part with the code %(given)s, or none that you may see."), given=code[:16]
        )
    return part


def counted(rows: QuerySet[Part]) -> QuerySet[Part]:
    """The rows, each with ``case_count``: how many cases there were at the part."""
    cases = PartCase.objects.filter(part=OuterRef("pk")).order_by().values("part").annotate(n=Count("pk"))
    return rows.annotate(case_count=Coalesce(Subquery(cases.values("n")), 0))


def cases_at(viewer: Viewer, part_id: int, *, limit: int = 20) -> list[Case]:
    """The latest cases at a part that the viewer may see, newest first. One query."""
    rows = PartCase.objects.filter(part_id=part_id).select_related("case__case_class", "case__organisation")
    latest = [link.case for link in rows.order_by("-pk")[: limit * 3]]
    return [case for case in latest if may_view(viewer, case)][:limit]


def points_in(viewer: Viewer, box: Box, *, class_code: str = "", state: str = "") -> Sequence[PartPoint]:
    """The parts of a viewport: one by one near the ground, counted by squares from above. One query."""
    rows = parts_of(viewer).filter(_within(box))
    if class_code:
        rows = rows.filter(case_class=class_code)
    if state:
        rows = rows.filter(state=state)
    if box.zoom >= SINGLE_FROM_ZOOM:
        points = rows.order_by("code").values_list("lon", "lat", "code", "state")[:MOST_POINTS]
        return [PartPoint(lon, lat, 1, code, one) for lon, lat, code, one in points]
    size = 360 / 2 ** (box.zoom + 3)
    squares = rows.annotate(x=Floor(F("lon") / size), y=Floor(F("lat") / size)).values("x", "y")
    found = squares.annotate(n=Count("pk"), mean_lon=Avg("lon"), mean_lat=Avg("lat")).order_by("x", "y")
    return [PartPoint(one["mean_lon"], one["mean_lat"], one["n"]) for one in found[:MOST_POINTS]]


def _within(box: Box) -> RawSQL:
    corners = [box.west, box.south, box.east, box.north]
    sql = "point(urban_part.lon, urban_part.lat) <@ box(point(%s, %s), point(%s, %s))"
    return RawSQL(sql, corners, output_field=BooleanField())  # noqa: S611


def owner_of(part_id: int) -> int | None:
    """The organisation that a case on this part goes to by itself; None when there is no such part."""
    return Part.objects.filter(pk=part_id).values_list("owner_id", flat=True).first()


def part_with_code(code: str, *, class_code: str) -> int | None:
    """The part of this class that the code on its plate names."""
    return Part.objects.filter(code=code, case_class=class_code).values_list("pk", flat=True).first()


def owner_of_case(case_id: int) -> int | None:
    """The organisation that owns the part this case is about; None when it is about none."""
    return PartCase.objects.filter(pk=case_id).values_list("part__owner_id", flat=True).first()


def part_of_case(case_id: int) -> Part | None:
    """The part this case is about, with its class and bodies. The caller has checked the case."""
    link = PartCase.objects.select_related("part__case_class", "part__owner", "part__maintainer")
    found = link.filter(pk=case_id).first()
    return found.part if found else None


_NEARBY = """
SELECT p.id, p.code, p.class_code, c.name, c.name_en, p.address, p.lon, p.lat,
       sqrt(power((p.lon - %(lon)s) * %(shrink)s, 2) + power(p.lat - %(lat)s, 2)) * %(metres)s AS distance_m
  FROM urban_part p JOIN cases_caseclass c ON c.code = p.class_code
 WHERE point(p.lon, p.lat) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
   AND p.state <> 'abandoned' AND c.is_public AND c.is_active
   AND (%(class_code)s = '' OR p.class_code = %(class_code)s)
 ORDER BY distance_m, p.id
 LIMIT %(most)s
"""


def parts_nearby(
    viewer: Viewer, lon: float, lat: float, *, class_code: str = "", within_m: float = NEAR_M
) -> Sequence[NearbyPart]:
    """Parts that a report at this place (WGS 84) may be about, nearest first. One query.

    Open to whoever may report: only what everyone can see in the street.
    """
    viewer.require("urban.report_case")
    shrink = max(cos(radians(lat)), 0.01)
    north, east = within_m / METRES_PER_DEGREE, within_m / METRES_PER_DEGREE / shrink
    values: dict[str, float | int | str] = {
        "lon": lon,
        "lat": lat,
        "shrink": shrink,
        "metres": METRES_PER_DEGREE,
        "west": lon - east,
        "east": lon + east,
        "south": lat - north,
        "north": lat + north,
        "class_code": class_code,
        "most": MOST_NEARBY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEARBY, values)
        found = [NearbyPart(*row) for row in cursor.fetchall()]
    return [part for part in found if part.distance_m <= within_m]
