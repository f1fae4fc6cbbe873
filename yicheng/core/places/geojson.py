"""Reads GeoJSON from outside into outlines in WGS 84, telling every fault with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from yicheng.core.kernel.tables import Finding, decode
from yicheng.core.places.datum import DATUMS, to_wgs84

FEATURE = re.compile(r'"type"\s*:\s*"Feature"\s*[,}]')
OUTLINES = ("Polygon", "MultiPolygon")
MOST_FEATURES = 200_000


@dataclass(frozen=True)
class Feature:
    """One outline of a file, valid, in WGS 84."""

    line: int
    properties: Mapping[str, Any]
    outline: BaseGeometry

    @property
    def code(self) -> str:
        return str(self.properties.get("code", ""))


@dataclass(frozen=True)
class Collection:
    """The sound outlines of a file, its datum, and everything wrong with the others."""

    features: tuple[Feature, ...]
    findings: tuple[Finding, ...]
    datum: str


def read_file(path: Path, name: str, *, datum: str) -> Collection:
    """Read a file of outlines; ``datum`` holds unless the file's own ``datum`` member says otherwise."""
    text, findings = decode(path, name)
    if text is None:
        return Collection((), tuple(findings), datum)
    found = read_text(text, name, datum=datum)
    return Collection(found.features, (*findings, *found.findings), found.datum)


def read_text(text: str, name: str, *, datum: str) -> Collection:
    """Read a FeatureCollection of polygons and multipolygons; never raises for what the text holds."""
    document, fault = _document(text, name)
    if fault:
        return Collection((), (fault,), datum)
    datum = document.get("datum", datum)
    if datum not in DATUMS:
        reason = _("“datum” must be one of %(datums)s.") % {"datums": ", ".join(DATUMS)}
        return Collection((), (Finding(name, 0, reason),), "wgs84")
    features: list[Feature] = []
    findings: list[Finding] = []
    for line, raw in zip(_lines(text, len(document["features"])), document["features"], strict=True):
        outline, reason = _outline(raw, datum)
        if outline is None:
            findings.append(Finding(name, line, reason))
        else:
            features.append(Feature(line, raw.get("properties") or {}, outline))
    return Collection(tuple(features), tuple(findings), datum)


def _document(text: str, name: str) -> tuple[dict[str, Any], Finding | None]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return {}, Finding(name, error.lineno, _("This is not JSON: %(error)s.") % {"error": error.msg})
    except RecursionError:
        return {}, Finding(name, 0, _("This is not GeoJSON: it is nested too deeply."))
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        return {}, Finding(name, 1, _("This is not a GeoJSON FeatureCollection."))
    if len(features) > MOST_FEATURES:
        reason = _("The file holds more than %(most)d outlines: split it.") % {"most": MOST_FEATURES}
        return {}, Finding(name, 0, reason)
    return document, None


def _lines(text: str, count: int) -> Iterator[int]:
    """The line of each feature, by where ``"type": "Feature"`` stands; 0 where that cannot be told."""
    starts = [found.start() for found in FEATURE.finditer(text)]
    if len(starts) != count:
        yield from [0] * count
        return
    line, before = 1, 0
    for start in starts:
        line += text.count("\n", before, start)
        before = start
        yield line


def _outline(raw: Any, datum: str) -> tuple[BaseGeometry | None, str]:
    geometry = raw.get("geometry") if isinstance(raw, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in OUTLINES:
        return None, _("The geometry must be a Polygon or a MultiPolygon.")
    if not isinstance(raw.get("properties") or {}, dict):
        return None, _("“properties” must be an object.")
    try:
        outline = shapely.force_2d(shape(geometry))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None, _("The coordinates do not make a polygon.")
    if outline.is_empty or not _in_degrees(outline):
        return None, _("The coordinates must be longitudes and latitudes in degrees.")
    if not outline.is_valid:
        return None, _("The outline is not sound: %(reason)s.") % {"reason": shapely.is_valid_reason(outline)}
    return converted(outline, datum=datum), ""


def _in_degrees(outline: BaseGeometry) -> bool:
    points = shapely.get_coordinates(outline)
    return bool(np.isfinite(points).all() and (np.abs(points) <= (180.0, 90.0)).all())


def converted(outline: BaseGeometry, *, datum: str) -> BaseGeometry:
    """The outline in WGS 84."""
    if datum in ("wgs84", "cgcs2000"):
        return outline
    return shapely.transform(
        outline, lambda points: np.array([to_wgs84(*one, datum=datum) for one in points])
    )
