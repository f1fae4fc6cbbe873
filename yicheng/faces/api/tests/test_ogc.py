"""OGC API - Features: pages, boxes, moments, systems of coordinates, CQL2."""

from __future__ import annotations

from contextlib import suppress
from math import asinh, radians, tan
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.catalogue.filters import And, Between, Box, Compare, Filter, In, IsNull, Like, Not, Or
from yicheng.core.kernel.errors import Invalid
from yicheng.faces.api.ogc import crs
from yicheng.faces.api.ogc.cql2 import parse
from yicheng.faces.api.tests import shelters

HERE = f"/ogc/collections/{shelters.SHELTERS}"


@pytest.fixture
def data(db: None) -> None:
    shelters.build()


def ids(client: Client, **asked: Any) -> list[str]:
    answer = client.get(f"{HERE}/items", {"limit": 100, **asked})
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["features"]]


def test_the_way_in(data: None, client: Client) -> None:
    links = {one["rel"]: one["href"] for one in client.get("/ogc/").json()["links"]}
    assert client.get(urlsplit(links["service-desc"]).path).json()["openapi"].startswith("3.0")
    assert client.get(urlsplit(links["conformance"]).path).json()["conformsTo"]
    listed = client.get(urlsplit(links["data"]).path).json()["collections"]
    assert [one["id"] for one in listed] == ["civil.areas", shelters.SHELTERS] or len(listed) == 2
    named = client.get(f"{HERE}/queryables").json()["properties"]
    assert set(named) == {"geometry", "code", "name", "beds", "opened", "is_open"}


def test_pages(data: None, client: Client) -> None:
    walked: list[str] = []
    url = f"{HERE}/items?limit=10"
    while url:
        page = client.get(url).json()
        assert page["numberMatched"] == shelters.COUNT
        assert page["numberReturned"] == len(page["features"])
        walked += [one["id"] for one in page["features"]]
        following = [one["href"] for one in page["links"] if one["rel"] == "next"]
        url = following[0].removeprefix("http://testserver") if following else ""
    assert walked == [f"A{n:02}" for n in range(shelters.COUNT)]


def test_a_feature(data: None, client: Client) -> None:
    one = client.get(f"{HERE}/items/A03").json()
    assert one["geometry"] == {"type": "Point", "coordinates": [113.53, 34.7]}
    assert one["properties"] == {
        "code": "A03",
        "name": "避难所3",
        "beds": 30,
        "opened": "2020-01-04",
        "is_open": False,
    }
    for nothing in ("A99", "A03'--", "1"):
        assert client.get(f"{HERE}/items/{nothing}").status_code == 404
    shape = client.get("/ogc/collections/civil.areas/items/1").json()
    assert shape["geometry"]["type"] == "Polygon"


def test_what_is_asked_for(data: None, client: Client) -> None:
    assert ids(client, bbox="113.495,34,113.515,35") == ["A00", "A01"]
    assert ids(client, bbox="34,113.495,35,113.515", **{"bbox-crs": f"{crs.EPSG}4326"}) == ["A00", "A01"]
    assert ids(client, datetime="2020-01-03") == ["A02"]
    assert ids(client, datetime="2020-01-24/..") == ["A23", "A24"]
    assert ids(client, code="A05") == ["A05"]
    assert ids(client, filter="beds >= 230 AND is_open = TRUE") == ["A24"]
    assert ids(client, filter="S_INTERSECTS(geometry, BBOX(113.495, 34, 113.515, 35))") == ["A00", "A01"]
    assert ids(client, filter="name LIKE '%所1' OR code IN ('A02', 'x')") == ["A01", "A02"]
    assert ids(client, offset=23) == ["A23", "A24"]
    areas = client.get("/ogc/collections/civil.areas/items", {"bbox": "113.1,34.02,113.3,34.2"}).json()
    assert [one["id"] for one in areas["features"]] == [1]


