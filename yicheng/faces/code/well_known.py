"""``/.well-known/``: who issues licences, and the public keys to check them with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from yicheng.core.credentials.licences import credential
from yicheng.core.credentials.public import published_keys
from yicheng.faces.code.published import base_of, open_to_all


def jwks(request: HttpRequest) -> HttpResponse:
    """Every public key that signs or signed (RFC 7517)."""
    return open_to_all(JsonResponse(published_keys()), seconds=3600)


def issuer(request: HttpRequest) -> HttpResponse:
    """The issuer's metadata (SD-JWT VC)."""
    return open_to_all(JsonResponse(credential.issuer_metadata(base=base_of(request))), seconds=3600)


urlpatterns = [
    path("jwks.json", jwks, name="credentials.jwks"),
    path("jwt-vc-issuer", issuer, name="credentials.issuer"),
]
