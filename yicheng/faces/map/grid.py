"""The desk's pages about divisions and the unit grid: browse, say who answers for what, bring in cells."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.places.public import (
    AreaDetail,
    area_detail,
    assign_duty,
    divisions,
    duty_choices,
    end_duty,
    import_cells,
)
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import add_refusal
from yicheng.faces.map.forms import CellsForm, DutyForm
from yicheng.faces.map.search import found_places

ZOOMS = {1: 9.5, 2: 11.0, 3: 13.0, 4: 14.5}
CELL_ZOOM = 16.0
SHOWN_FAULTS = 200


def browse(request: HttpRequest, code: str = "") -> HttpResponse:
    """A division or a cell: what lies in it and who answers for it."""
    viewer = viewer_of(request)
    sought = request.GET.get("q", "").strip()
    if not code and not (cities := divisions(1)):
        return render(request, "map/grid/empty.html")
    area = area_detail(viewer, code or cities[0].code)
    if request.method == "POST":
        return _assign(request, viewer, area)
    form = DutyForm(duty_choices(viewer, area.code)) if _may_assign(viewer, area) else None
    return _page(request, area, form, sought=sought)


@require_POST
def end(request: HttpRequest, code: str, duty_id: int) -> HttpResponse:
    """Somebody no longer answers for an area."""
    end_duty(viewer_of(request), duty_id)
    messages.success(request, _("The duty has ended."))
    return _back(code)


def bring_in(request: HttpRequest) -> HttpResponse:
    """Surveyed cells from a file, with a report of what was refused."""
    form = CellsForm(request.POST or None, request.FILES or None, initial={"datum": "cgcs2000"})
    context: dict[str, Any] = {"form": form, "breadcrumb": [(reverse("map.grid"), _("Divisions and grid"))]}
    if request.method == "POST" and form.is_valid():
        name = request.FILES["file"].name or "cells.geojson"  # type: ignore[union-attr]
        try:
            report = import_cells(
                viewer_of(request), form.cleaned_data["file"], name=name, datum=form.cleaned_data["datum"]
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            context |= {"report": report, "faults": report.refused[:SHOWN_FAULTS]}
    return render(request, "map/grid/import.html", context)


def to_map(request: HttpRequest) -> HttpResponse:
    """The map, from another face's navigation."""
    return redirect("map.home")


def _assign(request: HttpRequest, viewer: Viewer, area: AreaDetail) -> HttpResponse:
    form = DutyForm(duty_choices(viewer, area.code), request.POST)
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            assign_duty(
                viewer,
                area.code,
                role_id=wanted["role"],
                organisation_id=wanted["organisation"],
                account_id=wanted["account"],
            )
        except NotFound:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Assigned."))
            return _back(area.code)
    return _page(request, area, form, sought="")


def _page(request: HttpRequest, area: AreaDetail, form: DutyForm | None, *, sought: str) -> HttpResponse:
    place = area.cell or area.division
    context = {
        "area": area,
        "form": form,
        "may_import": viewer_of(request).may("places.import_cells"),
        "query": sought,
        "places": found_places(sought),
        "point": f"{place.lon},{place.lat}" if place.lon is not None else "",
        "zoom": CELL_ZOOM if area.cell else ZOOMS[int(area.division.level)],
        "breadcrumb": _breadcrumb(area),
        "page_title": area.code if area.cell else area.division.name,
        "cells_text": ngettext("%(count)d cell", "%(count)d cells", area.cell_count)
        % {"count": area.cell_count},
    }
    return render(request, "map/grid/area.html", context)


def _breadcrumb(area: AreaDetail) -> list[tuple[str, str]]:
    above = area.line if area.cell else area.line[:-1]
    links = [(reverse("map.area", args=[info.code]), info.name) for info in above]
    return [(reverse("map.grid"), _("Divisions and grid")), *links] if area.line else []


def _may_assign(viewer: Viewer, area: AreaDetail) -> bool:
    return viewer.may("places.assign_duty", division=area.code)


def _back(code: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("map.area", args=[code]))


PLACES = gettext_lazy("Places")
VIEW = "places.view_grid"
PAGES = (
    Page("map.at_desk", "desk", "map/", to_map, gettext_lazy("Map"), None, Menu(PLACES, 40, "map")),
    Page(
        "map.grid",
        "desk",
        "places/",
        browse,
        gettext_lazy("Divisions and grid"),
        VIEW,
        Menu(PLACES, 41, "grid-3x3"),
    ),
    Page(
        "map.cells_import",
        "desk",
        "places/import/",
        bring_in,
        gettext_lazy("Bring in surveyed cells"),
        "places.import_cells",
    ),
    Page("map.area", "desk", "places/<str:code>/", browse, gettext_lazy("Area"), VIEW),
    Page(
        "map.end_duty",
        "desk",
        "places/<str:code>/duties/<int:duty_id>/end/",
        end,
        gettext_lazy("End a duty"),
        "places.assign_duty",
    ),
    Page(
        "map.at_portal",
        "portal",
        "city-map/",
        to_map,
        gettext_lazy("Map of the city"),
        None,
        Menu(PLACES, 40, "map"),
    ),
)
