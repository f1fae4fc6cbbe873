"""Reads GeoJSON features (RFC 7946) as records: their properties, and the longitude and latitude of their point."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import msgspec
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.sheets.records import MOST_COLUMNS, Record, Sheet, Unreadable

LARGEST_BYTES = 128 * 1024 * 1024
#: reference systems whose degrees are WGS 84's to within a metre
KNOWN_SYSTEMS = re.compile(r"(CRS:?:?84|EPSG:?:?(4326|4490))$", re.IGNORECASE)
POSITION = ("lon", "lat")


class _Feature(msgspec.Struct):
    geometry: Any = None
    properties: dict[str, Any] | None = None


class _Collection(msgspec.Struct):
    features: list[_Feature]
    type: str = "FeatureCollection"
    crs: Any = None


def open_geojson(file: BinaryIO) -> Sheet:
    """The features as records; a feature that is no point keeps empty coordinates and is refused later by its row."""
    file.seek(0)
    raw = file.read(LARGEST_BYTES + 1)
    if len(raw) > LARGEST_BYTES:
        raise Unreadable(_("The file is larger than %(limit)d MB: split it."), limit=LARGEST_BYTES >> 20)
    try:
        collection = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"), type=_Collection)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(
            _("This is no GeoJSON FeatureCollection (%(error)s)."), error=str(error)[:200]
        ) from None
    if collection.type != "FeatureCollection":
        raise Unreadable(
            _("The file is a GeoJSON “%(type)s”: send a FeatureCollection."), type=collection.type[:40]
        )
    _check_system(collection.crs)
    columns = _columns(collection.features)
    return Sheet("geojson", columns, _records(collection.features, columns))


def _check_system(crs: Any) -> None:
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    if not isinstance(name, str) or not KNOWN_SYSTEMS.search(name):
        raise Unreadable(
            _(
                "The file's coordinates are in “%(system)s”: convert them to longitude and latitude (CGCS2000 or WGS 84)."
            ),
            system=str(name)[:60],
        )


def _columns(features: Sequence[_Feature]) -> tuple[str, ...]:
    names = dict.fromkeys(name.strip() for feature in features for name in (feature.properties or {}))
    found = (*POSITION, *(name for name in names if name and name not in POSITION))
    if len(found) > MOST_COLUMNS:
        raise Unreadable(_("The features have more than %(limit)d different properties."), limit=MOST_COLUMNS)
    return found


def _records(features: Sequence[_Feature], columns: tuple[str, ...]) -> Iterator[Record]:
    for line, feature in enumerate(features, 1):
        given = {name.strip(): _text(value) for name, value in (feature.properties or {}).items()}
        position = _position(feature.geometry)
        if position:
            given.update(zip(POSITION, position, strict=True))
        yield Record(line, tuple(given.get(name, "") for name in columns))


def _position(geometry: Any) -> tuple[str, str] | None:
    if not isinstance(geometry, Mapping) or geometry.get("type") != "Point":
        return None
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, Sequence) or len(coordinates) < 2:
        return None
    lon, lat = coordinates[:2]
    if not all(type(part) in (int, float) for part in (lon, lat)):
        return None
    return repr(lon), repr(lat)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    return str(value).strip()
