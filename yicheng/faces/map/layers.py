"""The map's own layers: borders of divisions, unit cells, and the cases of all applications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import shapely
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry import mapping

from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.public import CaseCluster, cases_in_box, map_cases
from yicheng.core.kernel import clock
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer
from yicheng.core.places.public import cells_between, outlines_between
from yicheng.core.web.declare import Box, MapLayer
from yicheng.faces.map import alerts
from yicheng.faces.map.viewport import STAFF, case_filter, corners, degrees_of

CLUSTER_PX, NEAR_CLUSTER_PX, NEAR_ZOOM = 60, 14, 16.5
HEAT_PX = 12
LISTED = 50
STREETS_FROM, COMMUNITIES_FROM, CELLS_FROM = 10.5, 13.0, 13.5
MOST_CELLS = 1500
CASE_FILTERS = ("shown", "class", "since", "until")


def case_clusters(viewer: Viewer, box: Box, filters: Mapping[str, str]) -> Mapping[str, Any]:
    """Cases, gathered where they stand close together."""
    size = degrees_of(CLUSTER_PX if box.zoom < NEAR_ZOOM else NEAR_CLUSTER_PX, box)
    found = map_cases(viewer, corners(box), cell_deg=size, wanted=case_filter(viewer, filters))
    features = [_point(one.lon, one.lat, _cluster(viewer, one)) for one in found.clusters]
    return {"type": "FeatureCollection", "features": features, "count": found.count, "sample": found.sample}


def case_density(viewer: Viewer, box: Box, filters: Mapping[str, str]) -> Mapping[str, Any]:
    """Where cases gather, in squares small enough to be drawn as heat."""
    wanted = case_filter(viewer, filters)
    size = degrees_of(HEAT_PX, box)
    found = map_cases(viewer, corners(box), cell_deg=size, wanted=wanted, with_cases=False)
    features = [_point(one.lon, one.lat, {"count": one.count}) for one in found.clusters]
    return {"type": "FeatureCollection", "features": features, "count": found.count, "sample": found.sample}


def newest_cases(viewer: Viewer, box: Box, filters: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """The newest cases in view, as rows."""
    cases = cases_in_box(viewer, corners(box), wanted=case_filter(viewer, filters), limit=LISTED)
    return [_case_words(viewer, case) for case in cases]


def divisions(viewer: Viewer, box: Box, filters: Mapping[str, str]) -> Mapping[str, Any]:
    """Borders of counties, streets or communities, by zoom; generated ones dashed."""
    level = 2 if box.zoom < STREETS_FROM else 3 if box.zoom < COMMUNITIES_FROM else 4
    tolerance = degrees_of(1, box)
    features: list[dict[str, Any]] = []
    for info, outline in outlines_between(level, *corners(box)):
        shape = shapely.simplify(outline, tolerance)
        properties = {"code": info.code, "name": info.name, "dashed": info.outline_origin == "generated"}
        features.append({"type": "Feature", "geometry": mapping(shape), "properties": properties})
        label = outline.representative_point()
        features.append(_point(label.x, label.y, {"name": info.name}))
    return {"type": "FeatureCollection", "features": features}


def cells(viewer: Viewer, box: Box, filters: Mapping[str, str]) -> Mapping[str, Any]:
    """Unit cells, near the ground only."""
    viewer.require("places.view_grid")
    west, south, east, north = corners(box)
    found = cells_between(west, south, east=east, north=north, limit=MOST_CELLS)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [cell.ring]},
            "properties": {"code": cell.code, "name": cell.code[-3:], "dashed": cell.is_generated},
        }
        for cell in found
    ]
    return {"type": "FeatureCollection", "features": features}


def _point(lon: float, lat: float, properties: Mapping[str, Any]) -> dict[str, Any]:
    place = [round(lon, 6), round(lat, 6)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": place}, "properties": properties}


def _cluster(viewer: Viewer, one: CaseCluster) -> dict[str, Any]:
    tone = "bad" if one.overdue_count * 2 > one.count else "warn" if one.overdue_count else "brand"
    words = _case_words(viewer, one.case) if one.case else {}
    if one.case and one.case.status not in ("open", "suspended"):
        tone = "good"
    return {"count": one.count, "late": one.overdue_count, "tone": tone, **words}


def _case_words(viewer: Viewer, case: Any) -> dict[str, str]:
    """A case as a popup and a list show it."""
    return {
        "title": f"{case.number} {case.title}",
        "note": " · ".join(_facts(case)),
        "link": _address(case.pk) if viewer.kind in STAFF else "",
    }


def _facts(case: Any) -> Iterable[str]:
    yield in_language(case.case_class.name, case.case_class.name_en)
    process = PROCESSES.get(case.process) if case.process in PROCESSES else None
    yield str(process.stages.get(case.stage, case.stage)) if process else case.stage
    if case.status == "open" and case.due_at:
        due = date_format(timezone.localtime(case.due_at), "SHORT_DATETIME_FORMAT")
        late = case.due_at < clock.now()
        yield (_("was due %(when)s") if late else _("due %(when)s")) % {"when": due}


def _address(case_id: int) -> str:
    """The case's page at the desk, where there is a desk."""
    try:
        return reverse("desk.case", args=[case_id])
    except NoReverseMatch:
        return ""


MAP_LAYERS = (
    *alerts.MAP_LAYERS,
    MapLayer(
        "map.cases",
        gettext_lazy("Cases"),
        None,
        case_clusters,
        filters=CASE_FILTERS,
        order=10,
        legend={
            "brand": gettext_lazy("In time"),
            "warn": gettext_lazy("Some overdue"),
            "bad": gettext_lazy("Most overdue"),
            "good": gettext_lazy("Closed cases"),
        },
        listed=newest_cases,
    ),
    MapLayer(
        "map.density",
        gettext_lazy("Density of cases"),
        None,
        case_density,
        style="heat",
        filters=CASE_FILTERS,
        order=20,
        shown=False,
        listed=lambda viewer, box, filters: (),
    ),
    MapLayer(
        "map.divisions",
        gettext_lazy("Borders of divisions"),
        None,
        divisions,
        style="areas",
        order=80,
        listed=lambda viewer, box, filters: (),
    ),
    MapLayer(
        "map.cells",
        gettext_lazy("Unit cells"),
        "places.view_grid",
        cells,
        style="areas",
        order=90,
        shown=False,
        min_zoom=CELLS_FROM,
        listed=lambda viewer, box, filters: (),
    ),
)
