"""Datum conversion: known points, exact inverses, refusal of what is no coordinate."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.kernel.errors import Invalid
from yicheng.core.places.datum import DATUMS, distance_m, from_wgs84, to_wgs84

INSIDE = st.tuples(st.floats(73.0, 135.0), st.floats(18.0, 54.0))
OUTSIDE = st.tuples(st.floats(-180.0, 70.0), st.floats(-90.0, 90.0))


@pytest.mark.parametrize(
    ("datum", "lon", "lat"),
    [
        ("gcj02", 113.656078714, 34.758866460),
        ("bd09", 113.662493292, 34.765088683),
        ("cgcs2000", 113.65, 34.76),
    ],
)
def test_a_known_point(datum: str, lon: float, lat: float) -> None:
    """Values of the public-domain library PRCoords for 113.65 E 34.76 N."""
    assert from_wgs84(113.65, 34.76, datum=datum) == pytest.approx((lon, lat), abs=1e-8)


@given(point=INSIDE, datum=st.sampled_from(DATUMS))
def test_there_and_back_is_the_same_place(point: tuple[float, float], datum: str) -> None:
    assert distance_m(point, to_wgs84(*from_wgs84(*point, datum=datum), datum=datum)) < 0.001


@given(point=INSIDE)
def test_the_offset_inside_is_some_hundred_metres(point: tuple[float, float]) -> None:
    assert 20 < distance_m(point, from_wgs84(*point, datum="gcj02")) < 1500


@given(point=OUTSIDE)
def test_outside_the_offset_nothing_moves(point: tuple[float, float]) -> None:
    assert from_wgs84(*point, datum="gcj02") == point
    assert to_wgs84(*point, datum="gcj02") == pytest.approx(point)


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (math.nan, 0), (0, math.inf), (34.7, 113.6)])
def test_what_is_no_coordinate_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(Invalid, match=r"no coordinates|不是"):
        to_wgs84(lon, lat, datum="gcj02")


def test_an_unknown_datum_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        to_wgs84(113.6, 34.7, datum="mars")
    assert refusal.value.code == "datum"
