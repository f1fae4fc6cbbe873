"""Parts at the desk: the list, one part with what happened at it, and the layer of the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.actions.parts import change_part
from yicheng.apps.urban.forms.parts import PartForm
from yicheng.apps.urban.models import Part
from yicheng.apps.urban.queries.parts import KEEP, VIEW, cases_at, counted, part_of, parts_of, points_in
from yicheng.core.cases.public import case_classes
from yicheng.core.kernel.errors import Refusal
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.places.public import divisions, full_name
from yicheng.core.web.declare import Box, MapLayer, Menu, Page
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, list_view, one_of

TONES = {"intact": "good", "broken": "warn", "missing": "bad", "abandoned": "outline"}


def body_name(body: Any) -> str:
    """A body's name in the reader's language."""
    return in_language(str(body), body.name_en) if body else ""


def class_name(thing: Any) -> str:
    """The class of a part or a case in the reader's language."""
    found = thing.case_class
    return in_language(found.name, found.name_en)


def state_badge(part: Part) -> Any:
    """The state in words, in its colour."""
    return badge(part.get_state_display(), TONES[part.state])


def _classes(_viewer: Viewer) -> Iterable[tuple[str, str]]:
    return [(one.code, one.name) for one in case_classes("urban") if one.kind == "part" and one.is_leaf]


def _counties(_viewer: Viewer) -> Iterable[tuple[str, str]]:
    return [(one.code, one.name) for one in divisions(2)]


def _by_code(rows: QuerySet[Part], value: str) -> QuerySet[Part]:
    if not value.isdecimal():
        raise ValueError(value)
    return rows.filter(code__startswith=value)


PARTS = ListPage(
    rows=lambda viewer: counted(parts_of(viewer)).select_related("case_class", "owner"),
    link=lambda part: reverse("urban.part", args=[part.code]),
    columns=(
        Column("code", _("Code"), lambda part: part.code),
        Column("class", _("Class"), class_name),
        Column("state", _("State"), state_badge, lambda part: part.get_state_display()),
        Column("owner", _("Owner"), lambda part: body_name(part.owner)),
        Column("place", _("Place"), lambda part: part.address or full_name(part.division_code)),
        Column("surveyed", _("Surveyed"), lambda part: part.surveyed_on or ""),
        Column("cases", _("Cases"), lambda part: part.case_count, is_number=True),
    ),
    filters=(
        Filter("q", _("Code begins with"), _by_code, kind="search"),
        Filter("class", _("Class"), lambda rows, value: rows.filter(case_class=value), choices=_classes),
        Filter(
            "state",
            _("State"),
            one_of("state", Part.State.values),
            choices=lambda _viewer: Part.State.choices,
        ),
        Filter(
            "division",
            _("District"),
            lambda rows, value: rows.filter(division_code__startswith=value),
            choices=_counties,
        ),
    ),
    orders=(
        Order("code", _("By code"), ("code",)),
        Order("latest", _("Latest change first"), ("-updated_at", "-id")),
    ),
    export="parts",
    template="urban/part_list.html",
    nothing_title=_("No parts here"),
    nothing_text=_("Import the census, or choose other filters."),
    context=lambda request: {"may_keep": viewer_of(request).may(KEEP)},
)


def part(request: HttpRequest, code: str) -> HttpResponse:
    """One part: what it is, whose, where, and the cases there."""
    viewer = viewer_of(request)
    found = part_of(viewer, code)
    context = {
        "part": found,
        "state": state_badge(found),
        "class_name": class_name(found),
        "owner": body_name(found.owner),
        "maintainer": body_name(found.maintainer),
        "division": full_name(found.division_code),
        "point": f"{found.lon:.6f},{found.lat:.6f}",
        "cases": cases_at(viewer, found.pk),
        "may_keep": viewer.may(KEEP, organisation_id=found.owner_id, division=found.division_code),
        "page_title": found.name or class_name(found),
        "breadcrumb": [(reverse("urban.parts"), _("Parts"))],
    }
    return render(request, "urban/part.html", context)


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Correct what is seen of it."""
    viewer = viewer_of(request)
    found = part_of(viewer, code)
    viewer.require(KEEP, organisation_id=found.owner_id, division=found.division_code)
    initial = {"state": found.state, "name": found.name, "address": found.address}
    form, status = PartForm(request.POST or None, initial=initial), 200
    if request.method == "POST" and form.is_valid():
        try:
            change_part(viewer, code, **form.cleaned_data)
            return HttpResponseRedirect(reverse("urban.part", args=[code]))
        except Refusal as refusal:
            add_refusal(form, refusal)
            status = refusal.status
    return render(request, "urban/part_change.html", {"form": form, "part": found}, status=status)


#: how the map shows each state
TONES = {"intact": "good", "broken": "warn", "missing": "bad", "abandoned": "info"}


def features(viewer: Viewer, box: Box, wanted: Mapping[str, str]) -> Mapping[str, Any]:
    """Single parts near the ground, how many lie together from above."""
    found = points_in(viewer, box, class_code=wanted.get("class", ""), state=wanted.get("state", ""))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(one.lon, 6), round(one.lat, 6)]},
                "properties": {
                    "count": one.count,
                    "state": one.state,
                    "title": one.code,
                    "tone": TONES.get(one.state, "brand"),
                    "link": reverse("urban.part", args=[one.code]) if one.code else "",
                },
            }
            for one in found
        ],
    }


def _example() -> Mapping[str, Any]:
    first = Part.objects.order_by("code").values_list("code", flat=True).first()
    return {"code": first or "0" * 16}


PAGES = (
    Page(
        "urban.parts",
        "desk",
        "parts/",
        list_view(PARTS),
        _("Parts"),
        VIEW,
        Menu(_("Urban management"), 40, "package"),
    ),
    Page("urban.part", "desk", "part/<str:code>/", part, _("Part"), VIEW, example=_example),
    Page("urban.part_change", "desk", "part/<str:code>/change/", change, _("Correct the part"), KEEP),
)
MAP_LAYERS = (
    MapLayer(
        "urban.parts",
        _("Parts"),
        VIEW,
        features,
        "points",
        filters=("class", "state"),
        order=40,
        shown=False,
        min_zoom=12,
        legend={TONES[state]: title for state, title in Part.State.choices},
    ),
)
