"""Open311's two shapes, held against the examples of the standard's text, and what callers may send."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from yicheng.apps.urban.connectors.open311.parameters import (
    LONGEST_SPAN,
    BadRequest,
    Search,
    parse_report,
    parse_search,
)
from yicheng.apps.urban.connectors.open311.wire import Value, encode, w3

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def search(query: str) -> Search:
    return parse_search(QueryDict(query), now=NOW)


def refusal(query: str) -> str:
    with override("en"), pytest.raises(BadRequest) as caught:
        search(query)
    return str(caught.value)


def test_the_service_list_of_the_standard() -> None:
    services: Value = [{"service_code": "001", "metadata": True, "type": "realtime", "group": ""}]
    assert encode("services", services, "xml") == (
        b'<?xml version="1.0" encoding="utf-8"?>\n<services><service><service_code>001</service_code>'
        b"<metadata>true</metadata><type>realtime</type><group /></service></services>"
    )
    assert json.loads(encode("services", services, "json")) == [
        {"service_code": "001", "metadata": True, "type": "realtime", "group": None}
    ]


def test_the_service_definition_of_the_standard() -> None:
    definition: Value = {
        "service_code": "DMV66",
        "attributes": [
            {"variable": True, "code": "WHISHETN", "order": 1, "values": [{"key": "123", "name": "Ford"}]}
        ],
    }
    root = ElementTree.fromstring(encode("service_definition", definition, "xml"))
    assert root.tag == "service_definition"
    assert root.findtext("attributes/attribute/values/value/name") == "Ford"
    assert json.loads(encode("service_definition", definition, "json")) == definition


def test_requests_errors_and_times() -> None:
    moment = datetime(2010, 4, 14, 6, 37, 38, 5, tzinfo=timezone(timedelta(hours=-8)))
    request: Value = {"service_request_id": "638344", "requested_datetime": moment}
    raw = encode("service_requests", [request], "xml")
    assert b"<service_requests><request><service_request_id>638344</service_request_id>" in raw
    assert b"<requested_datetime>2010-04-14T06:37:38-08:00</requested_datetime>" in raw
    assert w3(NOW) == "2026-11-23T08:00:00Z"
    error: Value = {"code": 403, "description": "x"}
    assert encode("errors", [error], "xml").endswith(
        b"<errors><error><code>403</code><description>x</description></error></errors>"
    )


@given(st.text(max_size=60))
def test_any_text_is_well_formed(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    kept = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    root = ElementTree.fromstring(encode("a", {"b": text}, "xml"))
    assert (root.findtext("b") or "") == kept.replace("\r\n", "\n").replace("\r", "\n")
    assert json.loads(encode("a", {"b": text}, "json")) == {"b": text or None}


def test_without_dates_the_last_ninety_days() -> None:
    assert search("") == Search(start=NOW - LONGEST_SPAN, end=NOW)
    assert search("status=&service_code=&start_date=") == search("")


def test_filters_are_understood() -> None:
    found = search(
        "service_code=0101,0102&service_code=0103&status=open,CLOSED&start_date=2026-10-01T00:00:00Z"
        "&end_date=2026-10-31T08:00:00%2B08:00&lat=34.7&long=113.6&radius=500&page=2&page_size=50&jurisdiction_id=x"
    )
    assert found.service_codes == ("0101", "0102", "0103")
    assert found.statuses == ("open", "closed")
    assert (found.start, found.end) == (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC))
    assert found.near == (113.6, 34.7, 500.0)
    assert (found.page, found.page_size) == (2, 50)


def test_one_date_spans_ninety_days_from_or_up_to_it() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    assert search("start_date=2026-01-01T00:00:00Z").end == day + LONGEST_SPAN
    assert search("end_date=2026-01-01T00:00:00Z").start == day - LONGEST_SPAN


def test_numbers_override_all_else() -> None:
    assert search("service_request_id=a,b,a&status=nonsense") == Search(numbers=("a", "b"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("start_date=2026-01-01T00:00:00Z&end_date=2026-04-02T00:00:00Z", "90 days apart"),
        ("start_date=2026-02-01T00:00:00Z&end_date=2026-01-01T00:00:00Z", "before start_date"),
        ("start_date=2026-01-01T00:00:00", "time zone"),
        ("end_date=yesterday", "end_date must be a date"),
        ("status=done", "open or closed"),
        ("lat=34.7", "send lat, long"),
        ("lat=nan&long=113&radius=5", "send lat, long"),
        ("lat=34&long=113&radius=-5", "radius must be"),
        ("page=0", "page must be"),
        ("page=x", "whole numbers"),
        ("page_size=100000", "page_size between"),
    ],
)
def test_wrong_filters_are_refused_in_words(query: str, said: str) -> None:
    assert said in refusal(query)


KEYS = st.sampled_from(
    [
        "start_date",
        "end_date",
        "status",
        "lat",
        "long",
        "radius",
        "page",
        "page_size",
        "service_code",
        "service_request_id",
    ]
)


@given(
    st.lists(
        st.tuples(KEYS, st.text(max_size=30) | st.floats().map(str) | st.datetimes().map(str)), max_size=8
    )
)
def test_any_filter_is_understood_or_refused(pairs: list[tuple[str, str]]) -> None:
    query = QueryDict(mutable=True)
    for key, value in pairs:
        query.appendlist(key, value)
    try:
        found = parse_search(query, now=NOW)
    except BadRequest as refused:
        assert str(refused)  # noqa: PT017
    else:
        if not found.numbers:
            assert found.start is not None
            assert found.end is not None
            assert found.end - found.start <= LONGEST_SPAN


def test_the_post_of_the_standard() -> None:
    report = parse_report(
        QueryDict(
            "api_key=xyz&jurisdiction_id=city.gov&service_code=001&lat=37.76524078&long=-122.4212043"
            "&address_string=1234+5th+street&email=smit333%40sfgov.edu&device_id=tt222111&account_id=123456"
            "&first_name=john&last_name=smith&phone=111111111&description=A+large+sinkhole+is+destroying+the+street"
            "&media_url=http%3A%2F%2Ffarm3.static.flickr.com%2F2002%2F2212426634_5ed477a060.jpg"
            "&attribute[WHISPAWN]=123456&attribute[WHISDORN][]=A&attribute[WHISDORN][]=B"
        )
    )
    assert (report.service_code, report.lat, report.lon) == ("001", 37.76524078, -122.4212043)
    assert report.attributes == {"WHISPAWN": ("123456",), "WHISDORN": ("A", "B")}
    assert report.name == "smith john"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("lat=34&long=113", "service_code"),
        ("service_code=1", "lat"),
        ("service_code=1&lat=34", "lat"),
        ("service_code=1&lat=134&long=113", "lat"),
        ("service_code=1&address_id=5", "address_id"),
        ("service_code=1&address_string=x&description=" + "y" * 4001, "description"),
        ("service_code=1&address_string=x&description=<script>alert(1)</script>", "description"),
        ("service_code=1&address_string=x&media_url=javascript:alert(1)", "media_url"),
        ("service_code=1&address_string=x&media_url=http://[", "media_url"),
    ],
)
def test_a_report_at_fault_names_its_field(query: str, field: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parse_report(QueryDict(query))
    assert field in caught.value.fields


@given(
    st.dictionaries(
        st.sampled_from(["service_code", "lat", "long", "description", "media_url", "email", "attribute[a]"]),
        st.text(max_size=50),
    )
)
def test_any_report_is_understood_or_refused(values: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(values)
    try:
        report = parse_report(query)
    except BadRequest as refused:
        assert refused.fields  # noqa: PT017
    else:
        assert report.service_code
