"""The map's page and what it asks for: who sees which layer, in how many queries, with which refusals."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.cases.models import Case
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import STRANGER
from yicheng.faces.map.search import found_places
from yicheng.faces.map.viewport import box_of, case_filter

TOWN = {"west": "160", "south": "20", "east": "160.04", "north": "20.02"}


@pytest.fixture
def cases(tinytown: None) -> None:
    """Three cases in one corner, one in another; two of the three may be published."""
    now = clock.now()
    places = ((160.0301, 20.0151), (160.0302, 20.0151), (160.0303, 20.0151), (160.011, 20.005))
    Case.objects.bulk_create(
        Case(
            number=f"T{n}",
            application="urban",
            process="urban.case",
            case_class_id="E0101",
            title=f"pothole {n}",
            source="portal",
            status="open",
            stage="handle",
            division_code="990101002001",
            lon=lon,
            lat=lat,
            opened_at=now,
            due_at=now - timedelta(days=1),
            is_public=n < 2,
        )
        for n, (lon, lat) in enumerate(places)
    )


def layer(client: Client, key: str, **query: str) -> dict[str, Any]:
    answer = client.get(f"/map/layers/{key}/", {**TOWN, "zoom": "14", **query})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def names(found: dict[str, Any]) -> list[str]:
    return sorted({one["properties"]["name"] for one in found["features"]})


@pytest.mark.usefixtures("cases")
class TestCases:
    def test_staff_see_clusters_and_lone_cases_with_their_link(self, keeper: Client) -> None:
        found = layer(keeper, "map.cases")
        counts = sorted(one["properties"]["count"] for one in found["features"])
        assert (counts, found["count"], found["sample"]) == ([1, 3], 4, 1)
        lone = next(one["properties"] for one in found["features"] if one["properties"]["count"] == 1)
        case = Case.objects.get(number="T3")
        assert lone["title"] == "T3 pothole 3"
        assert lone["link"] == f"/desk/cases/{case.pk}/"
        assert lone["tone"] == "bad"

    def test_everybody_else_sees_what_is_published(self) -> None:
        found = layer(Client(), "map.cases")
        assert found["count"] == 2
        assert not any(one["properties"].get("link") for one in found["features"])

    def test_filters(self, keeper: Client) -> None:
        assert layer(keeper, "map.cases", shown="closed")["count"] == 0
        assert layer(keeper, "map.cases", **{"class": "E0102"})["count"] == 0
        assert layer(keeper, "map.cases", since="2020-01-01", until="2020-02-01")["count"] == 0
        assert layer(keeper, "map.density")["count"] == 4

    def test_the_list_of_what_is_in_view(self, keeper: Client) -> None:
        answer = keeper.get("/map/in-view/", {**TOWN, "zoom": "14"})
        assert answer.content.decode().count("pothole") == 4

    def test_a_fixed_number_of_queries(self, keeper: Client) -> None:
        layer(keeper, "map.cases")
        with CaptureQueriesContext(connection) as queries:
            layer(keeper, "map.cases")
        own = [query for query in queries.captured_queries if "cases_case" in query["sql"]]
        assert len(own) == 3


@pytest.mark.usefixtures("tinytown")
class TestPlaces:
    def test_divisions_by_zoom(self) -> None:
        assert names(layer(Client(), "map.divisions", zoom="9")) == [
            "东区",
            "西区",
        ] or "East District" in names(layer(Client(), "map.divisions", zoom="9"))
        assert len(names(layer(Client(), "map.divisions", zoom="12"))) == 4
        streets = layer(Client(), "map.divisions", zoom="12")["features"]
        assert all(one["properties"]["dashed"] for one in streets if one["geometry"]["type"] != "Point")

    def test_cells_are_for_staff_and_near_the_ground(self, looker: Client) -> None:
        assert len(layer(looker, "map.cells")["features"]) > 10
        assert layer(looker, "map.cells", zoom="10")["features"] == []
        assert Client().get("/map/layers/map.cells/", {**TOWN, "zoom": "14"}).status_code == 404

    def test_what_is_here(self, looker: Client) -> None:
        words = looker.get("/map/here/", {"lon": "160.036", "lat": "20.016"}).content.decode()
        assert "990101002001001" in words
        assert "East District Office" in words
        stranger = Client().get("/map/here/", {"lon": "160.036", "lat": "20.016"}).content.decode()
        assert "990101002001001" in stranger
        assert "East District Office" not in stranger
        assert Client().get("/map/here/", {"lon": "x"}).status_code == 422

    def test_the_page_works_without_script(self) -> None:
        answer = Client(headers={"accept-language": "en"}).get("/map/", {"q": "Lake"})
        words = answer.content.decode()
        assert answer.status_code == 200
        assert "Lake Town" in words
        assert "map-settings" in words

    @pytest.mark.parametrize(
        ("text", "title"),
        [
            ("990102", "West District"),
            ("dong qu", "East District"),
            ("Reed", "Reed Village"),
            ("东区", "East District"),
        ],
    )
    def test_search_by_name_code_and_pinyin(self, text: str, title: str) -> None:
        assert found_places(text)[0].title == title

    def test_search_by_cell_and_coordinates(self) -> None:
        assert found_places("990101002001001")[0].title == "Cell 990101002001001"
        assert found_places("990101002001999") == []
        point = found_places("160.036, 20.016")[0]
        assert (point.lon, point.lat, point.note) == (160.036, 20.016, "East District Elm Subdistrict")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {**TOWN, "zoom": "x"},
        {**TOWN, "zoom": "nan"},
        {**TOWN, "zoom": "99"},
        {**TOWN, "west": "161", "zoom": "1"},
        {**TOWN, "north": "91", "zoom": "1"},
    ],
)
@pytest.mark.django_db
def test_a_faulty_viewport_is_refused(query: dict[str, str]) -> None:
    assert Client().get("/map/layers/map.divisions/", query).status_code == 422


@given(
    st.fixed_dictionaries({name: st.text(max_size=8) for name in ("west", "south", "east", "north", "zoom")})
)
def test_no_viewport_breaks_the_parser(query: dict[str, str]) -> None:
    try:
        box = box_of(query)
    except Invalid:
        return
    assert box.west < box.east


@given(st.fixed_dictionaries({name: st.text(max_size=12) for name in ("shown", "class", "since", "until")}))
def test_no_filter_breaks_the_parser(query: dict[str, str]) -> None:
    try:
        assert case_filter(STRANGER, query).published_only
    except Invalid:
        return
