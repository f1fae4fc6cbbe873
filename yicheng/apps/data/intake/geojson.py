"""GeoJSON (RFC 7946): properties become columns, points longitude and latitude, other geometries a text (WKT)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import polars as pl
from django.utils.translation import gettext_lazy as _
from shapely.errors import ShapelyError
from shapely.geometry import shape

from yicheng.apps.data.intake.encoding import to_utf8
from yicheng.apps.data.intake.sheet import ROW, Sheet, sheet_of
from yicheng.core.kernel.sheets.records import Unreadable

LON, LAT, OUTLINE = "lon", "lat", "outline"


def read_geojson(content: bytes) -> Sheet:
    """The features of a FeatureCollection. Raises ``Unreadable``."""
    text, encoding = to_utf8(content)
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(_("This is no GeoJSON (%(error)s)."), error=str(error)[:160]) from None
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or found.get("type") != "FeatureCollection":
        raise Unreadable(_("Only a FeatureCollection can be brought in."))
    return sheet_of_records([_record(at, one) for at, one in enumerate(features, 1)], "geojson", encoding)


def sheet_of_records(
    records: Sequence[Mapping[str, Any]],
    format: str,  # noqa: A002  the word for it
    encoding: str = "utf-8",
) -> Sheet:
    """Records of names and values as a sheet; a name that only some have is empty in the others."""
    names = list(dict.fromkeys(name for record in records for name in record))
    if not names:
        raise Unreadable(_("The source holds no fields."))
    columns: dict[str, Any] = {ROW: pl.Series(range(1, len(records) + 1), dtype=pl.UInt32)}
    for at, name in enumerate(names):
        columns[str(at)] = pl.Series([text_of(record.get(name)) for record in records], dtype=pl.String)
    return sheet_of(pl.DataFrame(columns), [str(name) for name in names], format=format, encoding=encoding)


def text_of(value: Any) -> str | None:
    """A value of JSON as text; NUL, which no table can hold, is left out."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return value.replace("\x00", "")
    return json.dumps(value, ensure_ascii=False, default=str).replace("\x00", "")


def _record(number: int, feature: Any) -> dict[str, Any]:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
        raise Unreadable(
            _("Feature %(number)d is none: it must be an object with properties."), number=number
        )
    record = {str(name): value for name, value in (feature.get("properties") or {}).items()}
    if "id" in feature and "id" not in record:
        record = {"id": feature["id"], **record}
    geometry = feature.get("geometry")
    if geometry is None:
        return record
    try:
        found = shape(geometry)
        place = (
            {LON: float(found.x), LAT: float(found.y)} if found.geom_type == "Point" else {OUTLINE: found.wkt}
        )
    except (ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        raise Unreadable(_("Feature %(number)d has a damaged geometry."), number=number) from None
    return {**record, **place}
