"""Rooms, cabinets and halls: what they keep, what is measured in them, and when their relics were at risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.kinds import PLACE
from yicheng.apps.heritage.limits import LIMITS, QUANTITIES, SWING
from yicheng.apps.heritage.models import KeepingPlace
from yicheng.apps.heritage.pages.panels import TONES, row_of
from yicheng.apps.heritage.pages.relics import grade_badge, state_badge
from yicheng.apps.heritage.permissions import VIEW_RELICS
from yicheng.apps.heritage.queries.climate import measured_in
from yicheng.apps.heritage.queries.year import YearOf, place_of, places, year_of_place
from yicheng.apps.heritage.risk import band
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.public import active_of
from yicheng.core.kernel import clock
from yicheng.core.people.public import viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Column, ListPage, Order, badge, list_view

PLACES = ListPage(
    rows=places,  # type: ignore[arg-type]
    link=lambda place: reverse("heritage.place", args=[place.pk]),
    columns=(
        Column("code", _("Code"), lambda place: place.code, is_short=True),
        Column("name", _("Name"), lambda place: place.name),
        Column("kind", _("Kind"), lambda place: place.get_kind_display()),
        Column("keeper", _("Keeping body"), lambda place: place.organisation),
    ),
    orders=(Order("code", _("By code"), ("code",)),),
    template="heritage/places.html",
    nothing_title=_("No place yet"),
    nothing_text=_("Stores, showcases and halls are entered with the register of relics."),
)


def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place: what is measured there, what stands there."""
    found = place_of(viewer_of(request), pk)
    standing = active_of([f"{PLACE}/{found.pk}"])[f"{PLACE}/{found.pk}"]
    context = {
        "place": found,
        "rows": [row_of(one) for one in measured_in(found)],
        "standing": [
            {"alert": one, "level": badge(Severity(one.severity).label, TONES[Severity(one.severity)])}
            for one in standing
        ],
        "relics": [
            {"relic": one, "grade": grade_badge(one), "state": state_badge(one)}
            for one in found.relics.order_by("number")[:200]
        ],
        "page_title": found.name,
        "breadcrumb": [(reverse("heritage.places"), _("Stores and halls"))],
    }
    return render(request, "heritage/place.html", context)


def year(request: HttpRequest, pk: int) -> HttpResponse:
    """A year of the place's climate against what its relics bear."""
    viewer = viewer_of(request)
    found = place_of(viewer, pk)
    context = {
        "place": found,
        "years": [_year(one) for one in year_of_place(viewer, found, until=clock.now())],
        "breadcrumb": [
            (reverse("heritage.places"), _("Stores and halls")),
            (reverse("heritage.place", args=[pk]), found.name),
        ],
    }
    return render(request, "heritage/place_year.html", context)


def _year(one: YearOf) -> dict[str, Any]:
    title, _observed, unit = QUANTITIES[one.limit.quantity]
    return {
        "year": one,
        "title": title,
        "material": one.limit.material.label,
        "unit": unit,
        "band": band(one.limit.low, one.limit.high),
        "is_swing": one.limit.quantity == SWING,
    }


def limits(request: HttpRequest) -> HttpResponse:
    """The table of what each material bears, with its sources."""
    rows = [
        {
            "limit": one,
            "material": one.material.label,
            "title": QUANTITIES[one.quantity][0],
            "band": f"{band(one.low, one.high)} {QUANTITIES[one.quantity][2]}",
            "minutes": int(one.lasting.total_seconds() // 60),
        }
        for one in sorted(LIMITS, key=lambda one: list(QUANTITIES).index(one.quantity))
    ]
    return render(request, "heritage/limits.html", {"rows": rows})


def _example() -> Mapping[str, Any]:
    return {"pk": KeepingPlace.objects.order_by("pk").values_list("pk", flat=True).first() or 1}


PAGES = (
    Page(
        "heritage.places",
        "desk",
        "heritage/places/",
        list_view(PLACES),
        _("Stores and halls"),
        VIEW_RELICS,
        Menu(_("Cultural heritage"), 515, "warehouse"),
    ),
    Page(
        "heritage.place",
        "desk",
        "heritage/places/<int:pk>/",
        place,
        _("Store, showcase or hall"),
        VIEW_RELICS,
        example=_example,
    ),
    Page(
        "heritage.place_year",
        "desk",
        "heritage/places/<int:pk>/year/",
        year,
        _("When relics were at risk"),
        VIEW_RELICS,
        example=_example,
    ),
    Page("heritage.limits", "desk", "heritage/limits/", limits, _("What materials bear"), VIEW_RELICS),
)
