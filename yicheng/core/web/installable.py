"""What lets a phone install the platform as an app: the manifest and the service worker."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from yicheng.core.web.assets import asset_url
from yicheng.core.web.city import city


def manifest(_request: HttpRequest) -> JsonResponse:
    """The web app manifest, in the reader's language, named after the city."""
    name = _("%(city)s · one city") % {"city": city().name}
    icon = {
        "src": asset_url("mark.svg"),
        "sizes": "any",
        "type": "image/svg+xml",
        "purpose": "any",
    }
    body = {
        "name": name,
        "short_name": city().name,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f5",
        "theme_color": "#0b3a3d",
        "icons": [icon],
    }
    return JsonResponse(
        body,
        content_type="application/manifest+json",
        headers={"Cache-Control": "max-age=3600"},
    )


def offline(_request: HttpRequest) -> HttpResponse:
    """The service worker under a fixed address at the root, so that its scope is the whole site."""
    file = Path(settings.ASSETS_ROOT) / asset_url("offline.js").lstrip("/")
    if not file.is_file():
        raise Http404
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return HttpResponse(
        file.read_bytes(),
        content_type="text/javascript; charset=utf-8",
        headers=headers,
    )


def favicon(_request: HttpRequest) -> HttpResponseRedirect:
    """For those who ask without reading the page."""
    return HttpResponseRedirect(asset_url("mark.svg"), headers={"Cache-Control": "max-age=86400"})
