"""The records at stable addresses, for anyone: ``/linked-art/object/…``, ``/linked-art/place/…``."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yicheng.apps.heritage.connectors.linked_art.records import Address, object_record, site_record
from yicheng.apps.heritage.queries.shown import object_of
from yicheng.apps.heritage.queries.sites import public_site

MEDIA_TYPE = 'application/ld+json; profile="https://linked.art/ns/v1/linked-art.json"'


@require_safe
def one_object(request: HttpRequest, number: str) -> HttpResponse:
    """A relic that stands in a public exhibition."""
    return _answer(object_record(object_of(number), _addresses(request)))


@require_safe
def one_place(request: HttpRequest, number: str) -> HttpResponse:
    """A protected site."""
    return _answer(site_record(public_site(number).site, _addresses(request)))


def _addresses(request: HttpRequest) -> Address:
    return lambda kind, number: request.build_absolute_uri(reverse(f"linked_art:{kind}", args=[number]))


def _answer(record: dict[str, Any]) -> HttpResponse:
    answer = HttpResponse(msgspec.json.encode(record), content_type=MEDIA_TYPE)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
