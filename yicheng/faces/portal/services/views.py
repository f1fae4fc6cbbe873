"""Finding a service: by theme, life event, audience, department, level, and in everyday words; its guide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yicheng.core.kernel.errors import NotFound
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.places.public import divisions
from yicheng.core.services.models import ItemVersion
from yicheng.core.services.models.items import Audience, Level
from yicheng.core.services.queries import halls, items
from yicheng.core.web.public import keyset_page, panels_of
from yicheng.faces.portal.services.keeping import kept_for_strangers

PAGE_SIZE = 24
COUNTY_LEVEL = 2
WORDS_AT_MOST = 60
QUERY_AT_MOST = 80
ONLINE_DEPTHS = {
    1: _("Information"),
    2: _("Forms to download"),
    3: _("Begun on line"),
    4: _("Whole matter on line"),
}


@dataclass(frozen=True)
class Choice:
    """A link that narrows the list; ``is_on`` when it does so now."""

    title: str
    url: str
    is_on: bool
    count: int | None = None


@require_safe
@kept_for_strangers
def network(request: HttpRequest) -> HttpResponse:
    """The way in: a question in one's own words, moments of life, themes, departments, levels."""
    viewer = viewer_of(request)
    audience = _audience(request)
    levels = items.counts_by(viewer, "level")
    context = {
        "audience": audience,
        "audiences": [Choice(str(one.label), f"?for={one.value}", one.value == audience) for one in Audience],
        "events": [one for one in items.life_events(viewer) if one.audience == audience],
        "themes": _themes(viewer, audience),
        "departments": _departments(viewer),
        "levels": [
            Choice(str(one.label), _list_url(level=one.value), is_on=False, count=levels[one.value])
            for one in Level
            if levels.get(one.value)
        ],
        "online": items.find_items(viewer, online=True).count(),
        "total": sum(levels.values()),
    }
    return render(request, "portal/services/network.html", context)


def _audience(request: HttpRequest) -> str:
    wanted = request.GET.get("for", "")
    return wanted if wanted in Audience.values else Audience.PERSON.value


def _themes(viewer: Viewer, audience: str) -> list[tuple[Any, int]]:
    counts: dict[str, int] = {}
    for codes in items.find_items(viewer, audience=audience).order_by().values_list("themes", flat=True):
        for code in codes:
            counts[code] = counts.get(code, 0) + 1
    return [(one, counts.get(one.code, 0)) for one in items.themes(viewer) if one.audience == audience]


def _departments(viewer: Viewer) -> list[Choice]:
    counts = items.counts_by(viewer, "organisation")
    rows = Organisation.objects.filter(pk__in=counts).order_by("sort_key", "pk")
    return [
        Choice(
            in_language(row.short_name or row.name, row.name_en),
            _list_url(department=row.code),
            is_on=False,
            count=counts[row.pk],
        )
        for row in rows
    ]


def _list_url(**wanted: str) -> str:
    return f"{reverse('portal.service_list')}?{urlencode(wanted)}"


# ── the list ────────────────────────────────────────────────────────────────


@require_safe
@kept_for_strangers
def service_list(request: HttpRequest) -> HttpResponse:
    """Services by what the address narrows them to."""
    viewer = viewer_of(request)
    wanted = {name: request.GET.get(name, "").strip()[:QUERY_AT_MOST] for name in _NARROWED}
    rows = items.find_items(
        viewer,
        words=wanted["q"],
        audience=wanted["for"],
        theme=wanted["theme"],
        life_event=wanted["event"],
        organisation=wanted["department"],
        level=wanted["level"],
        division=wanted["place"],
        online=wanted["online"] == "yes",
    )
    context = {
        "wanted": wanted,
        "filters": _filters(viewer, wanted),
        "named": _named(viewer, wanted),
        "places": divisions(COUNTY_LEVEL),
        **_found(request, rows, by_words=bool(wanted["q"])),
        "breadcrumb": _trail(),
    }
    return render(request, "portal/services/list.html", context)


_NARROWED = ("q", "for", "theme", "event", "department", "level", "place", "online")


