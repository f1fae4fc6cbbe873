"""Converts coordinates between the datums that Chinese data come in; the platform stores WGS 84.

CGCS2000 differs from WGS 84 by centimetres and is taken as equal. GCJ-02 (phones and
most Chinese maps) is WGS 84 with an offset of some hundred metres inside the mainland,
BD-09 (Baidu) a further offset on top. Formulae as published by others, the eccentricity
and axis of Krasovsky 1940; the inverses iterate until they agree to a hundredth of a
millimetre. Outside the box that the offset applies to, GCJ-02 equals WGS 84.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, isfinite, pi, sin, sqrt
from typing import Final

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid

Point = tuple[float, float]

DATUMS: Final = ("wgs84", "cgcs2000", "gcj02", "bd09")

AXIS_M: Final = 6_378_245.0
ECCENTRICITY_2: Final = 0.00669342162296594323
BD_TURN: Final = pi * 3000.0 / 180.0
CLOSE_DEG: Final = 1e-10
OFFSET_BOX: Final = (72.004, 0.8293, 137.8347, 55.8271)
MOST_STEPS: Final = 30
LARGEST_OFFSET_DEG: Final = 0.1


def to_wgs84(lon: float, lat: float, *, datum: str) -> Point:
    """Longitude and latitude in WGS 84. Raises ``Invalid`` on coordinates that are none."""
    check_point(lon, lat)
    if datum in ("wgs84", "cgcs2000"):
        return lon, lat
    if datum == "gcj02":
        return _wgs84_of_gcj02((lon, lat))
    if datum == "bd09":
        return _wgs84_of_gcj02(_inverse(_bd09_of_gcj02, (lon, lat)))
    raise Invalid(
        _("“%(datum)s” is no datum we know: send wgs84, cgcs2000, gcj02 or bd09."), code="datum", datum=datum
    )


def from_wgs84(lon: float, lat: float, *, datum: str) -> Point:
    """What a map of that datum shows for a point in WGS 84."""
    check_point(lon, lat)
    if datum in ("wgs84", "cgcs2000"):
        return lon, lat
    if datum == "gcj02":
        return _gcj02_of((lon, lat))
    if datum == "bd09":
        return _bd09_of_gcj02(_gcj02_of((lon, lat)))
    raise Invalid(
        _("“%(datum)s” is no datum we know: send wgs84, cgcs2000, gcj02 or bd09."), code="datum", datum=datum
    )


def check_point(lon: float, lat: float) -> None:
    """Raise ``Invalid`` unless these are a longitude and a latitude in degrees."""
    if isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90:
        return
    raise Invalid(
        _("%(lon)s, %(lat)s are no coordinates: send longitude and latitude in degrees."),
        code="coordinates",
        lon=lon,
        lat=lat,
    )


def distance_m(a: Point, b: Point) -> float:
    """Metres between two near points (sphere of the mean radius, flat between them)."""
    middle = (a[1] + b[1]) / 2 * pi / 180
    east = (b[0] - a[0]) * pi / 180 * cos(middle)
    north = (b[1] - a[1]) * pi / 180
    return 6_371_008.8 * sqrt(east * east + north * north)


def _has_offset(lon: float, lat: float, *, margin_deg: float = 0.0) -> bool:
    west, south, east, north = OFFSET_BOX
    inside_lon = west - margin_deg <= lon <= east + margin_deg
    return inside_lon and south - margin_deg <= lat <= north + margin_deg


def _gcj02_of(point: Point) -> Point:
    return _shifted(point) if _has_offset(*point) else point


def _wgs84_of_gcj02(point: Point) -> Point:
    """Where the offset begins, two points can share an image: the one inside wins."""
    if not _has_offset(*point, margin_deg=LARGEST_OFFSET_DEG):
        return point
    source = _inverse(_shifted, point)
    return source if _has_offset(*source) else point


def _shifted(point: Point) -> Point:
    lon, lat = point
    x, y = lon - 105.0, lat - 35.0
    wave = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    radians = lat / 180.0 * pi
    magic = 1.0 - ECCENTRICITY_2 * sin(radians) ** 2
    north = north * 180.0 / (AXIS_M * (1.0 - ECCENTRICITY_2) / (magic * sqrt(magic)) * pi)
    east = east * 180.0 / (AXIS_M / sqrt(magic) * cos(radians) * pi)
    return lon + east, lat + north


def _bd09_of_gcj02(point: Point) -> Point:
    x, y = point
    radius = sqrt(x * x + y * y) + 0.00002 * sin(y * BD_TURN)
    angle = atan2(y, x) + 0.000003 * cos(x * BD_TURN)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def _inverse(forward: Callable[[Point], Point], target: Point) -> Point:
    """The point whose image is ``target``: fixed-point iteration, as offsets vary slowly."""
    guess = target
    for _step in range(MOST_STEPS):
        image = forward(guess)
        error = target[0] - image[0], target[1] - image[1]
        guess = guess[0] + error[0], guess[1] + error[1]
        if max(abs(error[0]), abs(error[1])) < CLOSE_DEG:
            break
    return guess
