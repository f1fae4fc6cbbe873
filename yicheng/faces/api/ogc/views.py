"""``/ogc/``: landing page, conformance, collections, items — as JSON and GeoJSON, features written by the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import msgspec
from django.db import connection
from django.http import HttpRequest, HttpResponse
from psycopg import sql

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.export import feature
from yicheng.core.catalogue.facts import ROW_ID
from yicheng.core.catalogue.filters import Compare
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import STRANGER, viewer_of
from yicheng.core.web.public import answer, city
from yicheng.faces.api.ogc import crs, description
from yicheng.faces.api.ogc.asking import asked_of
from yicheng.faces.api.open_door import number, open_door, root_of

GEOJSON = "application/geo+json"
MOST_COLLECTIONS = 500
MOST_COUNTED = 1_000_000


def told(refusal: Refusal) -> HttpResponse:
    """A refusal as the standard's exception: what the request got wrong is a 400."""
    status = 400 if refusal.status == 422 else refusal.status
    return answer({"code": refusal.code, "description": str(refusal)}, status=status)


@open_door(told)
def landing(request: HttpRequest) -> HttpResponse:
    """Where everything is."""
    return answer(description.landing(f"{root_of(request)}/ogc", city()))


@open_door(told)
def conformance(_request: HttpRequest) -> HttpResponse:
    """What this door keeps to."""
    return answer({"conformsTo": description.CONFORMS_TO})


@open_door(told)
def api(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.0."""
    document = description.openapi(f"{root_of(request)}/ogc", city())
    made = answer(document)
    made["Content-Type"] = "application/vnd.oai.openapi+json;version=3.0"
    return made


@open_door(told)
def collections(request: HttpRequest) -> HttpResponse:
    """Open data with a place."""
    limit = number(
        request.GET.get("limit", ""), name="limit", usual=MOST_COLLECTIONS, least=1, most=MOST_COLLECTIONS
    )
    offset = number(request.GET.get("offset", ""), name="offset", usual=0)
    words = request.GET.get("q", "")[:100]
    found = catalogue.find(STRANGER, words, only_open=True, only_placed=True, offset=offset, limit=limit)
    root = f"{root_of(request)}/ogc"
    links = [description.link(f"{root}/collections", "self", "Collections")]
    if found.next:
        links.append(
            description.link(f"{root}/collections?limit={limit}&offset={offset + limit}", "next", "Next")
        )
    listed = [description.collection(root, one) for one in found.entries]
    return answer(
        {"links": links, "collections": listed, "numberMatched": found.total, "crs": list(crs.KNOWN)}
    )


@open_door(told)
def collection(request: HttpRequest, key: str) -> HttpResponse:
    """One of them."""
    return answer(description.collection(f"{root_of(request)}/ogc", _entry(key)))


@open_door(told)
def queryables(request: HttpRequest, key: str) -> HttpResponse:
    """The fields by which features can be filtered, as JSON Schema."""
    entry = _entry(key)
    fields = catalogue.readable_of(entry).fields(viewer_of(request))
    made = answer(description.queryables(f"{root_of(request)}/ogc", entry, fields))
    made["Content-Type"] = "application/schema+json"
    return made


@open_door(told)
def items(request: HttpRequest, key: str) -> HttpResponse:
    """A page of features."""
    entry = _entry(key)
    viewer, read = viewer_of(request), catalogue.readable_of(entry)
    asked = asked_of(request, entry, read.fields(viewer))
    query = read.query(
        viewer,
        where=asked.where,
        limit=asked.limit + 1,
        offset=asked.offset,
        after=asked.after,
        with_id=True,
    )
    rows = list(_features(entry, query))
    shown = rows[: asked.limit]
    root = f"{root_of(request)}/ogc/collections/{key}"
    links = [
        description.link(request.build_absolute_uri(), "self", "This page", GEOJSON),
        description.link(root, "collection", entry.title),
    ]
    if len(rows) > asked.limit:
        following = request.GET.copy()
        following.pop("offset", None)
        following["after"] = str(shown[-1][0])
        following["limit"] = str(asked.limit)
        links.append(description.link(f"{root}/items?{following.urlencode()}", "next", "Next page", GEOJSON))
    texts = _in_system([text for _row_id, text in shown], asked.system)
    head = {
        "type": "FeatureCollection",
        "links": links,
        "timeStamp": clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": query.count(most=MOST_COUNTED),
        "numberReturned": len(shown),
    }
    body = b'%s,"features":[%s]}' % (msgspec.json.encode(head)[:-1], ",".join(texts).encode())
    return _geojson(body, asked.system)


@open_door(told)
def item(request: HttpRequest, key: str, item_id: str) -> HttpResponse:
    """One feature."""
    entry = _entry(key)
    viewer, read = viewer_of(request), catalogue.readable_of(entry)
    name = _name_field(entry)
    system = crs.known(request.GET.get("crs", ""), name="crs")
    try:
        chosen: dict[str, Any] = {"where": Compare(name, "=", item_id)} if name else {"only_id": item_id}
        rows = list(_features(entry, read.query(viewer, limit=1, with_id=True, **chosen)))
    except Refusal as refusal:
        raise NotFound("There is no such feature.") from refusal
    if not rows:
        raise NotFound("There is no such feature.")
    [text] = _in_system([rows[0][1]], system)
    whole = msgspec.json.decode(text)
    root = f"{root_of(request)}/ogc/collections/{key}"
    whole["links"] = [
        description.link(request.build_absolute_uri(), "self", "This feature", GEOJSON),
        description.link(root, "collection", entry.title),
    ]
    return _geojson(msgspec.json.encode(whole), system)


def _entry(key: str) -> catalogue.Entry:
    entry = catalogue.entry(STRANGER, key, only_open=True)
    if not entry.point and not entry.geometry:
        raise NotFound("These data have no place on the map.")
    return entry


def _name_field(entry: catalogue.Entry) -> str:
    """The one field that names a feature over all versions; "": the row's number does."""
    keys = [one for one in entry.fields if one.is_key and one.kind in ("text", "code", "integer")]
    return keys[0].key if len(keys) == len(entry.key_fields) == 1 and keys[0].sensitivity == 1 else ""


def _features(entry: catalogue.Entry, query: catalogue.Query) -> Iterator[tuple[Any, str]]:
    """Row number and feature, as the database writes it."""
    name = _name_field(entry) or ROW_ID
    text = feature(query.columns, entry.point, entry.geometry, row_id=sql.Identifier(name))
    statement = sql.SQL("SELECT {}, {} FROM ({}) AS wanted").format(sql.Identifier(ROW_ID), text, query.sql)
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(connection.connection), query.params)
        yield from cursor.fetchall()


def _in_system(texts: list[str], system: str) -> list[str]:
    move = crs.given_in(system)
    if move is None:
        return texts
    made = []
    for text in texts:
        one = msgspec.json.decode(text)
        one["geometry"] = crs.moved(one["geometry"], move)
        made.append(msgspec.json.encode(one).decode())
    return made


def _geojson(body: bytes, system: str) -> HttpResponse:
    made = HttpResponse(body, content_type=GEOJSON)
    made["Content-Crs"] = f"<{system}>"
    return made
