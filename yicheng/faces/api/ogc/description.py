"""What the door says of itself: landing page, conformance classes, collections, queryables, OpenAPI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yicheng.core.catalogue import public as catalogue
from yicheng.core.web.public import City
from yicheng.faces.api.ogc import crs
from yicheng.faces.api.ogc.asking import MOST, USUAL

_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
CONFORMS_TO = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    f"{_FEATURES}-1/1.0/conf/core",
    f"{_FEATURES}-1/1.0/conf/oas30",
    f"{_FEATURES}-1/1.0/conf/geojson",
    f"{_FEATURES}-2/1.0/conf/crs",
    f"{_FEATURES}-3/1.0/conf/queryables",
    f"{_FEATURES}-3/1.0/conf/queryables-query-parameters",
    f"{_FEATURES}-3/1.0/conf/filter",
    f"{_FEATURES}-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
]
JSON = "application/json"
_KINDS = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}


def link(href: str, rel: str, title: str, media: str = JSON) -> dict[str, str]:
    """A link of the standard."""
    return {"href": href, "rel": rel, "type": media, "title": title}


def landing(root: str, city: City) -> dict[str, Any]:
    """The landing page."""
    return {
        "title": f"{city.name_zh}公共数据 · Open data of {city.name_en or 'the city'}",
        "description": "Open data with a place. 带位置的公共数据。",
        "links": [
            link(f"{root}/", "self", "This page"),
            link(f"{root}/api", "service-desc", "OpenAPI", "application/vnd.oai.openapi+json;version=3.0"),
            link(f"{root}/conformance", "conformance", "Conformance"),
            link(f"{root}/collections", "data", "Collections"),
        ],
    }


def collection(root: str, entry: catalogue.Entry) -> dict[str, Any]:
    """An entry as a collection."""
    here = f"{root}/collections/{entry.key}"
    page = f"{root.removesuffix('/ogc')}/open-data/{entry.key}/"
    return {
        "id": entry.key,
        "title": entry.title,
        "description": entry.summary,
        "keywords": list(entry.keywords),
        "itemType": "feature",
        "crs": list(crs.KNOWN),
        "storageCrs": crs.CRS84,
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]], "crs": crs.CRS84}},
        "links": [
            link(here, "self", entry.title),
            link(f"{here}/items", "items", entry.title, "application/geo+json"),
            link(
                f"{here}/queryables",
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                "Queryables",
                "application/schema+json",
            ),
            link(page, "alternate", entry.title, "text/html"),
        ],
    }


def queryables(root: str, entry: catalogue.Entry, fields: Sequence[catalogue.Field]) -> dict[str, Any]:
    """The fields that filters may name."""
    placed = {*(entry.point or ()), entry.geometry}
    named: dict[str, Any] = {
        "geometry": {"title": "geometry", "format": "geometry-any", "x-ogc-role": "primary-geometry"}
    }
    for field in fields:
        if field.kind != "geometry" and field.key not in placed:
            named[field.key] = {"title": field.title, **_KINDS.get(field.kind, {"type": "string"})}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{root}/collections/{entry.key}/queryables",
        "type": "object",
        "title": entry.title,
        "properties": named,
        "additionalProperties": False,
    }


def openapi(root: str, city: City) -> dict[str, Any]:
    """The door in OpenAPI 3.0."""
    key = _parameter("collectionId", "path")
    paging = [
        _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
        _parameter("offset", "query", {"type": "integer", "minimum": 0}),
        _parameter("bbox", "query"),
        _parameter("bbox-crs", "query"),
        _parameter("crs", "query"),
        _parameter("datetime", "query"),
        _parameter("filter", "query"),
        _parameter("filter-lang", "query", {"type": "string", "enum": ["cql2-text"]}),
    ]
    return {
        "openapi": "3.0.3",
        "info": {"title": f"{city.name_en or 'City'}: OGC API - Features", "version": "1.0.0"},
        "servers": [{"url": root}],
        "paths": {
            "/": _get("landing", "The landing page"),
            "/conformance": _get("conformance", "What this door keeps to"),
            "/collections": _get("collections", "Open data with a place"),
            "/collections/{collectionId}": _get("collection", "One of them", key),
            "/collections/{collectionId}/queryables": _get("queryables", "What filters may name", key),
            "/collections/{collectionId}/items": _get("items", "Features", key, *paging),
            "/collections/{collectionId}/items/{featureId}": _get(
                "item", "One feature", key, _parameter("featureId", "path"), _parameter("crs", "query")
            ),
        },
    }


def _parameter(name: str, place: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema or {"type": "string"}}


def _get(name: str, summary: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    answers = {
        "200": {"description": summary, "content": {JSON: {"schema": {"type": "object"}}}},
        "400": {"description": "A parameter is wrong."},
        "404": {"description": "There is no such thing."},
    }
    return {
        "get": {"operationId": name, "summary": summary, "parameters": list(parameters), "responses": answers}
    }
