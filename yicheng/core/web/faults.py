"""Error pages in the reader's language: a refusal becomes a page, a fragment or JSON, as the asker can read it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from yicheng.core.kernel.errors import Refusal, SignInRequired

JSON_PATHS = ("/api/", "/open311/")


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The fitting answer to a refusal; a stranger who needs an account is led to sign in and back."""
    if wants_json(request):
        return as_json(refusal)
    if request.headers.get("HX-Request") == "true":
        return _fragment(request, refusal)
    if isinstance(refusal, SignInRequired) and request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    return page(request, refusal.status, str(refusal), fields=refusal.fields)


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks, not a person in a browser."""
    if request.path.startswith(JSON_PATHS):
        return True
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def as_json(refusal: Refusal) -> JsonResponse:
    """``code`` for the program, ``message`` for its user, ``fields`` where single fields are at fault."""
    body: dict[str, Any] = {"code": refusal.code, "message": str(refusal)}
    if refusal.fields:
        body["fields"] = {name: str(text) for name, text in refusal.fields.items()}
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
    return JsonResponse(body, status=refusal.status, headers=headers)


def page(
    request: HttpRequest,
    status: int,
    message: str,
    *,
    fields: Any = None,
    template: str = "web/fault.html",
) -> HttpResponse:
    """A whole page that says what happened and what to do."""
    context = {
        "status": status,
        "title": _title(status),
        "message": message,
        "fields": fields or {},
    }
    return render(request, template, context, status=status)


def _fragment(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """For htmx: the words go where messages stand, in the dialog if one asked."""
    in_dialog = request.headers.get("HX-Target") == "dialog-body"
    context = {"message": str(refusal), "fields": refusal.fields}
    response = render(request, "web/refusal_fragment.html", context, status=refusal.status)
    response["HX-Retarget"] = "#dialog-body" if in_dialog else "#messages"
    response["HX-Reswap"] = "innerHTML show:top"
    return response


def _title(status: int) -> str:
    titles = {
        400: _("This request can't be understood"),
        401: _("Please sign in"),
        403: _("You may not open this"),
        404: _("There is nothing at this address"),
        405: _("This can't be done here"),
        409: _("Somebody was faster"),
        413: _("That is too large"),
        422: _("Something is not right yet"),
        429: _("Too many requests"),
    }
    return titles.get(status, _("This did not work"))


def _plain(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    refusal = Refusal(message, code=code)
    refusal.status = status
    return answer(request, refusal)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400; a body that is too large is told as such."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
        text = _("What was sent is larger than %(limit)s MB. Send less at a time.") % {"limit": limit}
        return _plain(request, 413, "too_large", text)
    return _plain(
        request,
        400,
        "bad_request",
        _("The address or what was sent is damaged. Go back and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403, for views that are not ours."""
    return _plain(
        request,
        403,
        "forbidden",
        _("Your account lacks the right for this. Ask your administrator."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    text = _("The address may be misspelt, or what stood here is gone. Search, or begin at the front page.")
    return _plain(request, 404, "not_found", text)


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """Somebody opened an address that only takes what a form sends."""
    text = _("This address only takes what its form sends. Go back to the page it belongs to.")
    response = _plain(request, 405, "not_allowed", text)
    response["Allow"] = allowed
    return response


def csrf_failure(request: HttpRequest, **_reason: str) -> HttpResponse:
    """A form without its proof of origin: nearly always an old page or switched-off cookies."""
    text = _(
        "The page you sent this from is too old, or cookies are switched off. Open it anew and send again."
    )
    return _plain(request, 403, "stale_form", text)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: needs no database, no session, no context processor."""
    text = _(
        "The fault has been recorded. Nothing you sent was half-saved; please try again in a few minutes."
    )
    if wants_json(request):
        return JsonResponse({"code": "server_error", "message": text}, status=500)
    context = {
        "status": 500,
        "title": _("Something broke on our side"),
        "message": text,
    }
    return HttpResponse(get_template("web/fault_500.html").render(context), status=500)
