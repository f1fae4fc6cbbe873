"""The rows of an entry: as a list with filters, as places on a map, as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.filters import And, Compare, Filter
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import viewer_of
from yicheng.core.web.catalogue.shown import cell, facts_of, files_of, title_of

SHOWN = 50
COUNTED = 1000
MOST_PLACES = 3000
FILTERED = ("code", "boolean", "date", "integer")
MOST_FILTERS = 8
View = Callable[..., HttpResponseBase]


def rows_view(face: str) -> View:
    """The list of an entry's rows."""

    def view(request: HttpRequest, key: str) -> HttpResponse:
        viewer = viewer_of(request)
        read = _read(request, key, face)
        fields = read.fields(viewer)
        words = request.GET.get("q", "").strip()[:100]
        where, chosen = chosen_of(request.GET, fields)
        page = read.page(viewer, where=where, words=words, after=request.GET.get("after", ""), limit=SHOWN)
        count = read.query(viewer, fields=[], where=where, words=words).count(most=COUNTED + 1)
        query = request.GET.copy()
        query.pop("after", None)
        context = {
            **facts_of(read.entry),
            "base": f"web/{face}.html",
            "page_title": title_of(read.entry),
            "columns": [(field, title_of(field)) for field in page.columns],
            "rows": [
                [(field, cell(value)) for field, value in zip(page.columns, row, strict=True)]
                for row in page.rows
            ],
            "next": page.next,
            "count": count,
            "is_more": count > COUNTED,
            "counted": COUNTED,
            "words": words,
            "can_search": read.can_search,
            "chosen": chosen,
            "filters": _filters(fields, chosen),
            "files": files_of(read.entry, face, query=query.urlencode()),
            "breadcrumb": [
                (reverse(f"{face}.resources"), _("Data")),
                (reverse(f"{face}.resource", args=[key]), title_of(read.entry)),
            ],
        }
        return render(request, "web/catalogue/rows.html", context)

    return view


def places_view(face: str) -> View:
    """The first rows with a place, as GeoJSON for the page's map."""

    def view(request: HttpRequest, key: str) -> HttpResponseBase:
        viewer = viewer_of(request)
        read = _read(request, key, face)
        entry = read.entry
        if not entry.point and not entry.geometry:
            raise NotFound(_("“%(title)s” has no place on the map."), title=entry.title)
        wanted = [*(entry.point or ()), entry.geometry] if not entry.point else list(entry.point)
        titles = [one.key for one in read.fields(viewer) if one.kind == "text" and one.key not in wanted][:1]
        keys = [key for key in (*wanted, *titles) if key]
        query = read.query(viewer, fields=keys, limit=MOST_PLACES)
        return file_response(catalogue.file_of(query, entry, form="geojson"), is_shown=True)

    return view


def file_view(face: str) -> View:
    """The rows as a file."""

    def view(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
        viewer = viewer_of(request)
        read = _read(request, key, face)
        where, _chosen = chosen_of(request.GET, read.fields(viewer))
        words = request.GET.get("q", "").strip()[:100]
        return file_response(catalogue.download(viewer, read, form=form, words=words, where=where))

    return view


def chosen_of(
    given: QueryDict, fields: Sequence[catalogue.Field], *, own: Sequence[str] = ("q", "after", "order")
) -> tuple[Filter | None, dict[str, str]]:
    """Fields named in the address with a value, as a filter. Raises ``Invalid`` for a name that is no field."""
    chosen = {name: str(value)[:200] for name, value in given.items() if value and name not in own}
    known = {field.key: field for field in fields}
    for name in chosen:
        if name not in known or known[name].kind == "geometry":
            raise Invalid(
                _("Rows cannot be filtered by “%(key)s”."),
                key=name[:60],
                fields={name[:60]: _("Not a filter.")},
            )
    parts = tuple(Compare(name, "=", value) for name, value in chosen.items())
    return (And(parts) if parts else None), chosen


def file_response(download: catalogue.Download, *, is_shown: bool = False) -> HttpResponseBase:
    """A download as an answer, streamed as it is read from the database."""
    headers = {"X-Content-Type-Options": "nosniff", "X-Accel-Buffering": "no"}
    if not is_shown:
        headers["Content-Disposition"] = f'attachment; filename="{download.name}"'
    if isinstance(download.content, BytesIO):
        return FileResponse(download.content, content_type=download.media_type, headers=headers)
    return StreamingHttpResponse(download.content, content_type=download.media_type, headers=headers)


def _read(request: HttpRequest, key: str, face: str) -> catalogue.Readable:
    return catalogue.readable_of(catalogue.entry(viewer_of(request), key, only_open=face == "portal"))


def _filters(fields: Sequence[catalogue.Field], chosen: dict[str, str]) -> list[dict[str, Any]]:
    offered = [field for field in fields if field.kind in FILTERED][:MOST_FILTERS]
    return [
        {"field": field, "title": title_of(field), "value": chosen.get(field.key, "")} for field in offered
    ]
