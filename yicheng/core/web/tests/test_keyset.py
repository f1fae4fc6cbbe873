"""Paging by keyset gives every row once, in order, forwards and backwards, and refuses damaged tokens."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.models import Organisation
from yicheng.core.web.keyset import keyset_page, scanned_first

ORDERS = (("name", "id"), ("-name", "id"), ("-name", "-id"), ("kind", "-name", "id"))


@pytest.fixture
def bodies(db):
    names = ["城管", "公安", "交通", "城管", "水务", "园林", "城管", "交通", "a", "Z", "", "%"]
    Organisation.objects.bulk_create(
        Organisation(code=f"t{n}", name=name, kind="ab"[n % 2], path=f"/{n}/") for n, name in enumerate(names)
    )
    return Organisation.objects.filter(code__startswith="t")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 3, 5, 12, 50])
def test_every_row_once_forwards_and_back(bodies, order, size):
    expected = list(bodies.order_by(*order))
    found: list[Organisation] = []
    pages: list[list[Organisation]] = []
    token = ""
    while True:
        page = keyset_page(bodies, order=order, size=size, after=token)
        pages.append(list(page.rows))
        found += page.rows
        token = page.next
        if not token:
            break
    assert found == expected
    for number in range(len(pages) - 1, 0, -1):
        page = keyset_page(bodies, order=order, size=size, before=_first(pages[number], order))
        assert list(page.rows) == pages[number - 1]
        assert bool(page.previous) == (number > 1)
        assert page.next


def _first(rows, order):
    from yicheng.core.web.keyset import _token

    return _token(rows[0], order)


@pytest.mark.parametrize("order", [("name", "id"), ("-name", "-id")])
@pytest.mark.parametrize("window", [1, 4, 50])
def test_a_window_first_finds_the_same_pages(bodies, order, window):
    """However many rows are scanned before the index is asked; ties at the window's edge included."""

    def narrow(rows):
        return rows.filter(kind="a")

    expected = list(bodies.filter(kind="a").order_by(*order))
    found: list[Organisation] = []
    token = ""
    while True:
        fetch = scanned_first(narrow, narrow, window=window)
        page = keyset_page(bodies, order=order, size=2, after=token, fetch=fetch)
        found += page.rows
        token = page.next
        if not token:
            break
        again = keyset_page(bodies, order=order, size=2, before=_first(page.rows[-1:], order), fetch=fetch)
        assert list(again.rows) == found[max(0, len(found) - 3) : len(found) - 1]
    assert found == expected


def test_the_index_is_asked_only_where_the_window_does_not_fill_the_page(bodies, django_assert_num_queries):
    def refuse(rows):
        raise AssertionError("the window was enough")

    frequent = scanned_first(lambda rows: rows.filter(kind="a"), refuse, window=10)
    with django_assert_num_queries(2):
        assert len(keyset_page(bodies, order=("id",), size=3, fetch=frequent).rows) == 3
    rare = scanned_first(*[lambda rows: rows.filter(code="t11")] * 2, window=2)
    with django_assert_num_queries(4):
        assert [row.code for row in keyset_page(bodies, order=("id",), size=3, fetch=rare).rows] == ["t11"]


def test_one_query_a_page(bodies, django_assert_num_queries):
    with django_assert_num_queries(1):
        keyset_page(bodies, order=("name", "id"), size=5)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.text(min_size=1, max_size=80))
def test_any_text_for_a_token_is_a_page_or_a_refusal(bodies, token):
    try:
        page = keyset_page(bodies, order=("name", "id"), size=5, after=token)
    except Invalid:
        return
    assert len(page.rows) <= 5
