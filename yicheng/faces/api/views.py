"""The API's description: for programs as OpenAPI, for people as a page that needs no other host and no script."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yicheng.core.web.public import answer
from yicheng.faces.api.composed import api
from yicheng.faces.api.document import document


@dataclass(frozen=True, slots=True)
class Described:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    anchor: str
    parameters: list[dict[str, Any]]
    body: str
    result: str


def openapi(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document."""
    return answer(document(api()), headers={"Access-Control-Allow-Origin": "*"})


def documentation(request: HttpRequest) -> HttpResponse:
    """Every address with its parameters, body and answer."""
    schema = document(api())
    groups: dict[str, list[Described]] = defaultdict(list)
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]].append(_described(path, method, operation))
    schemas = sorted((name, _fields(one)) for name, one in schema["components"]["schemas"].items())
    context = {
        "page_title": _("Programming interface"),
        "groups": dict(groups),
        "schemas": [(name, fields) for name, fields in schemas if fields],
        "description": schema["info"]["description"],
    }
    return render(request, "api/documentation.html", context)


def _described(path: str, method: str, operation: dict[str, Any]) -> Described:
    results = [one for status, one in operation["responses"].items() if status.startswith("2")]
    return Described(
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        anchor=operation["operationId"],
        parameters=[{**one, "kind": _kind(one["schema"])} for one in operation.get("parameters", ())],
        body=_content(operation.get("requestBody", {})),
        result=_content(results[0]) if results else "",
    )


def _content(holder: dict[str, Any]) -> str:
    kinds = [_kind(one.get("schema", {})) or media for media, one in holder.get("content", {}).items()]
    return ", ".join(dict.fromkeys(kinds))


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    needed = schema.get("required", ())
    return [
        {"name": name, "kind": _kind(one), "is_needed": name in needed, "text": one.get("description", "")}
        for name, one in schema.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a word or two: ``CaseOut``, ``list of TaskOut``, ``string or null``."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    return str(schema.get("format") or schema.get("type") or "")
