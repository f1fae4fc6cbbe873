"""One entry: what it is, its fields, the first rows, a chart and a map where they fit, files, versions, addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.catalogue import public as catalogue
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.catalogue.shown import cell, facts_of, field_lines, files_of, title_of
from yicheng.core.web.panels import panels_of

PREVIEWED = 8
MOST_BARS = 12


def entry_view(face: str) -> Callable[..., HttpResponse]:
    """The page of an entry on a face."""
    only_open = face == "portal"

    def view(request: HttpRequest, key: str) -> HttpResponse:
        viewer = viewer_of(request)
        entry = catalogue.entry(viewer, key, only_open=only_open)
        read = catalogue.readable_of(entry)
        fields, why = _readable_fields(viewer, read)
        context = {
            **facts_of(entry),
            "base": f"web/{face}.html",
            "face": face,
            "page_title": title_of(entry),
            "fields": field_lines(entry, {field.key for field in fields}),
            "why": why,
            **(_preview(viewer, read, fields) if fields else {}),
            "files": files_of(entry, face) if fields else [],
            "rows_url": reverse(f"{face}.resource_rows", args=[key]) if fields else "",
            "places_url": _places_url(entry, fields, face),
            "versions": _versions(viewer, entry),
            "addresses": _addresses(request, entry) if entry.is_open else [],
            "breadcrumb": [(reverse(f"{face}.resources"), gettext_lazy("Data"))],
            "panels": panels_of(request, "catalogue.entry", entry),
            "side": panels_of(request, "catalogue.entry.side", entry),
        }
        return render(request, "web/catalogue/entry.html", context)

    return view


def _readable_fields(viewer: Viewer, read: catalogue.Readable) -> tuple[Sequence[catalogue.Field], str]:
    """The fields whose values this viewer may see; else none, and why."""
    if read.entry.kind == "data_set" and not read.entry.version:
        return (), _("No rows have been brought in yet.")
    try:
        return read.fields(viewer), ""
    except Refusal as refusal:
        return (), str(refusal)


def _preview(
    viewer: Viewer, read: catalogue.Readable, fields: Sequence[catalogue.Field]
) -> Mapping[str, Any]:
    page = read.page(viewer, limit=PREVIEWED)
    chart = _chart(viewer, read, fields)
    return {
        "preview_fields": [(field, title_of(field)) for field in page.columns],
        "preview": [[cell(value) for value in row] for row in page.rows],
        **chart,
    }


def _chart(viewer: Viewer, read: catalogue.Readable, fields: Sequence[catalogue.Field]) -> Mapping[str, Any]:
    """Bars of how often each value of a code occurs; absent where no code has a few values that repeat."""
    for field in [one for one in fields if one.kind in ("code", "boolean") and not one.is_key][:4]:
        counts = read.counts(viewer, field.key, most=MOST_BARS + 1)
        if 2 <= len(counts) <= MOST_BARS and any(count > 1 for _value, count in counts):
            bars = [(cell(value) or _("none"), count) for value, count in counts]
            return {"chart_title": title_of(field), "bars": bars, "chart": _bar_options(bars)}
    return {}


def _bar_options(bars: Sequence[tuple[str, int]]) -> dict[str, Any]:
    return {
        "grid": {"left": 8, "right": 40, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "inverse": True, "data": [name for name, _count in bars]},
        "series": [
            {
                "type": "bar",
                "data": [count for _name, count in bars],
                "label": {"show": True, "position": "right"},
            }
        ],
    }


def _places_url(entry: catalogue.Entry, fields: Sequence[catalogue.Field], face: str) -> str:
    keys = {field.key for field in fields}
    has_place = (entry.point and set(entry.point) <= keys) or (entry.geometry and entry.geometry in keys)
    return reverse(f"{face}.resource_places", args=[entry.key]) if has_place else ""


def _versions(viewer: Viewer, entry: catalogue.Entry) -> Sequence[catalogue.Version]:
    return catalogue.versions(viewer, entry.key)[:12] if entry.kind == "data_set" else ()


def _addresses(request: HttpRequest, entry: catalogue.Entry) -> list[tuple[str, str]]:
    """Stable addresses under which programs find an open entry."""
    name = entry.key.replace(".", "-")
    found = [
        (_("This page"), reverse("portal.resource", args=[entry.key])),
        (_("DCAT"), f"/dcat/datasets/{entry.key}.ttl"),
        (_("CKAN"), f"/api/3/action/package_show?id={name}"),
    ]
    if entry.point or entry.geometry:
        found.append((_("OGC API Features"), f"/ogc/collections/{entry.key}"))
    return [(title, request.build_absolute_uri(path)) for title, path in found]
