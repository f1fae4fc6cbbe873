"""CKAN's reading actions, as callers of CKAN know them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.catalogue.filters import fields_of
from yicheng.core.kernel.errors import Invalid
from yicheng.faces.api.ckan import asking
from yicheng.faces.api.tests import shelters

NAME = "civil-shelters"


@pytest.fixture
def data(db: None) -> None:
    shelters.build()


def act(client: Client, name: str, **asked: Any) -> Any:
    answer = client.get(f"/api/3/action/{name}", asked)
    assert answer.status_code == 200, answer.content
    assert answer.json()["success"] is True
    return answer.json()["result"]


def test_packages(data: None, client: Client) -> None:
    assert act(client, "package_list") == ["civil-areas", NAME]
    shown = act(client, "package_show", id=NAME)
    assert (shown["title"], shown["organization"]["title"], shown["license_id"]) == (
        "应急避难场所",
        "民政局",
        "cc_by_4",
    )
    assert [one["format"] for one in shown["resources"]] == [
        "CSV",
        "JSON",
        "NDJSON",
        "GeoJSON",
        "Parquet",
        "XLSX",
    ]
    file = client.get(shown["resources"][0]["url"].removeprefix("http://testserver"))
    assert file.getvalue().decode("utf-8-sig").startswith("code,name,beds,opened,is_open,lon,lat\r\n")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "避难"}, [NAME]),
        ({"q": "*:*"}, ["civil-areas", NAME]),
        ({"q": "救助"}, []),
        ({"fq": "organization:410100-civil"}, ["civil-areas", NAME]),
        ({"fq": 'tags:"避难" AND groups:theme-emergencies'}, [NAME]),
        ({"fq": "+dataset_type:dataset tags:nothing"}, []),
        ({"fq": "organization:nobody"}, []),
        ({"fq": f"name:{NAME}"}, [NAME]),
        ({"rows": 1, "start": 1}, [NAME]),
    ],
)
def test_package_search(data: None, client: Client, asked: dict[str, Any], found: list[str]) -> None:
    assert [one["name"] for one in act(client, "package_search", **asked)["results"]] == found


def test_rows(data: None, client: Client) -> None:
    found = act(
        client,
        "datastore_search",
        resource_id=f"{NAME}--csv",
        filters=json.dumps({"is_open": "true", "beds": [20, 40, 50]}),
        fields="code,beds",
        sort="beds desc",
    )
    assert [(row["code"], row["beds"]) for row in found["records"]] == [("A04", 40), ("A02", 20)]
    assert (found["total"], [one["id"] for one in found["fields"]]) == (2, ["_id", "code", "beds"])
    assert act(client, "datastore_search", resource_id=f"{NAME}--csv", q="避难所7")["total"] == 1
    assert (
        len(act(client, "datastore_search", resource_id=f"{NAME}--csv", limit=5, offset=22)["records"]) == 3
    )


@pytest.mark.parametrize(
    ("name", "asked", "status"),
    [
        ("package_show", {"id": "civil-aid"}, 404),
        ("package_show", {"id": "../../etc/passwd"}, 404),
        ("resource_show", {"id": f"{NAME}--pdf"}, 404),
        ("datastore_search", {"resource_id": "civil-aid--csv"}, 404),
        ("datastore_search", {"resource_id": f"{NAME}--csv", "filters": '{"phone": "110"}'}, 409),
        ("datastore_search", {"resource_id": f"{NAME}--csv", "fields": "phone"}, 409),
        ("datastore_search", {"resource_id": f"{NAME}--csv", "sort": "name; DROP TABLE x"}, 409),
        ("datastore_search", {"resource_id": f"{NAME}--csv", "filters": '{"beds": "1 OR 1=1"}'}, 409),
        ("datastore_search", {"resource_id": f"{NAME}--csv", "filters": "[1]"}, 409),
        ("datastore_search", {"resource_id": f"{NAME}--csv", "limit": "-1"}, 409),
        ("package_search", {"fq": "{!func}recip()"}, 409),
        ("package_create", {}, 404),
    ],
)
def test_what_is_refused(data: None, client: Client, name: str, asked: dict[str, str], status: int) -> None:
    answer = client.get(f"/api/3/action/{name}", asked)
    assert (answer.status_code, answer.json()["success"]) == (status, False)
    assert answer.json()["error"]["__type"]
    posted = client.post(f"/api/3/action/{name}", json.dumps(asked), content_type="application/json")
    assert posted.status_code == status


def test_a_body_that_is_no_object(db: None, client: Client) -> None:
    for body in ("[]", "{", '"x"', "nul"):
        answer = client.post("/api/3/action/package_list", body, content_type="application/json")
        assert answer.status_code == 409


@given(st.text(max_size=80))
def test_a_filter_query_is_read_or_refused(text: str) -> None:
    try:
        found = asking.narrowed(text)
    except Invalid:
        return
    assert set(found) <= set(asking.NARROWING)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
def test_filters_are_read_or_refused(given_filters: Any) -> None:
    try:
        tree = asking.conditions(given_filters)
    except Invalid:
        return
    assert set(fields_of(tree)) <= set(given_filters)
