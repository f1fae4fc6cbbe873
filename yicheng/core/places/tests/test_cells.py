"""Surveyed cells: each kind of refusal, and that the sound ones pass."""

from __future__ import annotations

import shapely
from django.utils.translation import override
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from yicheng.core.places.cells import Ground, check_cells
from yicheng.core.places.geojson import Feature

COMMUNITY = "990101001001"
AREA = shapely.box(113.60, 34.70, 113.62, 34.72)


def box(west: float, south: float) -> Polygon:
    return shapely.box(west, south, west + 0.004, south + 0.004)


def check(*cells: tuple[str, BaseGeometry], ground: Ground | None = None) -> tuple[list[str], list[str]]:
    ground = ground or Ground({COMMUNITY: (AREA, "surveyed")}, frozenset({COMMUNITY}), {})
    features = [Feature(line, {"code": code}, outline) for line, (code, outline) in enumerate(cells, start=2)]
    with override("en"):
        sound, findings = check_cells(features, "cells.geojson", ground=ground)
    return [cell.code for cell in sound], [str(finding) for finding in findings]


def test_neighbours_that_share_a_border_are_sound() -> None:
    sound, faults = check((COMMUNITY + "001", box(113.60, 34.70)), (COMMUNITY + "002", box(113.604, 34.70)))
    assert (sound, faults) == ([COMMUNITY + "001", COMMUNITY + "002"], [])


def test_a_code_that_is_none() -> None:
    assert check(("99010100", box(113.60, 34.70)))[1] == [
        "cells.geojson:2: “code” is “99010100”; a cell's code has 15 digits."
    ]


def test_a_code_twice() -> None:
    sound, faults = check((COMMUNITY + "001", box(113.60, 34.70)), (COMMUNITY + "001", box(113.61, 34.70)))
    assert sound == [COMMUNITY + "001"]
    assert faults == [f"cells.geojson:3: The cell {COMMUNITY}001 is already on line 2."]


def test_an_unknown_community() -> None:
    assert check(("990101001777001", box(113.60, 34.70)))[1] == [
        "cells.geojson:2: Cell 990101001777001: there is no community 990101001777."
    ]


def test_a_hole_and_two_parts() -> None:
    holed = Polygon(AREA.exterior, [box(113.605, 34.705).exterior])
    parts = shapely.union_all([box(113.60, 34.70), box(113.61, 34.71)])
    faults = check((COMMUNITY + "001", holed), (COMMUNITY + "002", parts))[1]
    assert [fault.partition(": ")[2] for fault in faults] == [
        f"Cell {COMMUNITY}00{number}: the outline must be one polygon without holes." for number in (1, 2)
    ]


def test_outside_the_surveyed_community() -> None:
    assert check((COMMUNITY + "001", box(113.618, 34.70)))[1] == [
        f"cells.geojson:2: Cell {COMMUNITY}001: 50 % of it lies outside {COMMUNITY}."
    ]


def test_a_generated_border_does_not_bind() -> None:
    ground = Ground({COMMUNITY: (AREA, "generated")}, frozenset({COMMUNITY}), {})
    assert check((COMMUNITY + "001", box(113.618, 34.70)), ground=ground) == ([COMMUNITY + "001"], [])


def test_an_overlap_in_the_file_and_with_a_stored_cell() -> None:
    ground = Ground({}, frozenset({COMMUNITY}), {COMMUNITY + "009": box(113.61, 34.71)})
    sound, faults = check(
        (COMMUNITY + "001", box(113.60, 34.70)),
        (COMMUNITY + "002", box(113.602, 34.70)),
        (COMMUNITY + "003", box(113.612, 34.71)),
        ground=ground,
    )
    assert sound == [COMMUNITY + "001"]
    assert faults == [
        f"cells.geojson:3: Cell {COMMUNITY}002 lies on cell {COMMUNITY}001.",
        f"cells.geojson:4: Cell {COMMUNITY}003 lies on cell {COMMUNITY}009.",
    ]


def test_a_stored_cell_may_be_surveyed_again() -> None:
    ground = Ground({}, frozenset({COMMUNITY}), {COMMUNITY + "001": box(113.60, 34.70)})
    assert check((COMMUNITY + "001", box(113.601, 34.70)), ground=ground) == ([COMMUNITY + "001"], [])