def test_systems_of_coordinates(data: None, client: Client) -> None:
    answer = client.get(f"{HERE}/items", {"limit": "1", "crs": f"{crs.EPSG}4326"})
    assert answer["Content-Crs"] == f"<{crs.EPSG}4326>"
    assert answer.json()["features"][0]["geometry"]["coordinates"] == [34.7, 113.5]
    metres = client.get(f"{HERE}/items", {"limit": "1", "crs": crs.MERCATOR}).json()
    x, y = metres["features"][0]["geometry"]["coordinates"]
    assert (round(x), round(y)) == (12634762, round(6378137 * asinh(tan(radians(34.7)))))


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "many"},
        {"limit": "0"},
        {"bbox": "1,2,3"},
        {"bbox": "1,5,2,3"},
        {"bbox": "nan,nan,nan,nan"},
        {"crs": "EPSG:1"},
        {"phone": "110"},
        {"filter": "phone = '110'"},
        {"filter": "beds > 'many'"},
        {"filter": "name = 'x' OR"},
        {"filter": "1=1; DROP TABLE catalogue_entry"},
        {"filter": "(" * 200},
        {"filter-lang": "sql", "filter": "1=1"},
        {"datetime": "yesterday"},
        {"after": "1 OR 1=1"},
        {"nonsense": "1"},
    ],
)
def test_what_is_wrong_is_told(data: None, client: Client, asked: dict[str, str]) -> None:
    answer = client.get(f"{HERE}/items", asked)
    assert answer.status_code == 400, answer.content
    assert answer.json()["description"]


def test_what_is_not_open_is_not_there(data: None, client: Client) -> None:
    for path in ("", "/items", "/items/1", "/queryables"):
        assert client.get(f"/ogc/collections/civil.aid{path}").status_code == 404
    assert client.post(f"{HERE}/items").status_code == 405


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a = 1", Compare("a", "=", "1")),
        ("1 < a", Compare("a", ">", "1")),
        ("a = 'it''s'", Compare("a", "=", "it's")),
        ('"a b" <> TRUE', Compare("a b", "<>", True)),
        ("a IS NOT NULL", Not(IsNull("a"))),
        ("NOT a LIKE 'x%'", Not(Like("a", "x%"))),
        ("a NOT IN (1, 2)", Not(In("a", ("1", "2")))),
        ("a BETWEEN DATE('2020-01-01') AND 3", Between("a", "2020-01-01", "3")),
        (
            "a=1 OR b=2 AND c=3",
            Or((Compare("a", "=", "1"), And((Compare("b", "=", "2"), Compare("c", "=", "3"))))),
        ),
        (
            "(a=1 OR b=2) AND c=3",
            And((Or((Compare("a", "=", "1"), Compare("b", "=", "2"))), Compare("c", "=", "3"))),
        ),
        ("s_intersects(geom, bbox(1, 2, 3, 4))", Box(1, 2, 3, 4)),
        ("床位 > 5", Compare("床位", ">", "5")),
    ],
)
def test_cql2(text: str, tree: Filter) -> None:
    assert parse(text) == tree


_NAMES = st.sampled_from(["a", "beds", "name_1"])
_VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
_LEAVES = st.one_of(
    st.builds(Compare, _NAMES, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), _VALUES),
    st.builds(Like, _NAMES, _VALUES),
    st.builds(IsNull, _NAMES),
    st.builds(Between, _NAMES, _VALUES, _VALUES),
    st.builds(In, _NAMES, st.lists(_VALUES, min_size=1, max_size=3).map(tuple)),
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda a, b: And((a, b)), inner, inner), st.builds(lambda a, b: Or((a, b)), inner, inner)
    ),
    max_leaves=6,
)


def written(tree: Filter) -> str:
    def text(value: Any) -> str:
        return "'" + str(value).replace("'", "''") + "'"

    match tree:
        case And(parts):
            return "(" + " AND ".join(map(written, parts)) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(written, parts)) + ")"
        case Compare(field, operator, value):
            return f"{field} {operator} {text(value)}"
        case Like(field, pattern):
            return f"{field} LIKE {text(pattern)}"
        case IsNull(field):
            return f"{field} IS NULL"
        case Between(field, low, high):
            return f"{field} BETWEEN {text(low)} AND {text(high)}"
        case In(field, values):
            return f"{field} IN ({', '.join(map(text, values))})"
        case _:
            raise AssertionError(tree)


@given(_TREES)
def test_what_is_written_is_read(tree: Filter) -> None:
    assert parse(written(tree)) == tree


@given(st.text(max_size=60) | st.text("()'\"=<>ANDORNT in,1.x", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Invalid):
        parse(text)
