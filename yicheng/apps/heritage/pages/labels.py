"""Labels to print: number, name and a code that a phone or a handheld reader takes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yicheng.apps.heritage.models import KeepingPlace, Relic
from yicheng.apps.heritage.permissions import VIEW_RELICS
from yicheng.apps.heritage.queries.relics import relic_of, relics
from yicheng.apps.heritage.queries.year import place_of
from yicheng.core.kernel.languages import in_language
from yicheng.core.kernel.qr import qr_code
from yicheng.core.people.public import viewer_of
from yicheng.core.web.declare import Page

#: labels of one place printed at once
MOST = 300


@require_safe
def of_relic(request: HttpRequest, pk: int) -> HttpResponse:
    """The label of one relic."""
    found = relic_of(viewer_of(request), pk)
    back = (reverse("heritage.relic", args=[pk]), in_language(found.name, found.name_en))
    return _page(request, [found], back)


@require_safe
def of_place(request: HttpRequest, pk: int) -> HttpResponse:
    """The labels of everything that a place keeps."""
    viewer = viewer_of(request)
    place = place_of(viewer, pk)
    rows = relics(viewer).filter(place=place).order_by("number")[:MOST]
    return _page(request, rows, (reverse("heritage.place", args=[pk]), place.name))


def _page(request: HttpRequest, rows: Iterable[Relic], back: tuple[str, str]) -> HttpResponse:
    labels = [
        {
            "relic": one,
            "name": in_language(one.name, one.name_en),
            "code": qr_code(
                request.build_absolute_uri(reverse("heritage.public_object", args=[one.number])),
                css_class="relic-label__code",
                border=1,
            ),
        }
        for one in rows
    ]
    context = {"labels": labels, "breadcrumb": [back], "page_title": _t("Labels")}
    return render(request, "heritage/labels.html", context)


def _example() -> Mapping[str, Any]:
    return {"pk": Relic.objects.order_by("pk").values_list("pk", flat=True).first() or 1}


def _example_place() -> Mapping[str, Any]:
    return {"pk": KeepingPlace.objects.order_by("pk").values_list("pk", flat=True).first() or 1}


PAGES = (
    Page(
        "heritage.relic_label",
        "desk",
        "heritage/relics/<int:pk>/label/",
        of_relic,
        _("Label"),
        VIEW_RELICS,
        example=_example,
    ),
    Page(
        "heritage.place_labels",
        "desk",
        "heritage/places/<int:pk>/labels/",
        of_place,
        _("Labels"),
        VIEW_RELICS,
        example=_example_place,
    ),
)
