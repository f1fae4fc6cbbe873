"""The actions that callers know from CKAN, by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.filters import And, Filter
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import STRANGER, viewer_of
from yicheng.core.web.public import city
from yicheng.faces.api.ckan import asking
from yicheng.faces.api.ckan.asking import Asked, text, whole
from yicheng.faces.api.ckan.packages import (
    field,
    group,
    key_of,
    name_of,
    organisation,
    package,
    resource,
)
from yicheng.faces.api.open_door import root_of

MOST_PACKAGES = 1000
MOST_ROWS = 32_000
MOST_COUNTED = 1_000_000
Action = Callable[[HttpRequest, Asked], Any]


def status_show(request: HttpRequest, _asked: Asked) -> Any:
    return {
        "ckan_version": "2.11.0",
        "site_title": f"{city().name_zh}公共数据",
        "site_description": "",
        "site_url": root_of(request),
        "locale_default": "zh_Hans_CN",
        "error_emails_to": None,
        "extensions": ["datastore"],
    }


def site_read(_request: HttpRequest, _asked: Asked) -> Any:
    return True


def package_list(_request: HttpRequest, asked: Asked) -> Any:
    limit = whole(asked, "limit", usual=MOST_PACKAGES, most=MOST_PACKAGES)
    found = _found(offset=whole(asked, "offset", usual=0, most=100_000), limit=limit)
    return [name_of(entry.key) for entry in found.entries]


def current_package_list_with_resources(request: HttpRequest, asked: Asked) -> Any:
    limit = whole(asked, "limit", usual=100, most=MOST_PACKAGES)
    found = _found(offset=whole(asked, "offset", usual=0, most=100_000), limit=limit)
    return [package(entry, root_of(request)) for entry in found.entries]


def package_show(request: HttpRequest, asked: Asked) -> Any:
    return package(_entry(text(asked, "id") or text(asked, "name_or_id")), root_of(request))


def package_search(request: HttpRequest, asked: Asked) -> Any:
    words = text(asked, "q")
    narrowing = asking.narrowed(text(asked, "fq"))
    if "name" in narrowing or "id" in narrowing:
        words, found = "", _one(narrowing.get("name") or narrowing["id"])
    else:
        found = _found(
            "" if words in ("*:*", "*") else words,
            provider_code=narrowing.get("organization", ""),
            category=key_of(narrowing.get("groups", "")),
            keyword=narrowing.get("tags", ""),
            newest_first="metadata_modified" in text(asked, "sort"),
            offset=whole(asked, "start", usual=0, most=100_000),
            limit=whole(asked, "rows", usual=10, most=MOST_PACKAGES),
        )
    facets = {
        "organization": [_facet(one, one.value) for one in found.facets.get("provider", ())],
        "groups": [_facet(one, name_of(one.value)) for one in found.facets.get("category", ())],
    }
    return {
        "count": found.total,
        "sort": text(asked, "sort") or "score desc",
        "results": [package(entry, root_of(request)) for entry in found.entries],
        "facets": {name: {one["name"]: one["count"] for one in items} for name, items in facets.items()},
        "search_facets": {name: {"title": name, "items": items} for name, items in facets.items()},
    }


def resource_show(request: HttpRequest, asked: Asked) -> Any:
    entry, form = _resource(text(asked, "id"))
    return resource(entry, form, catalogue.formats(entry).index(form), root_of(request))


def datastore_search(request: HttpRequest, asked: Asked) -> Any:
    entry, _form = _resource(text(asked, "resource_id") or text(asked, "id"))
    viewer, read = viewer_of(request), catalogue.readable_of(entry)
    limit = whole(asked, "limit", usual=100, most=MOST_ROWS)
    offset = whole(asked, "offset", usual=0, most=100_000)
    query = read.query(
        viewer,
        fields=asking.names(asked.get("fields")),
        where=_wanted(asked),
        words=_words(asked),
        order=asking.sorting(text(asked, "sort")),
        limit=limit,
        offset=offset,
        with_id=True,
    )
    keys = ["_id", *(one.key for one in query.columns)]
    answer: dict[str, Any] = {
        "resource_id": text(asked, "resource_id") or text(asked, "id"),
        "include_total": True,
        "records_format": "objects",
        "fields": [{"id": "_id", "type": "int"}, *(field(one) for one in query.columns)],
        "records": [dict(zip(keys, row, strict=True)) for row in query.rows()],
        "limit": limit,
        "offset": offset,
    }
    if str(asked.get("include_total", True)).lower() != "false":
        answer |= {"total": query.count(most=MOST_COUNTED), "total_was_estimated": False}
    return answer


def organization_list(_request: HttpRequest, asked: Asked) -> Any:
    listed = [
        organisation(code, title, package_count=count) for code, title, count in catalogue.providers(STRANGER)
    ]
    if str(asked.get("all_fields", "")).lower() in ("true", "1"):
        return listed
    return [one["name"] for one in listed]


def organization_show(request: HttpRequest, asked: Asked) -> Any:
    wanted = text(asked, "id")
    for code, title, count in catalogue.providers(STRANGER):
        shown = organisation(code, title, package_count=count)
        if shown["name"] == wanted:
            found = _found(provider_code=wanted, limit=MOST_PACKAGES)
            return {**shown, "packages": [package(entry, root_of(request)) for entry in found.entries]}
    raise NotFound("Not found: organization")


def group_list(_request: HttpRequest, asked: Asked) -> Any:
    counts = _found(limit=1).facets.get("category", ())
    if str(asked.get("all_fields", "")).lower() in ("true", "1"):
        return [{**group(one.value), "package_count": one.count} for one in counts]
    return [name_of(one.value) for one in counts]


def tag_list(_request: HttpRequest, _asked: Asked) -> Any:
    return catalogue.keywords(STRANGER)


def license_list(_request: HttpRequest, _asked: Asked) -> Any:
    return [
        {"id": key, "title": str(one.title), "url": one.url, "status": "active"}
        for key, one in catalogue.LICENCES.items()
        if one.url
    ]


def help_show(_request: HttpRequest, asked: Asked) -> Any:
    name = text(asked, "name")
    if name not in ACTIONS:
        raise NotFound("Not found: there is no such action")
    return ACTIONS[name].__doc__ or f"{name}: as CKAN has it"


ACTIONS: Mapping[str, Action] = {
    action.__name__: action
    for action in (
        status_show,
        site_read,
        package_list,
        current_package_list_with_resources,
        package_show,
        package_search,
        resource_show,
        datastore_search,
        organization_list,
        organization_show,
        group_list,
        tag_list,
        license_list,
        help_show,
    )
}


def _found(words: str = "", *, provider_code: str = "", limit: int = 10, **chosen: Any) -> catalogue.Found:
    if not provider_code:
        return catalogue.find(STRANGER, words, only_open=True, limit=limit, **chosen)
    provider = next(
        (
            one
            for one in catalogue.providers(STRANGER)
            if one[0].replace(".", "-").lower() == provider_code.lower()
        ),
        None,
    )
    if provider is None:
        return catalogue.Found((), 0)
    return catalogue.find(STRANGER, words, only_open=True, provider_code=provider[0], limit=limit, **chosen)


def _one(name: str) -> catalogue.Found:
    try:
        return catalogue.Found((_entry(name),), 1)
    except NotFound:
        return catalogue.Found((), 0)


def _entry(name: str) -> catalogue.Entry:
    return catalogue.entry(STRANGER, key_of(name), only_open=True)


def _resource(name: str) -> tuple[catalogue.Entry, str]:
    """The entry and form that a resource's id (``trees-planted--csv``) stands for."""
    before, _hyphens, form = name.rpartition("--")
    entry = _entry(before or name)
    form = form if before else catalogue.formats(entry)[0]
    if form not in catalogue.formats(entry):
        raise NotFound("Not found: resource")
    return entry, form


def _wanted(asked: Asked) -> Filter:
    q = asked.get("q")
    by_field = asking.conditions(q) if isinstance(q, dict) else And(())
    return And((asking.conditions(asked.get("filters") or {}), by_field))


def _words(asked: Asked) -> str:
    return "" if isinstance(asked.get("q"), dict) else text(asked, "q")


def _facet(one: catalogue.Count, name: str) -> dict[str, Any]:
    return {"name": name, "display_name": one.title, "count": one.count}
