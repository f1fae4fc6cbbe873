"""Point → division, cell, people: right answers in a known number of queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yicheng.core.kernel.errors import Invalid
from yicheng.core.places import public
from yicheng.core.places.datum import from_wgs84
from yicheng.core.places.models import GridCell

pytestmark = pytest.mark.usefixtures("tinytown")


def test_a_point_in_a_cell() -> None:
    place = public.locate(160.036, 20.016)
    assert place == public.Place(160.036, 20.016, "990101002001", "990101002001001", "榆树社区")


def test_a_point_beyond_the_grid_but_in_the_city() -> None:
    place = public.locate(160.001, 20.001)
    assert place is not None
    assert (place.cell_code, place.division_code[:6]) == ("", "990102")


def test_a_point_outside_the_city() -> None:
    assert public.locate(0, 0) is None
    assert public.locate_with_duties(0, 0) is None
    assert public.locate_many([(0, 0)]) == [None]


def test_coordinates_that_are_none() -> None:
    with pytest.raises(Invalid):
        public.locate(1600, 20)
    with pytest.raises(Invalid):
        public.locate_many([(160, 20), (1600, 20)])


def test_another_datum_is_converted_first() -> None:
    """Only inside the box of the offset; here the datum of the source changes nothing."""
    assert from_wgs84(160.036, 20.016, datum="gcj02") == (160.036, 20.016)
    place = public.locate(160.036, 20.016, datum="gcj02")
    assert place is not None
    assert place.cell_code == "990101002001001"


def test_the_people_responsible_the_most_specific_of_each_role() -> None:
    found = public.locate_with_duties(160.022, 20.006)
    assert found is not None
    held = {(one.area_code, one.role_code, one.organisation_name_en) for one in found.responsible}
    assert held == {("990101001", "handler", "Road Crew")}
    elsewhere = public.locate_with_duties(160.001, 20.001)
    assert elsewhere is not None
    assert [one.organisation_name_en for one in elsewhere.responsible] == ["West District Office"]


def test_duties_of_an_area() -> None:
    assert [one.organisation_name_en for one in public.duties_of("990101002001001")] == [
        "East District Office"
    ]
    assert [one.role_code for one in public.duties_of("990100")] == ["collector"]


def test_duties_around_an_area_are_those_of_each_cell_and_division_in_it(
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(1):
        held = public.duties_around({"990101001", "990101002"})
    for code in ("990101001", "990101002", "990101002001001", "990101002001"):
        assert held.of(code) == public.duties_of(code)
    assert held.of("990101002001001")


def test_one_query_each() -> None:
    public.locate(160.022, 20.006)
    for look_up in (public.locate, public.locate_with_duties):
        with CaptureQueriesContext(connection) as queries:
            look_up(160.022, 20.006)
        assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        public.locate_many([(160.022, 20.006)] * 500)
    assert len(queries) == 1


@given(
    points=st.lists(
        st.tuples(st.integers(15_999_500, 16_004_500), st.integers(1_999_500, 2_002_500)), max_size=20
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
def test_many_at_once_answer_like_one_by_one(points: list[tuple[int, int]]) -> None:
    places = [(x / 100_000, y / 100_000) for x, y in points]
    assert public.locate_many(places) == [public.locate(*place) for place in places]


def test_every_cell_holds_its_own_point() -> None:
    for cell in GridCell.objects.all():
        place = public.locate(cell.lon, cell.lat)
        assert place is not None
        assert place.cell_code == cell.code
