"""Coordinate systems in which features are given (OGC API - Features part 2); all stored in WGS 84, lon before lat."""

from __future__ import annotations

from collections.abc import Callable
from math import atan, degrees, exp, log, pi, radians, tan
from typing import Any

from yicheng.core.kernel.errors import Invalid

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
#: CGCS2000 (4490) differs from WGS 84 by centimetres; like it, it has latitude first
LATITUDE_FIRST = (f"{EPSG}4326", f"{EPSG}4490")
MERCATOR = f"{EPSG}3857"
KNOWN = (CRS84, *LATITUDE_FIRST, MERCATOR)
_RADIUS = 6378137.0
Pair = tuple[float, float]


def known(address: str, *, name: str) -> str:
    """The address of a system, plain or in safe brackets. Raises ``Invalid``."""
    found = address.strip("[]") or CRS84
    if found.startswith("EPSG:"):
        found = EPSG + found.removeprefix("EPSG:")
    if found not in KNOWN:
        raise Invalid(f"{name}: unknown system. Known: {', '.join(KNOWN)}", fields={name: "unknown"})
    return found


def given_in(system: str) -> Callable[[float, float], Pair] | None:
    """From longitude and latitude to the system's own pair; None: as they are."""
    if system in LATITUDE_FIRST:
        return lambda lon, lat: (lat, lon)
    return _to_mercator if system == MERCATOR else None


def read_from(system: str) -> Callable[[float, float], Pair]:
    """From the system's pair to longitude and latitude."""
    if system in LATITUDE_FIRST:
        return lambda lat, lon: (lon, lat)
    return _from_mercator if system == MERCATOR else lambda lon, lat: (lon, lat)


def moved(geometry: Any, move: Callable[[float, float], Pair]) -> Any:
    """A GeoJSON geometry with every pair moved."""
    if geometry is None:
        return None
    if "geometries" in geometry:
        return {**geometry, "geometries": [moved(one, move) for one in geometry["geometries"]]}
    return {**geometry, "coordinates": _moved(geometry["coordinates"], move)}


def _moved(coordinates: Any, move: Callable[[float, float], Pair]) -> Any:
    if coordinates and isinstance(coordinates[0], int | float):
        return [*move(coordinates[0], coordinates[1]), *coordinates[2:]]
    return [_moved(one, move) for one in coordinates]


def _to_mercator(lon: float, lat: float) -> Pair:
    lat = max(-85.05112878, min(85.05112878, lat))
    return _RADIUS * radians(lon), _RADIUS * log(tan(pi / 4 + radians(lat) / 2))


def _from_mercator(x: float, y: float) -> Pair:
    y = max(-2e8, min(2e8, y))
    return degrees(x / _RADIUS), degrees(2 * atan(exp(y / _RADIUS)) - pi / 2)
