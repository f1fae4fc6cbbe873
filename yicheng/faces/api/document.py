"""The OpenAPI 3.1 document: what ninja derives from the routes, and what holds for all of them."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from ninja import NinjaAPI
from pydantic import TypeAdapter

from yicheng.faces.api.errors import Fault

#: what any address may answer besides its own
FAULTS = {
    "400": "The body cannot be read.",
    "401": "Sign in, or send a token.",
    "403": "The right is lacking, or the CSRF token.",
    "404": "There is no such thing, or none the caller may know of.",
    "409": "The thing has moved on since it was read.",
    "413": "The body is too large.",
    "415": "The body is not of a kind this address takes.",
    "422": "What was sent breaks a rule; `fields` says which.",
    "429": "A limit was reached; the message says when to come back.",
}
SECURITY_SCHEMES = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "Signed in with a browser. Writing needs the header X-CSRFToken.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token, made on the page of one's account.",
    },
    "device": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Device-Key",
        "description": "The key of a device or a gateway; also as `Authorization: Device KEY`.",
    },
    "client": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/account/oauth2/token/", "scopes": {}}},
        "description": "Another system, by OAuth 2 client credentials.",
    },
}
_METHODS = ("get", "post", "put", "patch", "delete")


@cache
def document(api: NinjaAPI) -> dict[str, Any]:
    """The whole document; made once per process."""
    schema: dict[str, Any] = deepcopy(dict(api.get_openapi_schema(path_prefix="/api/v1/")))
    components = schema["components"]
    components["schemas"]["Fault"] = TypeAdapter(Fault).json_schema()
    components["securitySchemes"] = SECURITY_SCHEMES
    components["responses"] = {status: _fault(text) for status, text in FAULTS.items()}
    schema["security"] = [{}, *({name: []} for name in SECURITY_SCHEMES)]
    for path in schema["paths"].values():
        for method in _METHODS:
            if method in path:
                _complete(path[method], is_write=method != "get")
    return schema


def _complete(operation: dict[str, Any], *, is_write: bool) -> None:
    """Add what any address may answer; ninja says nothing of it."""
    operation.pop("security", None)
    operation["responses"] = {str(status): one for status, one in operation["responses"].items()}
    only_of_bodies = {"400", "413", "415"}
    for status in FAULTS:
        if is_write or status not in only_of_bodies:
            operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{status}"})


def _fault(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}},
    }
