"""Dividing an outline: nothing lost, nothing twice, the same every time."""

from __future__ import annotations

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon

from yicheng.core.places.borders import Seat, fill_in
from yicheng.core.places.territory import area_m2, cut_into, divide, spread

SQUARE = shapely.box(113.60, 34.70, 113.64, 34.73)
#: a bay cuts into it, so that a share may fall into two parts
BAY = Polygon([(0, 0), (4, 0), (4, 3), (3, 3), (3, 1), (1, 1), (1, 3), (0, 3)])
WITH_HOLE = Polygon(SQUARE.exterior, [shapely.box(113.61, 34.71, 113.62, 34.72).exterior])


@given(st.integers(2, 30), st.sampled_from([SQUARE, shapely.affinity.translate(BAY, 113, 34), WITH_HOLE]))
@settings(max_examples=30, deadline=None)
def test_shares_fill_the_outline_without_overlap(count: int, outline: Polygon) -> None:
    seeds = spread(outline, count)
    shares = divide(outline, seeds)
    assert len(shares) == count
    assert all(share.is_valid for share in shares)
    together = sum(area_m2(share) for share in shares)
    assert abs(together / area_m2(outline) - 1) < 0.002
    assert area_m2(shapely.union_all(shares)) / together > 0.998


@given(st.integers(1, 40))
@settings(max_examples=20, deadline=None)
def test_points_lie_inside_apart_and_always_the_same(count: int) -> None:
    points = spread(SQUARE, count)
    assert len(set(points)) == count
    assert all(SQUARE.covers(shapely.Point(point)) for point in points)
    assert points == spread(SQUARE, count)


def test_pieces_are_simple_and_about_as_large_as_asked() -> None:
    pieces = cut_into(WITH_HOLE, 160_000, most=999)
    assert all(not piece.interiors and piece.is_valid for piece in pieces)
    assert 40 < len(pieces) < 100
    assert abs(sum(map(area_m2, pieces)) / area_m2(WITH_HOLE) - 1) < 0.01


def test_pieces_grow_where_too_many_would_come_out() -> None:
    assert len(cut_into(SQUARE, 1_000, most=50)) <= 50


def test_a_zone_inside_other_counties_gets_the_shares_of_its_children() -> None:
    """Zone 990109 has no outline: its street's seat lies in county 990101, which it shares."""
    seats = [
        Seat("990100", "", None),
        Seat("990101", "990100", None),
        Seat("990109", "990100", None),
        Seat("990101001", "990101", (113.61, 34.715)),
        Seat("990109001", "990109", (113.63, 34.715)),
    ]
    outlines = fill_in(seats, {"990101": (SQUARE, "surveyed")})
    assert outlines["990109001"][0].covers(shapely.Point(113.635, 34.71))
    assert outlines["990109"] == outlines["990109001"]
    assert outlines["990101001"][0].covers(shapely.Point(113.605, 34.71))
    assert outlines["990100"][0].covers(shapely.Point(113.605, 34.71))
    assert outlines["990101"] == (SQUARE, "surveyed")


def test_a_given_outline_is_kept_and_the_rest_shared() -> None:
    west = shapely.box(113.60, 34.70, 113.62, 34.73)
    seats = [Seat("990101", "", None), Seat("990101001", "990101", None), Seat("990101002", "990101", None)]
    outlines = fill_in(seats, {"990101": (SQUARE, "surveyed"), "990101001": (west, "surveyed")})
    assert outlines["990101001"] == (west, "surveyed")
    assert outlines["990101002"][0].symmetric_difference(SQUARE.difference(west)).area < 1e-9
    assert outlines["990101002"][1] == "generated"
