"""Checks surveyed cells before they are taken in: codes, overlaps, where they lie."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from yicheng.core.kernel.tables import Finding
from yicheng.core.places.geojson import Feature
from yicheng.core.places.models import Origin
from yicheng.core.places.territory import area_m2

CODE = re.compile(r"\d{15}")
#: surveyed lines meet within half a metre; a narrow overlap along a border is no fault
OVERLAP_M2 = 20.0
OVERLAP_SHARE = 0.005
#: how much of a cell may lie beyond its area's outline
OUTSIDE_SHARE = {Origin.SURVEYED: 0.02, Origin.GENERALISED: 0.5}


@dataclass(frozen=True)
class SurveyedCell:
    """A cell that may be stored."""

    line: int
    code: str
    outline: Polygon

    @property
    def area_m2(self) -> int:
        return round(area_m2(self.outline))

    @property
    def community(self) -> str:
        return self.code[:12]


@dataclass(frozen=True)
class Ground:
    """What cells are held against: the outlines of divisions with their origin, cells already surveyed."""

    outlines: Mapping[str, tuple[BaseGeometry, str]]
    communities: frozenset[str]
    surveyed: Mapping[str, Polygon]


def check_cells(
    features: Iterable[Feature], name: str, *, ground: Ground
) -> tuple[list[SurveyedCell], list[Finding]]:
    """The cells that are sound, and why each of the others is refused."""
    sound: list[SurveyedCell] = []
    findings: list[Finding] = []
    lines: dict[str, int] = {}
    for feature in features:
        reason = _fault(feature, ground, lines)
        if reason:
            findings.append(Finding(name, feature.line, reason))
            continue
        lines[feature.code] = feature.line
        sound.append(SurveyedCell(feature.line, feature.code, _simple(feature.outline)))
    overlaps = dict(_overlaps(sound, ground))
    findings += [Finding(name, lines[code], reason) for code, reason in overlaps.items()]
    return [cell for cell in sound if cell.code not in overlaps], sorted(findings)


def _fault(feature: Feature, ground: Ground, lines: Mapping[str, int]) -> str:
    code = feature.code
    if not CODE.fullmatch(code):
        return _("“code” is “%(code)s”; a cell's code has 15 digits.") % {"code": code[:30]}
    if code in lines:
        return _("The cell %(code)s is already on line %(line)d.") % {"code": code, "line": lines[code]}
    if code[:12] not in ground.communities:
        return _("Cell %(code)s: there is no community %(community)s.") % {
            "code": code,
            "community": code[:12],
        }
    parts = getattr(feature.outline, "geoms", [feature.outline])
    if len(parts) != 1 or parts[0].interiors:
        return _("Cell %(code)s: the outline must be one polygon without holes.") % {"code": code}
    return _outside(code, feature.outline, ground)


def _outside(code: str, outline: BaseGeometry, ground: Ground) -> str:
    """Only surveyed borders bind closely, generalised ones loosely, generated ones not at all."""
    for area in (code[:12], code[:9], code[:6]):
        around, origin = ground.outlines.get(area, (None, ""))
        if around is None or origin not in OUTSIDE_SHARE:
            continue
        beyond = outline.difference(around).area / outline.area
        if beyond > OUTSIDE_SHARE[Origin(origin)]:
            said = {"code": code, "percent": round(beyond * 100), "area": area}
            return _("Cell %(code)s: %(percent)d %% of it lies outside %(area)s.") % said
        return ""
    return ""


def _overlaps(cells: list[SurveyedCell], ground: Ground) -> Iterator[tuple[str, str]]:
    """A cell that lies on an earlier one of the file, or on one already surveyed, is refused."""
    named = {cell.code for cell in cells}
    kept = [(code, outline) for code, outline in ground.surveyed.items() if code not in named]
    earlier = kept + [(cell.code, cell.outline) for cell in cells]
    tree = shapely.STRtree([outline for _code, outline in earlier])
    for at, cell in enumerate(cells, start=len(kept)):
        for other in sorted(tree.query(cell.outline, predicate="intersects").tolist()):
            if other < at and _is_overlap(cell.outline, earlier[other][1]):
                said = {"code": cell.code, "other": earlier[other][0]}
                yield cell.code, _("Cell %(code)s lies on cell %(other)s.") % said
                break


def _is_overlap(one: Polygon, other: Polygon) -> bool:
    shared = one.intersection(other)
    share = shared.area / min(one.area, other.area)
    return area_m2(shared) > OVERLAP_M2 and share > OVERLAP_SHARE


def _simple(outline: BaseGeometry) -> Polygon:
    """One ring, to the centimetre, as the database gives it back."""
    return shapely.set_precision(getattr(outline, "geoms", [outline])[0], 1e-7)
