"""What a caller of a CKAN action asks for: parameters from the address or a JSON body, Solr-like filters, sorting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.filters import And, Compare, Filter, In
from yicheng.core.kernel.errors import Invalid
from yicheng.faces.api.open_door import number

Asked = Mapping[str, Any]
#: ``organization:roads``, ``tags:"street lamps"``, with + or - before
_CLAUSE = re.compile(
    r'\s*([+-]?)([a-z_]+):(?:"([^"]*)"|\(([^()]*)\)|([^\s()"]+))(?:\s+AND\b)?', re.IGNORECASE
)
NARROWING = ("organization", "owner_org", "groups", "tags", "name", "id")
IGNORED = ("dataset_type", "type", "state", "capacity", "private", "site_id", "entity_type")


def asked_of(request: HttpRequest) -> Asked:
    """Parameters of a GET, or the JSON object of a POST. Raises ``Invalid``."""
    given: dict[str, Any] = {name: str(text) for name, text in request.GET.items()}
    if request.method != "POST" or not request.body:
        return given
    if (request.content_type or "").startswith("application/x-www-form-urlencoded"):
        return {**given, **{name: str(text) for name, text in request.POST.items()}}
    try:
        body = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid("Bad request - JSON Error: the body is no JSON object") from None
    if not isinstance(body, dict) or b"\\u0000" in request.body:
        raise Invalid("Bad request - JSON Error: the body must be an object without NUL")
    return {**given, **body}


def text(asked: Asked, name: str, usual: str = "") -> str:
    """A parameter as text."""
    value = asked.get(name, usual)
    if value is None:
        return usual
    if isinstance(value, bool | dict | list):
        raise Invalid(f"{name} must be a text", fields={name: "not a text"})
    return str(value)[:1000]


def whole(asked: Asked, name: str, *, usual: int, most: int) -> int:
    """A parameter as a whole number from 0 to ``most``."""
    return number(text(asked, name), name=name, usual=usual, most=most)


def narrowed(query: str) -> dict[str, str]:
    """A Solr filter query (``fq``) as what it narrows by; fields that do not narrow here are passed over.

    Raises ``Invalid`` for what is no list of ``field:value``: nothing is narrowed by a guess.
    """
    found: dict[str, str] = {}
    at = 0
    query = query.strip()
    while at < len(query):
        clause = _CLAUSE.match(query, at)
        if clause is None:
            raise Invalid(f"fq: cannot read “{query[at : at + 40]}”", fields={"fq": "not field:value"})
        at = clause.end()
        name = clause[2].lower()
        value = next((one for one in clause.groups()[2:] if one is not None), "").strip().strip('"')
        if name in IGNORED or value == "*":
            continue
        if name not in NARROWING or clause[1] == "-":
            raise Invalid(
                f"fq: cannot filter by “{clause[1]}{name}”", fields={"fq": f"use {', '.join(NARROWING)}"}
            )
        found["organization" if name == "owner_org" else name] = value
    return found


def conditions(given: Any) -> Filter:
    """``filters`` of ``datastore_search``: an object of field → value or list of values."""
    if isinstance(given, str):
        try:
            given = msgspec.json.decode(given) if given else {}
        except msgspec.DecodeError:
            raise Invalid("filters must be a JSON object", fields={"filters": "no JSON"}) from None
    if not isinstance(given, dict):
        raise Invalid("filters must be an object", fields={"filters": "not an object"})
    parts: list[Filter] = []
    for field, value in given.items():
        values = value if isinstance(value, list) else [value]
        if any(isinstance(one, dict | list) or one is None for one in values):
            raise Invalid("filters hold values or lists of values", fields={"filters": "not a value"})
        parts.append(In(field, tuple(values)) if isinstance(value, list) else Compare(field, "=", value))
    return And(tuple(parts))


def names(given: Any) -> list[str] | None:
    """``fields``: a list, or names with commas between; None: all."""
    if not given:
        return None
    listed = given if isinstance(given, list) else str(given).split(",")
    return [str(name).strip().strip('"') for name in listed if str(name).strip()]


def sorting(given: str) -> list[catalogue.Order]:
    """``sort``: ``name desc, code``."""
    orders = []
    for part in filter(None, (part.strip() for part in given.split(","))):
        name, _blank, way = part.partition(" ")
        if way.strip().lower().removesuffix(" nulls last") not in ("", "asc", "desc"):
            raise Invalid(f"sort: cannot read “{part[:40]}”", fields={"sort": "field asc|desc"})
        orders.append(catalogue.Order(name.strip('"'), way.strip().lower().startswith("desc")))
    return orders
