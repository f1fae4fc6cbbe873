"""Objects on show, for everybody: the list, one with its story, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yicheng.apps.heritage.categories import CATEGORIES
from yicheng.apps.heritage.models import KeepingPlace
from yicheng.apps.heritage.models.relics import Material
from yicheng.apps.heritage.queries.shown import object_of, objects, with_words
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Column, Filter, ListPage, Order, list_view, one_of


def _halls(_viewer: Viewer) -> Iterable[tuple[str, str]]:
    rows = KeepingPlace.objects.filter(is_public=True, relics__isnull=False).distinct().order_by("name")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


OBJECTS = ListPage(
    rows=lambda _viewer: objects(),
    link=lambda relic: reverse("heritage.public_object", args=[relic.number]),
    columns=(
        Column("name", _("Object"), lambda relic: in_language(relic.name, relic.name_en)),
        Column("era", _("Era"), lambda relic: relic.era),
        Column("material", _("Material"), lambda relic: relic.get_material_display()),
        Column("grade", _("Grade"), lambda relic: relic.get_grade_display()),
        Column("hall", _("On show in"), lambda relic: f"{relic.organisation} · {relic.place}"),
    ),
    filters=(
        Filter("q", _("Name, era or story"), with_words, kind="search"),
        Filter(
            "material",
            _("Material"),
            one_of("material", Material.values),
            choices=lambda _viewer: Material.choices,
        ),
        Filter("hall", _("On show in"), lambda rows, value: rows.filter(place_id=int(value)), choices=_halls),
    ),
    orders=(Order("number", _("By number"), ("number",)), Order("name", _("By its name"), ("name", "id"))),
    size=24,
    template="heritage/public_objects.html",
    nothing_title=_("No object on show fits"),
    nothing_text=_("What lies in stores is not shown here."),
)


@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One object for visitors."""
    found = object_of(number)
    sizes = [("↕", found.height_cm), ("↔", found.width_cm), ("⤢", found.depth_cm)]
    context = {
        "relic": found,
        "category": dict(CATEGORIES).get(found.category, found.category),
        "story": in_language(found.story, found.story_en),
        "size": " × ".join(f"{value.normalize():f}" for _sign, value in sizes if value),
        "weight": f"{found.weight_kg.normalize():f}" if found.weight_kg else "",
        "site": found.found_at,
        "site_name": in_language(found.found_at.name, found.found_at.name_en) if found.found_at else "",
        "near": [
            {"relic": one, "name": in_language(one.name, one.name_en)}
            for one in objects().filter(place=found.place).exclude(pk=found.pk).order_by("number")[:6]
        ],
        "page_title": in_language(found.name, found.name_en),
        "breadcrumb": [
            (reverse("heritage.public_sites"), _t("Heritage of the city")),
            (reverse("heritage.public_objects"), _t("Objects on show")),
        ],
    }
    return render(request, "heritage/public_object.html", context)


def _example() -> Mapping[str, Any]:
    return {"number": objects().order_by("pk").values_list("number", flat=True).first() or "0"}


PAGES = (
    Page(
        "heritage.public_objects",
        "portal",
        "heritage/objects/",
        list_view(OBJECTS),
        _("Objects on show"),
        None,
        Menu(_("The city"), 41, "amphora"),
    ),
    Page(
        "heritage.public_object",
        "portal",
        "heritage/objects/<str:number>/",
        page,
        _("Object on show"),
        None,
        example=_example,
    ),
)
