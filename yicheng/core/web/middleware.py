"""Language, refusals and headers for every request. Stands after the viewer's middleware."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils import translation

from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import STRANGER, Viewer
from yicheng.core.web import faults

PERMISSIONS = "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), browsing-topics=()"


class LanguageMiddleware:
    """The language chosen on this browser, else the account's, else the browser's, else Chinese.

    Takes the place of Django's: a reader of any other language gets the city's own, not English.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = self._language(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def _language(self, request: HttpRequest) -> str:
        offered = dict(settings.LANGUAGES)
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen in offered:
            return chosen
        viewer = _viewer(request)
        if viewer.is_signed_in and viewer.language in offered:
            return viewer.language
        return translation.get_language_from_request(request)


class PageMiddleware:
    """Turns refusals into answers, redirects into what htmx understands, and adds headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = _for_htmx(request, self.get_response(request))
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response = faults.not_allowed(request, response["Allow"])
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not response.has_header("Cache-Control") and _viewer(request).is_signed_in:
            response["Cache-Control"] = "private, no-cache"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A refusal is for the user; anything else is a bug and passes through."""
        return faults.answer(request, exception) if isinstance(exception, Refusal) else None


def _for_htmx(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A form in the dialog that succeeded leads the whole page on, not the dialog."""
    if request.headers.get("HX-Request") != "true" or response.status_code not in (
        302,
        303,
    ):
        return response
    return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})


def _viewer(request: HttpRequest) -> Viewer:
    """The viewer, or a stranger where an earlier middleware answered before one was found."""
    viewer: Viewer = getattr(request, "viewer", STRANGER)
    return viewer
