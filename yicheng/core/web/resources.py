"""The catalogue's pages, the same for the public on the portal (open resources) and for staff at the desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any, Literal

from django.apps import apps
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue import queries
from yicheng.core.catalogue.declare import RESOURCES, Attribute, Resource
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.lists import Column, Filter, ListPage, Order, list_view

SHARE = {
    "unconditional": _("Shared without conditions"),
    "conditional": _("Shared on conditions"),
    "not_shared": _("Not shared"),
}
KINDS = {
    "text": _("text"),
    "integer": _("whole number"),
    "number": _("number"),
    "boolean": _("yes or no"),
    "date": _("day"),
    "datetime": _("moment (UTC)"),
    "code": pgettext_lazy("kind of field", "code"),
}
SENSITIVITY = {
    1: pgettext_lazy("sensitivity", "open"),
    2: pgettext_lazy("sensitivity", "staff"),
    3: pgettext_lazy("sensitivity", "sensitive"),
    4: pgettext_lazy("sensitivity", "never leaves"),
}
CYCLES = {
    "continuous": _("at once"),
    "daily": _("daily"),
    "weekly": _("weekly"),
    "monthly": _("monthly"),
    "yearly": _("yearly"),
    "on_demand": _("when needed"),
}
View = Callable[..., HttpResponseBase]


def catalogue_pages(
    face: Literal["portal", "desk"], *, path: str, title: Any, menu: Menu
) -> tuple[Page, ...]:
    """The four addresses of the catalogue on a face, below ``path``; the portal shows open resources only."""
    only_open = face == "portal"
    base = f"web/{face}.html"
    return (
        Page(f"{face}.resources", face, path, _index(base, face, only_open=only_open), title, None, menu),
        Page(
            f"{face}.resource",
            face,
            f"{path}<str:key>/",
            _description(base, face, only_open=only_open),
            _("A data resource"),
            None,
        ),
        Page(
            f"{face}.resource_rows",
            face,
            f"{path}<str:key>/rows/",
            _rows(base, face, only_open=only_open),
            _("Rows"),
            None,
        ),
        Page(
            f"{face}.resource_file",
            face,
            f"{path}<str:key>/rows.<str:form>",
            _file(only_open=only_open),
            _("Download"),
            None,
        ),
    )


def _index(base: str, face: str, *, only_open: bool) -> View:
    def view(request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "").strip().lower()[:100]
        groups: dict[str, list[Resource]] = defaultdict(list)
        for resource in queries.resources(viewer_of(request), only_open=only_open):
            text = f"{resource.key} {resource.title} {resource.summary}".lower()
            if all(word in text for word in words.split()):
                groups[RESOURCES.owner(resource.key)].append(resource)
        context = {
            "base": base,
            "words": words,
            "groups": [(_part_title(label), _linked(found, face)) for label, found in groups.items()],
        }
        return render(request, "web/resources.html", context)

    return view


def _part_title(label: str) -> str:
    config = apps.get_app_config(label)
    return str(getattr(config, "title", "") or config.verbose_name)


def _linked(found: Sequence[Resource], face: str) -> list[dict[str, Any]]:
    return [
        {"it": one, "url": reverse(f"{face}.resource", args=[one.key]), "share": SHARE[one.share_type]}
        for one in found
    ]


def _description(base: str, face: str, *, only_open: bool) -> View:
    def view(request: HttpRequest, key: str) -> HttpResponse:
        viewer = viewer_of(request)
        resource = queries.resource(viewer, key, only_open=only_open)
        shown = {attribute.key for attribute in queries.attributes(viewer, resource)}
        context = {
            "base": base,
            "resource": resource,
            "page_title": resource.title,
            "part": _part_title(RESOURCES.owner(key)),
            "share": SHARE[resource.share_type],
            "cycle": CYCLES.get(resource.update_cycle, resource.update_cycle),
            "fields": [
                _field(attribute, is_shown=attribute.key in shown) for attribute in resource.attributes
            ],
            "rows_url": reverse(f"{face}.resource_rows", args=[key]),
            "files": _files(face, resource, query=""),
            "breadcrumb": [(reverse(f"{face}.resources"), _("Data resources"))],
        }
        return render(request, "web/resource.html", context)

    return view


def _field(attribute: Attribute, *, is_shown: bool) -> dict[str, Any]:
    return {
        "it": attribute,
        "kind": KINDS[attribute.kind],
        "sensitivity": SENSITIVITY[attribute.sensitivity],
        "is_shown": is_shown,
    }


def _rows(base: str, face: str, *, only_open: bool) -> View:
    def view(request: HttpRequest, key: str) -> HttpResponseBase:
        viewer = viewer_of(request)
        resource = queries.resource(viewer, key, only_open=only_open)
        shown = queries.attributes(viewer, resource)
        query = request.GET.copy()
        for name in ("after", "before", "order"):
            query.pop(name, None)
        context = {
            "base": base,
            "page_title": resource.title,
            "files": _files(face, resource, query=query.urlencode()),
            "breadcrumb": [
                (reverse(f"{face}.resources"), _("Data resources")),
                (reverse(f"{face}.resource", args=[key]), resource.title),
            ],
        }
        return list_view(_list_page(resource, shown, context))(request)

    return view


def _list_page(resource: Resource, shown: Sequence[Attribute], context: Mapping[str, Any]) -> ListPage:
    def rows(viewer: Viewer) -> QuerySet[Any]:
        return queries.with_values(queries.select(viewer, resource), shown).only("pk")

    spec = ListPage(
        rows=rows,
        columns=tuple(_column(attribute) for attribute in shown),
        orders=(Order("id", _("As kept"), ("id",)),),
        filters=tuple(_filter(attribute) for attribute in shown if attribute.kind in queries.FILTERED),
        template="web/resource_rows.html",
        context=lambda _request: context,
    )
    if resource.find is None:
        return spec
    words = Filter("q", _("Search"), resource.find, kind="search")
    return replace(spec, filters=(words, *spec.filters))


def _column(attribute: Attribute) -> Column:
    def value(item: Any) -> str:
        return _shown(getattr(item, f"a_{attribute.key}"))

    return Column(attribute.key, attribute.title, value, is_number=attribute.kind in ("integer", "number"))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    return formats.localize(value) if isinstance(value, int) else str(value)


def _filter(attribute: Attribute) -> Filter:
    def narrow(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(**{attribute.source: queries.parsed(attribute, value)})

    if attribute.kind == "boolean":
        answers = (("true", _("yes")), ("false", _("no")))
        return Filter(attribute.key, attribute.title, narrow, choices=lambda _viewer: answers)
    return Filter(
        attribute.key, attribute.title, narrow, kind="date" if attribute.kind == "date" else "search"
    )


def _files(face: str, resource: Resource, *, query: str) -> list[tuple[str, str]]:
    forms = ["csv", "xlsx", *(["geojson"] if resource.point else [])]
    end = f"?{query}" if query else ""
    return [
        (form.upper() if form != "geojson" else "GeoJSON", _file_url(face, resource.key, form) + end)
        for form in forms
    ]


def _file_url(face: str, key: str, form: str) -> str:
    return reverse(f"{face}.resource_file", args=[key, form])


def _file(*, only_open: bool) -> View:
    def view(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
        viewer = viewer_of(request)
        resource = queries.resource(viewer, key, only_open=only_open)
        where = {name: str(value) for name, value in request.GET.items() if value and name != "q"}
        found = catalogue.download(viewer, resource, form=form, words=request.GET.get("q", ""), where=where)
        return file_response(found)

    return view


def file_response(download: catalogue.Download) -> HttpResponseBase:
    """A download as an answer, streamed as it is read from the database."""
    headers = {
        "Content-Disposition": f'attachment; filename="{download.name}"',
        "X-Content-Type-Options": "nosniff",
    }
    if isinstance(download.content, BytesIO):
        return FileResponse(download.content, content_type=download.media_type, headers=headers)
    return StreamingHttpResponse(download.content, content_type=download.media_type, headers=headers)
