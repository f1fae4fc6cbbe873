"""Cases that may be the same matter: open, of the same class, within a short walk."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from yicheng.apps.urban.models import UrbanCase
from yicheng.core.kernel import statements
from yicheng.core.people.public import Viewer
from yicheng.core.places.public import Place, distance_m

RADIUS_M = 150
METRES_A_DEGREE = 111_320
MOST_LOOKED_AT = 50
#: as ``_near`` has it; every report asks this
_OPEN_NEAR = """
SELECT c.lon, c.lat FROM cases_case c JOIN urban_urbancase u ON u.case_id = c.id
 WHERE point(c.lon, c.lat) <@ box(point(%s, %s), point(%s, %s)) AND c.status = 'open'
   AND c.lon IS NOT NULL AND c.class_code = %s LIMIT 10
"""


@dataclass(frozen=True, slots=True)
class Similar:
    """An open case nearby. ``distance_m`` from the place asked about."""

    urban: UrbanCase
    distance_m: int


def similar_cases(viewer: Viewer, place: Place, *, class_code: str, limit: int = 3) -> list[Similar]:
    """Open cases near this place, nearest first: of this class, or of any class when it is "". One query.

    Whoever may report may see that somebody else has: class, place and stage, no words.
    """
    viewer.require("urban.report_case")
    rows = _near(place, class_code=class_code).select_related("case__case_class").defer("case__search")
    found = [_similar(urban, place) for urban in rows.order_by("-pk")[:MOST_LOOKED_AT]]
    near = [one for one in found if one.distance_m <= RADIUS_M]
    return sorted(near, key=lambda one: one.distance_m)[:limit]


def count_similar(class_code: str, place: Place) -> int:
    """How many open cases of this class are near this place, up to ten. One query."""
    points = statements.run(_OPEN_NEAR, [*_corners(place), class_code])
    return sum(distance_m((place.lon, place.lat), point) <= RADIUS_M for point in points)


def _near(place: Place, *, class_code: str) -> QuerySet[UrbanCase]:
    """Open cases in a box around the place, by the index over points."""
    box = RawSQL(
        "point(cases_case.lon, cases_case.lat) <@ box(point(%s, %s), point(%s, %s))",
        _corners(place),
        output_field=BooleanField(),
    )
    rows = UrbanCase.objects.filter(box, case__status="open", case__lon__isnull=False)
    return rows.filter(case__case_class=class_code) if class_code else rows


def _corners(place: Place) -> list[float]:
    """West, south, east, north of the box around the place."""
    north = RADIUS_M / METRES_A_DEGREE
    east = north / max(0.1, math.cos(math.radians(place.lat)))
    return [place.lon - east, place.lat - north, place.lon + east, place.lat + north]


def _similar(urban: UrbanCase, place: Place) -> Similar:
    here = (urban.case.lon or 0.0, urban.case.lat or 0.0)
    return Similar(urban, round(distance_m((place.lon, place.lat), here)))
