"""``GET /api/v1/shared/<grant>``, answered before anything else of the shell runs: systems have no session.

Everything else of the address (receipts, checkpoints, the description) goes the usual way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import translation

from yicheng.core.kernel.errors import Refusal
from yicheng.core.sharing.gateway import calls
from yicheng.core.sharing.gateway.asked import Asked, asked
from yicheng.core.sharing.gateway.bearers import Caller, caller

_PATH = re.compile(r"/api/v1/shared/([0-9]{1,18})")
MEDIA = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
}
HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_encode = msgspec.json.Encoder().encode


class GatewayMiddleware:
    """Answers calls of systems to their grants; passes all else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = _PATH.fullmatch(request.path_info) if request.method == "GET" else None
        if found is None or (settings.SECURE_SSL_REDIRECT and not request.is_secure()):
            return self.get_response(request)
        return respond(request, int(found[1]))


def respond(request: HttpRequest, grant_id: int) -> HttpResponseBase:
    """The answer to a call, a refusal in the API's shape."""
    query = request.META.get("QUERY_STRING", "")
    try:
        by = caller(request.META.get("HTTP_AUTHORIZATION", ""))
        return answer(by, grant_id, asked(query), line=f"GET {request.path_info}?{query}")
    except Refusal as refusal:
        return _refused(request, refusal)


def answer(by: Caller, grant_id: int, wanted: Asked, *, line: str) -> HttpResponseBase:
    """A page of JSON, or a file in parts. Raises refusals before the first byte."""
    if wanted.form == "json":
        part = calls.page(by, grant_id, wanted, line=line)
        return HttpResponse(
            part.body, content_type=MEDIA["json"], headers={**HEADERS, "Yicheng-Receipt": part.receipt}
        )
    parts = calls.parts(by, grant_id, wanted, line=line)
    first = next(parts)
    response = StreamingHttpResponse(
        _sent(wanted, calls.columns(grant_id, wanted), chain([first], parts)), content_type=MEDIA[wanted.form]
    )
    for name, value in {**HEADERS, "Yicheng-Receipt": first.receipt}.items():
        response[name] = value
    response["Content-Disposition"] = f'attachment; filename="grant-{grant_id}.{wanted.form}"'
    return response


class DownloadStopped(Exception):
    """The grant ended in mid-download: the connection is cut, so that nobody takes the file for whole."""


def _sent(wanted: Asked, columns: Iterable[str], parts: Iterable[calls.Part]) -> Iterator[bytes]:
    if wanted.form == "csv":
        yield (",".join(columns) + "\r\n").encode()
    try:
        for part in parts:
            yield part.body
    except Refusal as refusal:
        raise DownloadStopped(str(refusal)) from refusal


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The one shape of faults that the API has."""
    with translation.override(translation.get_language_from_request(request)):
        fields = {name: str(text) for name, text in refusal.fields.items()}
        fault = {"code": refusal.code, "message": str(refusal), "fields": fields}
    response = HttpResponse(
        _encode(fault), status=refusal.status, content_type="application/json", headers=HEADERS
    )
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="yicheng"'
    return response