def _found(request: HttpRequest, rows: Any, *, by_words: bool) -> dict[str, Any]:
    if by_words:
        found = list(rows[:WORDS_AT_MOST])
        return {"rows": found, "count": len(found)}
    page = keyset_page(
        rows,
        order=("sort_key", "id"),
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    count = rows.count()
    text = ngettext("%(count)s service", "%(count)s services", count) % {"count": count}
    return {"rows": page.rows, "page": page, "count": count, "count_text": text}


def _filters(viewer: Viewer, wanted: dict[str, str]) -> list[tuple[str, Sequence[Choice]]]:
    return [
        (now("For whom"), _choices(wanted, "for", [(one.value, str(one.label)) for one in Audience])),
        (
            now("Level of government"),
            _choices(wanted, "level", [(one.value, str(one.label)) for one in Level]),
        ),
        (now("How"), _choices(wanted, "online", [("yes", now("On line"))])),
    ]


def _choices(wanted: dict[str, str], name: str, values: Sequence[tuple[str, str]]) -> list[Choice]:
    found = []
    for value, title in (("", now("All")), *values):
        address = {**{key: text for key, text in wanted.items() if text}, name: value}
        query = urlencode({key: text for key, text in address.items() if text})
        found.append(Choice(title, f"?{query}", wanted[name] == value))
    return found


def _named(viewer: Viewer, wanted: dict[str, str]) -> list[tuple[str, str]]:
    """What the list is narrowed to besides the filters: its name, and the address without it."""
    names = {
        "theme": {one.code: str(one) for one in items.themes(viewer)} if wanted["theme"] else {},
        "event": {one.code: str(one) for one in items.life_events(viewer)} if wanted["event"] else {},
        "department": _department_name(wanted["department"]),
    }
    return [
        (found[wanted[name]], _without(wanted, name))
        for name, found in names.items()
        if wanted[name] in found
    ]


def _department_name(code: str) -> dict[str, str]:
    rows = Organisation.objects.filter(code=code) if code else ()
    return {row.code: in_language(row.name, row.name_en) for row in rows}


def _without(wanted: dict[str, str], name: str) -> str:
    query = urlencode({key: text for key, text in wanted.items() if text and key != name})
    return f"?{query}" if query else reverse("portal.service_list")


def _trail() -> list[tuple[str, str]]:
    return [(reverse("portal.services"), now("Government services"))]


# ── the guide ───────────────────────────────────────────────────────────────


@require_safe
@kept_for_strangers
def guide(request: HttpRequest, code: str, version: int | None = None) -> HttpResponse:
    """Everything one has to know about a service."""
    viewer = viewer_of(request)
    row = items.item_version(viewer, code, version)
    materials = list(row.materials.all())
    context = {
        "item": row,
        "page_title": str(row),
        "summary": in_language(row.summary, row.summary_en),
        "conditions": _points(in_language(row.condition, row.condition_en)),
        "materials": materials,
        "spared": sum(bool(one.proved_by) for one in materials),
        "bodies": items.bodies_of(row),
        "department": in_language(row.organisation.name, row.organisation.name_en),
        "result": in_language(row.result_name, row.result_name_en),
        "halls": list(halls.halls_of(row)[:6]),
        "depth": ONLINE_DEPTHS.get(row.online_depth, ""),
        "audiences": ", ".join(str(Audience(one).label) for one in row.audiences),
        "fee": f"{row.fee_cents / 100:,.2f}".removesuffix(".00"),
        "is_old": row.status == ItemVersion.Status.RETIRED,
        "has_process": bool(items.process_source(row)),
        "doors": panels_of(request, "service.doors", row),
        "side": panels_of(request, "service.side", row),
        "breadcrumb": _trail(),
    }
    return render(request, "portal/services/guide.html", context)


def _points(text: str) -> list[str]:
    """A text as points: at every line and Chinese semicolon."""
    return [part.strip() for part in re.split(r"[\n；;]", text) if part.strip()]


@require_safe
def process(request: HttpRequest, code: str) -> HttpResponse:
    """The drawing a service runs on, for the picture on its page."""
    source = items.process_source(items.item_version(viewer_of(request), code))
    if not source:
        raise NotFound(_("No process is drawn for this service."))
    response = HttpResponse(source, content_type="application/xml")
    response["Cache-Control"] = "public, max-age=300"
    return response
