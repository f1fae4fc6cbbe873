"""What everybody sees: the protected sites, their stories, when one may visit, what is on show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from yicheng.apps.heritage.models import Site
from yicheng.apps.heritage.pages.sites import SITES, access_badge
from yicheng.apps.heritage.queries.shown import closed_sites
from yicheng.apps.heritage.queries.sites import objects_on_show, public_site, public_sites, shown
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer
from yicheng.core.places.public import division_name, full_name
from yicheng.core.web.declare import Menu, Page, Panel
from yicheng.core.web.public import Column, ListPage, Order, list_view

FILTERS = tuple(one for one in SITES.filters if one.key != "level")


def _context(request: HttpRequest) -> Mapping[str, Any]:
    chosen = {one.key: value for one in FILTERS if (value := request.GET.get(one.key, ""))}
    closed = [{"site": one, "name": in_language(one.name, one.name_en)} for one in closed_sites()[:20]]
    return {"points_url": f"{reverse('heritage.public_points')}?{urlencode(chosen)}", "closed": closed}


PUBLIC_SITES = ListPage(
    rows=lambda _viewer: public_sites(),
    link=lambda site: reverse("heritage.public_site", args=[site.number]),
    columns=(
        Column("name", _("Site"), lambda site: in_language(site.name, site.name_en)),
        Column("era", _("Era"), lambda site: site.era),
        Column("category", _("Category"), lambda site: site.get_category_display()),
        Column("county", _("County"), lambda site: division_name(site.division_code[:6])),
        Column("access", _("For visitors"), access_badge),
    ),
    filters=FILTERS,
    orders=(
        Order("number", _("As announced"), ("batch", "id")),
        Order("name", _("By its name"), ("name", "id")),
    ),
    size=24,
    template="heritage/public_sites.html",
    nothing_title=_("No site fits"),
    nothing_text=_("Choose other filters."),
    context=_context,
)


@require_GET
def public_points(request: HttpRequest) -> JsonResponse:
    """The sites that pass the list's filters, each in the middle of its square."""
    rows = public_sites().filter(lon__isnull=False)
    for one in FILTERS:
        if value := request.GET.get(one.key, "")[:40]:
            rows = one.narrow(rows, value)
    features = [_feature(site) for site in rows.order_by("pk")[:2000]]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _feature(site: Site) -> dict[str, Any]:
    found = shown(site)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(found.point or ())},
        "properties": {
            "title": found.name,
            "note": site.era,
            "link": reverse("heritage.public_site", args=[site.number]),
        },
    }


@require_GET
def public_page(request: HttpRequest, number: str) -> HttpResponse:
    """One site for visitors."""
    found = public_site(number)
    context = {
        "found": found,
        "site": found.site,
        "access": access_badge(found.site),
        "place": full_name(found.site.division_code),
        "point": f"{found.point[0]},{found.point[1]}" if found.point else "",
        "objects": objects_on_show(found.site),
        "page_title": found.name,
        "breadcrumb": [(reverse("heritage.public_sites"), _("Heritage of the city"))],
    }
    return render(request, "heritage/public_site.html", context)


def door(_viewer: Viewer, _subject: Any) -> Mapping[str, Any] | None:
    """The way to the sites on the front page, once there are any."""
    count = public_sites().count()
    return {"count": count} if count else None


def _example() -> Mapping[str, Any]:
    return {"number": Site.objects.order_by("pk").values_list("number", flat=True).first() or "0-0000"}


PAGES = (
    Page(
        "heritage.public_sites",
        "portal",
        "heritage/",
        list_view(PUBLIC_SITES),
        _("Heritage of the city"),
        None,
        Menu(_("The city"), 40, "landmark"),
    ),
    Page(
        "heritage.public_points",
        "portal",
        "heritage/points.geojson",
        public_points,
        _("Sites as points"),
        None,
    ),
    Page(
        "heritage.public_site",
        "portal",
        "heritage/<str:number>/",
        public_page,
        _("Site"),
        None,
        example=_example,
    ),
)
PANELS = (Panel("heritage.door", "portal.doors", "heritage/panels/door.html", door, order=60),)
