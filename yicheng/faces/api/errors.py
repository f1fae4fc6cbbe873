"""Every fault leaves the API in one shape: ``code`` for the program, ``message`` for its user, ``fields``."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from yicheng.core.kernel.errors import Refusal
from yicheng.core.web.public import answer

log = logging.getLogger(__name__)
#: pydantic's word for a fault → ours; others keep the general sentence
_MISSING = frozenset({"missing", "value_error.missing"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong. ``code`` stays the same over versions; ``message`` is in the asker's language."""

    code: str
    message: str
    fields: Mapping[str, str] = field(default_factory=dict)


def install(api: NinjaAPI) -> None:
    """Give the API its one shape of faults."""
    api.add_exception_handler(Refusal, _refusal)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(Exception, _bug)
    for damaged in (MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        api.add_exception_handler(damaged, _damaged)
    for error in (RequestDataTooBig, TooManyFilesSent, TooManyFieldsSent):
        api.add_exception_handler(error, _too_large)


def fault(status: int, code: str, message: str, fields: Mapping[str, str] | None = None) -> HttpResponse:
    """A fault as an answer."""
    headers = {"WWW-Authenticate": 'Bearer realm="yicheng"'} if status == 401 else None
    return answer(Fault(code, message, fields or {}), status=status, headers=headers)


def _refusal(_request: HttpRequest, refusal: Any) -> HttpResponse:
    fields = {name: str(text) for name, text in refusal.fields.items()}
    return fault(refusal.status, refusal.code, str(refusal), fields)


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    fields = {_name(one["loc"]): _sentence(one) for one in error.errors}
    return fault(
        422, "invalid", _("What was sent breaks a rule: %(fields)s.") % {"fields": ", ".join(fields)}, fields
    )


def _name(place: tuple[Any, ...]) -> str:
    """("body", "new", "lon") → "lon"; a body of the wrong shape has the name "body"."""
    names = [str(part) for part in place if part not in ("body", "query", "path", "header", "form")]
    return ".".join(names[1:] if len(names) > 1 else names) or "body"


def _sentence(error: Mapping[str, Any]) -> str:
    return _("This is needed.") if error["type"] in _MISSING else str(error["msg"])


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, Refusal):
        return _refusal(request, cause)
    if isinstance(cause, RequestDataTooBig):
        return _too_large(request, cause)
    if error.status_code == 400:
        return fault(400, "bad_request", _("The body is no JSON. Send one JSON object in UTF-8."))
    return fault(error.status_code, "refused", str(error))


def _too_large(_request: HttpRequest, _error: Any) -> HttpResponse:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
    text = _("What was sent is larger than %(limit)s MB. Send less at a time.") % {"limit": limit}
    return fault(413, "too_large", text)


def _damaged(_request: HttpRequest, _error: Any) -> HttpResponse:
    return fault(400, "bad_request", _("The body cannot be read: it is not what its Content-Type says."))


def _not_found(_request: HttpRequest, _error: Any) -> HttpResponse:
    return fault(404, "not_found", _("There is nothing at this address."))


def _bug(request: HttpRequest, error: Any) -> HttpResponse:
    """Ours to mend: recorded with a reference that the asker can name."""
    reference = secrets.token_hex(4)
    log.error("fault %s at %s %s", reference, request.method, request.path, exc_info=error)
    text = _("Something broke on our side and has been recorded as %(reference)s. Nothing was half-saved.")
    return fault(500, "server_error", text % {"reference": reference})
