"""Finding data: words, facets, a page of entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue import public as catalogue
from yicheng.core.people.public import viewer_of
from yicheng.core.web.catalogue.shown import NAMES, facts_of
from yicheng.core.web.panels import panels_of

MOST_SHOWN = 12
NARROWED = ("provider", "category", "share_type", "kind")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value by which the list can be narrowed, or is: then the address takes it away again."""

    title: str
    count: int
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """What the list can be narrowed by."""

    title: str | Promise
    choices: Sequence[Choice]


def index_view(face: str) -> Callable[[HttpRequest], HttpResponse]:
    """The list of data on a face."""
    only_open = face == "portal"

    def view(request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "").strip()[:100]
        order = request.GET.get("order", "")
        chosen = {name: request.GET.get(name, "")[:40] for name in NARROWED}
        provider = int(chosen["provider"]) if chosen["provider"].isdecimal() else None
        found = catalogue.find(
            viewer_of(request),
            words,
            provider=provider,
            category=chosen["category"],
            share_type=chosen["share_type"] or None,  # type: ignore[arg-type]  # any other word finds nothing
            kind=chosen["kind"],
            only_open=only_open,
            after=request.GET.get("after", ""),
            newest_first=order == "newest",
        )
        context = {
            "base": f"web/{face}.html",
            "face": face,
            "words": words,
            "order": order,
            "kept": {name: value for name, value in chosen.items() if value},
            "found": found,
            "entries": [_shown(one, face) for one in found.entries],
            "facets": _facets(request, found, chosen, only_open=only_open),
            "panels": panels_of(request, f"{face}.catalogue"),
        }
        return render(request, "web/catalogue/index.html", context)

    return view


def _shown(entry: catalogue.Entry, face: str) -> dict[str, Any]:
    names = [NAMES[form] for form in catalogue.formats(entry)]
    return {**facts_of(entry), "url": reverse(f"{face}.resource", args=[entry.key]), "forms": names}


def _facets(
    request: HttpRequest, found: catalogue.Found, chosen: dict[str, str], *, only_open: bool
) -> list[Facet]:
    titles = {"provider": _("Provider"), "category": _("Category")}
    if not only_open:
        titles |= {"share_type": _("Sharing"), "kind": _("Kind")}
    facets = [Facet(title, _choices(request, found, name, chosen[name])) for name, title in titles.items()]
    return [facet for facet in facets if len(facet.choices) > 1 or any(one.is_on for one in facet.choices)]


def _choices(request: HttpRequest, found: catalogue.Found, name: str, value: str) -> list[Choice]:
    made = []
    for one in found.facets.get(name, ())[:MOST_SHOWN]:
        query = request.GET.copy()
        query.pop("after", None)
        is_on = one.value == value
        if is_on:
            query.pop(name, None)
        else:
            query[name] = one.value
        made.append(Choice(one.title, one.count, f"?{query.urlencode()}", is_on))
    return made
