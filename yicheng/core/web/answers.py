"""Answers of the API: a dataclass in, JSON out, without a second model in between.

A route declares its dataclass as ``response={200: CaseOut}`` (that makes the OpenAPI) and
returns ``answer(CaseOut(…))``: msgspec writes it, ninja passes it on unread.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpResponse

_encoder = msgspec.json.Encoder(enc_hook=str)


def answer(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """``data`` (dataclasses, lists, plain values) as JSON. Moments are ISO 8601; lazy texts are in the asker's language."""
    return HttpResponse(
        _encoder.encode(data), status=status, content_type="application/json", headers=headers
    )
