"""The map page and what it asks for while it is moved: layers, what is in view, places, what is here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.cases.public import ClassInfo, case_classes
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.places.public import division, full_name, locate, locate_with_duties, name_at, outlines
from yicheng.core.web.declare import MAP_LAYERS, Box, MapLayer
from yicheng.core.web.public import city
from yicheng.faces.map.search import found_places
from yicheng.faces.map.viewport import SHOWN, STAFF, box_of

KEPT_S = 10
LISTED = 60


def home(request: HttpRequest) -> HttpResponse:
    """The whole map. Without script: the filters, the search and the list of what is in view."""
    viewer = viewer_of(request)
    layers = list(_layers_of(viewer))
    box = _box_or_city(request)
    context = {
        "shell": "web/map.html" if viewer.kind in STAFF else "map/public_shell.html",
        "layers": [(layer, layer.key in _chosen(request, layers)) for layer in layers],
        "settings": _settings(layers),
        "shown": SHOWN.items(),
        "classes": _classes(layers),
        "query": request.GET.get("q", ""),
        "places": found_places(request.GET.get("q", "")),
        "groups": _in_view(viewer, request, box=box),
        "is_filtered": bool(request.GET.get("west")),
    }
    return render(request, "map/home.html", context)


def layer(request: HttpRequest, key: str) -> HttpResponse:
    """One layer's features in a viewport, as GeoJSON."""
    viewer = viewer_of(request)
    wanted = next((one for one in _layers_of(viewer) if one.key == key), None)
    if wanted is None:
        raise NotFound(gettext_lazy("There is no such layer, or none that you may see."))
    box = box_of(request.GET)
    features: Mapping[str, Any] = {"type": "FeatureCollection", "features": []}
    if box.zoom >= wanted.min_zoom:
        features = wanted.features(viewer, box, _filters(request, wanted))
    body = msgspec.json.encode(features)
    headers = {"Cache-Control": f"private, max-age={KEPT_S}", "Vary": "Cookie, Accept-Language"}
    return HttpResponse(body, content_type="application/geo+json", headers=headers)


def in_view(request: HttpRequest) -> HttpResponse:
    """What the map shows, as a list: for those who read it, and for screens without a map."""
    groups = _in_view(viewer_of(request), request, box=box_of(request.GET))
    return render(request, "map/parts/in_view.html", {"groups": groups})


def here(request: HttpRequest) -> HttpResponse:
    """What a point is part of: division, cell, and for staff the people responsible."""
    viewer = viewer_of(request)
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        raise Invalid(gettext_lazy("Give lon and lat in degrees."), code="coordinates") from None
    context: dict[str, Any] = {"lon": lon, "lat": lat}
    if viewer.may("places.view_grid"):
        found = locate_with_duties(lon, lat)
        context |= {"place": found.place if found else None, "duties": found.responsible if found else ()}
        context["may_browse"] = True
    else:
        context["place"] = locate(lon, lat)
    if context["place"]:
        context["name"] = full_name(context["place"].division_code)
        info = division(context["place"].division_code)
        context["is_generated"] = info is not None and info.outline_origin == "generated"
    return render(request, "map/parts/here.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """Places by name, code or coordinates, as a list to choose from."""
    text = request.GET.get("q", "")
    return render(request, "map/parts/places.html", {"query": text, "places": found_places(text)})


def _layers_of(viewer: Viewer) -> Iterable[MapLayer]:
    """The layers this viewer may see, in their order."""
    return sorted(
        (one for one in MAP_LAYERS if one.right is None or viewer.may(one.right)), key=lambda one: one.order
    )


def _chosen(request: HttpRequest, layers: Iterable[MapLayer]) -> set[str]:
    named = set(request.GET.getlist("layer"))
    return named or {one.key for one in layers if one.shown}


def _filters(request: HttpRequest, wanted: MapLayer) -> dict[str, str]:
    return {name: request.GET[name] for name in wanted.filters if request.GET.get(name)}


def _settings(layers: Iterable[MapLayer]) -> dict[str, Any]:
    """What the script needs, in the page as JSON."""
    return {
        "layers": [
            {
                "key": one.key,
                "title": str(one.title),
                "style": one.style,
                "url": reverse("map.layer", args=[one.key]),
                "minZoom": one.min_zoom,
                "filters": one.filters,
            }
            for one in layers
        ],
        "inView": reverse("map.in_view"),
        "here": reverse("map.here"),
        "search": reverse("map.search"),
        "words": {
            "close": _("Close this window"),
            "estimate": _("about"),
            "zoomIn": _("Come nearer to see more"),
            "failed": _("This layer could not be read. Move the map to try again."),
            "cases": _("here"),
            "late": _("overdue"),
        },
    }


def _classes(layers: Iterable[MapLayer]) -> list[tuple[ClassInfo, list[ClassInfo]]]:
    """Groups of classes with what is in them, of the applications whose cases the map can show."""
    from yicheng.core.cases.declare import PROCESSES

    found: list[tuple[ClassInfo, list[ClassInfo]]] = []
    for application in sorted({process.application for process in PROCESSES}):
        classes = case_classes(application)
        found += [
            (group, [one for one in classes if one.parent_code == group.code])
            for group in classes
            if not group.parent_code
        ]
    return found


def _in_view(viewer: Viewer, request: HttpRequest, *, box: Box) -> list[dict[str, Any]]:
    """For each layer that is switched on, the rows of what lies in the box."""
    layers = list(_layers_of(viewer))
    chosen = _chosen(request, layers)
    groups = []
    for one in layers:
        if one.key in chosen and box.zoom >= one.min_zoom:
            rows = list(_rows(viewer, one, request, box=box))[:LISTED]
            if rows:
                groups.append({"layer": one, "rows": rows, "is_cut": len(rows) == LISTED})
    return groups


def _rows(viewer: Viewer, one: MapLayer, request: HttpRequest, *, box: Box) -> Iterable[Mapping[str, Any]]:
    filters = _filters(request, one)
    if one.listed is not None:
        yield from one.listed(viewer, box, filters)
        return
    for feature in one.features(viewer, box, filters)["features"]:
        properties = feature["properties"]
        if properties.get("title"):
            yield properties
        elif properties.get("count") and feature["geometry"]["type"] == "Point":
            where = name_at(*feature["geometry"]["coordinates"])
            yield {"title": _("%(count)d here") % {"count": properties["count"]}, "note": where, "link": ""}


def _box_or_city(request: HttpRequest) -> Box:
    """The viewport of the query, else the whole city."""
    if request.GET.get("west"):
        return box_of(request.GET)
    bounds = [outline.bounds for _info, outline in outlines(1)]
    if not bounds:
        lon, lat = city().lon, city().lat
        return Box(lon - 0.5, lat - 0.5, lon + 0.5, lat + 0.5, city().zoom)
    west, south, east, north = bounds[0]
    return Box(west, south, east, north, city().zoom)
