"""Readings of devices: in batches, by the key of a device or of its gateway; and out again, for charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from yicheng.core.kernel import clock
from yicheng.core.people.public import viewer_of
from yicheng.core.sensing.ingest.door import Flooded, receive
from yicheng.core.sensing.public import readings
from yicheng.core.web.public import answer
from yicheng.faces.api.errors import fault

router = Router()
_READING = {
    "type": "object",
    "required": ["property", "value"],
    "properties": {
        "device": {
            "type": "string",
            "description": "The device's number; its own key's device when left out.",
        },
        "property": {"type": "string", "description": "A declared property: temperature, humidity …"},
        "value": {"anyOf": [{"type": "number"}, {"type": "boolean"}]},
        "time": {"type": "string", "format": "date-time", "description": "With its zone; left out: now."},
        "unit": {"type": "string", "description": "UCUM code; the property's own when left out."},
        "channel": {"type": "string"},
        "quality": {"type": "string", "enum": ["good", "uncertain", "bad"]},
        "sequence": {"type": "integer", "minimum": 0, "description": "The device's own counter."},
    },
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "array", "items": _READING, "maxItems": 20_000}},
            "application/x-ndjson": {"schema": {"type": "string", "description": "One reading a line."}},
        },
    }
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: all of it is stored when this is answered.

    ``repeated`` were there already; ``set_aside`` claim an impossible time; ``refused`` are kept for inspection, by
    reason in ``reasons``.
    """

    stored: int
    repeated: int
    set_aside: int
    refused: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PointOut:
    """A stretch of a series: its beginning, lowest, highest and mean value, how many readings."""

    time: datetime
    low: float
    high: float
    mean: float
    count: int


class Stretch(Schema):
    """Which part of a series, in how many points."""

    since: Annotated[AwareDatetime | None, Field(description="Left out: a day before `until`.")] = None
    until: Annotated[AwareDatetime | None, Field(description="Left out: now.")] = None
    points: Annotated[int, Field(ge=1, le=5000)] = 500


@router.post(
    "",
    response={200: Taken},
    operation_id="post_readings",
    summary="Readings of devices",
    openapi_extra=_BODY,
)
def post_readings(request: HttpRequest) -> HttpResponse:
    """Take a batch in. The header `Authorization: Device KEY` (or `X-Device-Key`) says who speaks.

    JSON or one reading a line, plain or gzip. The same device, property, channel and time again, or the same
    device and sequence, is told as repeated and stored once.
    """
    try:
        taken = receive(
            _key(request),
            request.body,
            content_type=request.content_type or "",
            encoding=request.headers.get("Content-Encoding", "").strip().lower(),
            address=viewer_of(request).address,
        )
    except Flooded as flood:
        refused = fault(flood.status, flood.code, str(flood))
        refused["Retry-After"] = str(flood.wait_s)
        return refused
    return answer(Taken(taken.stored, taken.repeated, taken.set_aside, taken.refused, taken.reasons))


@router.get(
    "/series/{int:series_id}",
    response={200: list[PointOut]},
    operation_id="get_series",
    summary="A stretch of a series",
)
def get_series(request: HttpRequest, series_id: int, stretch: Query[Stretch]) -> HttpResponse:
    """Down-sampled for a chart: at most about `points` points, readings of bad quality left out."""
    until = stretch.until or clock.now()
    since = stretch.since or until - timedelta(days=1)
    found = readings(viewer_of(request), series_id, since=since, until=until, points=stretch.points)
    return answer([PointOut(one.time, one.low, one.high, one.mean, one.count) for one in found])


def _key(request: HttpRequest) -> str:
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "device" else request.headers.get("X-Device-Key", "")
