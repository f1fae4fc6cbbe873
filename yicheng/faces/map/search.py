"""Finds places by what people type: a name, a code, coordinates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yicheng.core.places.public import cell, full_name, name_at, search_divisions

COORDINATES = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，;\s]\s*(-?\d{1,2}(?:\.\d+)?)\s*")
CELL_CODE = re.compile(r"\d{15}")
ZOOMS = {1: 10.0, 2: 11.5, 3: 13.5, 4: 15.0}
CELL_ZOOM = POINT_ZOOM = 16.0
LONGEST = 60


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place to go to; coordinates in WGS 84 degrees."""

    title: str
    note: str
    lon: float
    lat: float
    zoom: float
    #: of a division or a cell, "" for a bare point
    code: str = ""


def found_places(text: str) -> Sequence[FoundPlace]:
    """At most ten places for what was typed."""
    text = text.strip()[:LONGEST]
    if point := COORDINATES.fullmatch(text):
        return _point(float(point[1]), float(point[2]))
    if CELL_CODE.fullmatch(text):
        return _cell(text)
    return [
        FoundPlace(info.name, _above(info.code), info.lon, info.lat, ZOOMS[int(info.level)], info.code)
        for info in search_divisions(text)
        if info.lon is not None and info.lat is not None
    ]


def _point(lon: float, lat: float) -> Sequence[FoundPlace]:
    if abs(lon) > 180 or abs(lat) > 90:
        return []
    return [FoundPlace(f"{lon}, {lat}", name_at(lon, lat), lon, lat, POINT_ZOOM)]


def _cell(code: str) -> Sequence[FoundPlace]:
    found = cell(code)
    if found is None:
        return []
    title = _("Cell %(code)s") % {"code": code}
    return [FoundPlace(title, full_name(code), found.lon, found.lat, CELL_ZOOM, code)]


def _above(code: str) -> str:
    return full_name(code[:-3]) if len(code) > 6 else ""
