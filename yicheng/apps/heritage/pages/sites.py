"""The register of sites at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.actions.sitelists import take_site_list
from yicheng.apps.heritage.actions.sites import change_site
from yicheng.apps.heritage.forms.sites import SiteForm, SiteListForm
from yicheng.apps.heritage.models import Site
from yicheng.apps.heritage.models.sites import Access, SiteCategory, SiteLevel
from yicheng.apps.heritage.permissions import KEEP_SITES, VIEW_SITES
from yicheng.apps.heritage.queries.sites import site_of, sites, statements_of, within_words
from yicheng.core.kernel.errors import Refusal
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.places.public import division_name, divisions, full_name
from yicheng.core.web.declare import Box, MapLayer, Menu, Page
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, list_view, one_of

TONES = {"open": "good", "by_request": "info", "closed": "warn", "not_open": "outline"}
MOST_POINTS = 2_000


def access_badge(site: Site) -> Any:
    """Whether visitors are let in, in words and colour."""
    return badge(site.get_access_display(), TONES[site.access])


def _counties(_viewer: Viewer) -> Iterable[tuple[str, str]]:
    return [(one.code, one.name) for one in divisions(2)]


SITES = ListPage(
    rows=sites,
    link=lambda site: reverse("heritage.site", args=[site.pk]),
    columns=(
        Column("number", _("Number"), lambda site: site.number, is_short=True),
        Column("name", _("Site"), lambda site: in_language(site.name, site.name_en)),
        Column("era", _("Era"), lambda site: site.era),
        Column("category", _("Category"), lambda site: site.get_category_display()),
        Column("county", _("County"), lambda site: division_name(site.division_code[:6])),
        Column("keeper", _("Keeping body"), lambda site: site.organisation or "–"),
        Column("access", _("For visitors"), access_badge, lambda site: site.get_access_display()),
    ),
    filters=(
        Filter("q", _("Name, era or number"), within_words, kind="search"),
        Filter(
            "division",
            _("County"),
            lambda rows, value: rows.filter(division_code__startswith=value),
            choices=_counties,
        ),
        Filter(
            "category",
            _("Category"),
            one_of("category", SiteCategory.values),
            choices=lambda _viewer: SiteCategory.choices,
        ),
        Filter(
            "level", _("Level"), one_of("level", SiteLevel.values), choices=lambda _viewer: SiteLevel.choices
        ),
        Filter(
            "access",
            _("For visitors"),
            one_of("access", Access.values),
            choices=lambda _viewer: Access.choices,
        ),
    ),
    orders=(Order("number", _("By number"), ("number",)), Order("name", _("By its name"), ("name", "id"))),
    export="sites",
    template="heritage/sites.html",
    nothing_title=_("No site fits"),
    nothing_text=_("Take a published list, or choose other filters."),
    context=lambda request: {"may_keep": viewer_of(request).may(KEEP_SITES)},
)


def site(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with who said what of it."""
    viewer = viewer_of(request)
    found = site_of(viewer, pk)
    context = {
        "site": found,
        "access": access_badge(found),
        "place": full_name(found.division_code),
        "point": f"{found.lon:.6f},{found.lat:.6f}" if found.lon is not None else "",
        "statements": _with_titles(statements_of(found)),
        "may_keep": viewer.may(
            KEEP_SITES, organisation_id=found.organisation_id, division=found.division_code
        ),
        "page_title": in_language(found.name, found.name_en),
        "breadcrumb": [(reverse("heritage.sites"), _("Sites"))],
    }
    return render(request, "heritage/site.html", context)


def _with_titles(statements: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"title": field_title(one.field), "said": one, "value": shown_value(one)} for one in statements]


def field_title(name: str) -> str:
    """A field's title in words."""
    titles = {key: str(field.label) for key, field in SiteForm.base_fields.items()}
    titles |= {"category": str(_("Category")), "division_code": str(_("County"))}
    return titles.get(name, name)


def shown_value(said: Any) -> str:
    """A statement's value in words."""
    known = dict(SiteCategory.choices) | dict(Access.choices)
    if said.field == "division_code":
        return full_name(said.value)
    return str(known.get(said.value, said.value))


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an entry."""
    viewer = viewer_of(request)
    found = site_of(viewer, pk)
    viewer.require(KEEP_SITES, organisation_id=found.organisation_id, division=found.division_code)
    form, status = SiteForm(request.POST or None, site=found), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            changes = dict(form.cleaned_data)
            try:
                change_site(viewer, pk, changes, source=changes.pop("source"))
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                return HttpResponseRedirect(reverse("heritage.site", args=[pk]))
    return render(request, "heritage/form.html", {"form": form, "lead": found.name}, status=status)


def take_list(request: HttpRequest) -> HttpResponse:
    """Take a published list; what was refused is told line by line."""
    form = SiteListForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                context["taken"] = take_site_list(viewer_of(request), given["file"], name=given["name"])
                status = 200
            except Refusal as refusal:
                add_refusal(form, refusal)
    if context.get("taken") and not context["taken"].refused:
        messages.success(request, _("The list was taken."))
    return render(request, "heritage/take_list.html", context, status=status)


def features(viewer: Viewer, box: Box, wanted: Mapping[str, str]) -> Mapping[str, Any]:
    """Sites with a surveyed place in the viewport; one query."""
    rows = sites(viewer).filter(lon__range=(box.west, box.east), lat__range=(box.south, box.north))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
                "properties": {
                    "count": 1,
                    "title": in_language(one.name, one.name_en),
                    "note": one.era,
                    "tone": "brand",
                    "link": reverse("heritage.site", args=[one.pk]),
                },
            }
            for one in rows.order_by("pk")[:MOST_POINTS]
        ],
    }


def _example() -> Mapping[str, Any]:
    return {"pk": Site.objects.order_by("pk").values_list("pk", flat=True).first() or 1}


PAGES = (
    Page(
        "heritage.sites",
        "desk",
        "heritage/sites/",
        list_view(SITES),
        _("Sites"),
        VIEW_SITES,
        Menu(_("Cultural heritage"), 500, "landmark"),
    ),
    Page(
        "heritage.take_list", "desk", "heritage/sites/list/", take_list, _("Take a list of sites"), KEEP_SITES
    ),
    Page("heritage.site", "desk", "heritage/sites/<int:pk>/", site, _("Site"), VIEW_SITES, example=_example),
    Page(
        "heritage.site_change",
        "desk",
        "heritage/sites/<int:pk>/change/",
        change,
        _("Correct the entry"),
        KEEP_SITES,
        example=_example,
    ),
)
MAP_LAYERS = (
    MapLayer(
        "heritage.sites",
        _("Protected sites"),
        VIEW_SITES,
        features,
        "points",
        order=60,
        shown=False,
        legend={"brand": _("Protected site")},
    ),
)
