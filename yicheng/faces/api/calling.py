"""Who calls, and what may be said: sign-in with CSRF for browsers, bodies of strict JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser
from ninja.utils import check_csrf

from yicheng.core.kernel.errors import Forbidden, Invalid, Refusal
from yicheng.core.people.public import Viewer, viewer_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class UnsupportedMedia(Refusal):
    """The body is of a kind this address does not take."""

    status = 415
    code = "unsupported_media"


def caller(request: HttpRequest) -> Viewer:
    """Ninja's auth callback. Everyone may knock: the queries and actions behind decide.

    Who comes with a session proves with the CSRF token that no other site sent them.
    """
    viewer = viewer_of(request)
    is_session = viewer.is_signed_in and "Authorization" not in request.headers
    if is_session and request.method not in SAFE and check_csrf(request) is not None:
        raise Forbidden(
            _("The CSRF token is missing or wrong: send the cookie “csrftoken” as header X-CSRFToken."),
            code="csrf",
        )
    refuse_nul(request.path, *(text for name, texts in request.GET.lists() for text in (name, *texts)))
    return viewer


def refuse_nul(*texts: str) -> None:
    """NUL is no character of a text; PostgreSQL would refuse it later and less kindly."""
    if any("\0" in text for text in texts):
        raise Invalid(_("Texts may not hold the character NUL."))


class StrictParser(Parser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no lone surrogates; and no NUL, which no column takes."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = json_body(request)
        return msgspec.json.decode(body)


def json_body(request: HttpRequest) -> bytes:
    """The body of a request that says it is JSON. Raises ``UnsupportedMedia``, ``Invalid``."""
    if request.content_type != "application/json":
        raise UnsupportedMedia(_("Send the body as application/json."))
    if b"\\u0000" in request.body:
        raise Invalid(_("Texts may not hold the character NUL."))
    return request.body
