"""A list page: filters, order, bounded count, CSV, bulk actions, saved views, and how many queries that takes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Viewer, viewer_of_account
from yicheng.core.web import actions
from yicheng.core.web.export import plain
from yicheng.core.web.lists import BulkAction, Column, Filter, ListPage, Order, count_text, list_view
from yicheng.core.web.models import SavedView


def _kind(rows, value):
    if value not in ("a", "b"):
        raise ValueError(value)
    return rows.filter(kind=value)


DONE: list[int] = []


def _mark(viewer: Viewer, ids):
    if any(pk < 0 for pk in ids):
        raise Conflict("Gone.")
    DONE.extend(ids)
    return f"{len(ids)} marked."


BODIES = ListPage(
    rows=lambda viewer: Organisation.objects.filter(code__startswith="t"),
    columns=(
        Column("name", "Name", lambda row: row.name),
        Column("kind", "Kind", lambda row: row.kind),
    ),
    orders=(Order("name", "By name", ("name", "id")), Order("newest", "Newest", ("-id",))),
    filters=(
        Filter("kind", "Kind", _kind, choices=lambda viewer: [("a", "First"), ("b", "Second")]),
        Filter("q", "Words", lambda rows, value: rows.filter(name__icontains=value), kind="search"),
    ),
    bulk=(BulkAction("mark", "Mark", _mark),),
    link=lambda row: f"/x/{row.pk}/",
    export="bodies",
    size=10,
)


@pytest.fixture
def bodies(db):
    Organisation.objects.bulk_create(
        Organisation(code=f"t{n:02}", name=f"body {n:02}", kind="ab"[n % 2], path=f"/{n}/") for n in range(25)
    )


@pytest.fixture
def viewer(make_account):
    return viewer_of_account(make_account("clerk").pk)


def get(viewer, query="", data=None) -> Any:
    factory = RequestFactory()
    path = f"/things/?{query}"
    request = factory.get(path) if data is None else factory.post(path, data)
    request.viewer = viewer  # type: ignore[attr-defined]
    request._messages = type(  # type: ignore[attr-defined]
        "Messages", (list,), {"add": lambda self, level, text, tags: self.append(text)}
    )()
    return list_view(BODIES)(request)


def test_a_page_of_rows_with_links_and_a_count(bodies, viewer, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):  # page, count, saved views, unread notices, city
        text = get(viewer).content.decode()
    assert "body 09" in text
    assert "body 10" not in text
    assert "25 in this list" in text
    assert 'rel="next"' in text


def test_a_page_that_holds_all_needs_no_count(bodies, viewer):
    with CaptureQueriesContext(connection) as captured:
        text = get(viewer, "q=body 1").content.decode()
    assert "10 in this list" in text
    assert not [
        query
        for query in captured.captured_queries
        if "COUNT" in query["sql"] and "organisation" in query["sql"]
    ]


def test_cells_and_options_are_escaped_and_named(bodies, viewer):
    Organisation.objects.filter(code="t00").update(name='<b>"Roads" & more')
    text = get(viewer, "kind=a").content.decode()
    assert '<a href="/x/' in text
    assert "&lt;b&gt;&quot;Roads&quot; &amp; more</a>" in text
    assert 'aria-label="Tick &lt;b&gt;&quot;Roads&quot; &amp; more"' in text
    assert '<option value="a" selected>First</option><option value="b">Second</option>' in text
    assert '<td data-label="Kind">a</td>' in text


def test_filters_and_order_are_kept_in_the_link_to_the_next_page(bodies, viewer):
    text = get(viewer, "kind=a&order=newest").content.decode()
    assert "body 24" in text
    assert "body 23" not in text
    assert "13 in this list" in text
    assert "kind=a&amp;order=newest&amp;after=" in text


def test_a_filter_that_means_nothing_is_refused_by_name(bodies, viewer):
    with pytest.raises(Invalid, match="“z” can't be used to filter by Kind"):
        get(viewer, "kind=z")


def test_nothing_found_says_so_and_offers_the_way_back(bodies, viewer):
    text = get(viewer, "q=zebra").content.decode()
    assert "No row passes these filters." in text
    assert "Clear the filters" in text


def test_the_count_stops_where_it_no_longer_tells(bodies):
    assert count_text(Organisation.objects.filter(code__startswith="t"), most=10) == "more than 10"
    assert count_text(Organisation.objects.filter(code__startswith="t"), most=25) == "25"


def test_csv_holds_the_filtered_rows(bodies, viewer):
    response = get(viewer, "kind=b&export=csv")
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeffName,Kind\r\nbody 01,b\r\n")
    assert len(text.splitlines()) == 13
    assert response["Content-Disposition"] == 'attachment; filename="bodies.csv"'


@pytest.mark.parametrize(
    ("value", "text"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("<b>bold</b>", "bold"), (None, ""), (-3, "-3"), ("路灯", "路灯")],
)
def test_a_spreadsheet_runs_nothing(value, text):
    assert plain(value) == text


def test_bulk_actions_need_ticks_and_a_known_action(bodies, viewer):
    with pytest.raises(Invalid, match="Tick at least one row"):
        get(viewer, data={"action": "mark"})
    with pytest.raises(NotFound):
        get(viewer, data={"action": "burn", "row": ["1"]})
    with pytest.raises(Invalid, match="at most 200"):
        get(viewer, data={"action": "mark", "row": [str(n) for n in range(201)]})
    assert DONE == []


def test_a_bulk_action_returns_to_the_same_filters(bodies, viewer):
    DONE.clear()
    response = get(viewer, "kind=a&after=xyz", data={"action": "mark", "row": ["4", "5", "x"]})
    assert (response.status_code, response["Location"]) == (302, "/things/?kind=a")
    assert DONE == [4, 5]
    DONE.clear()


def test_views_are_saved_replaced_and_deleted_by_their_owner_only(viewer, make_account):
    view = actions.save_view(viewer, page="desk.work", name=" Late ", query="due=late")
    again = actions.save_view(viewer, page="desk.work", name="Late", query="due=today")
    assert view.pk == again.pk
    assert SavedView.objects.get().query == "due=today"
    stranger = viewer_of_account(make_account("other").pk)
    with pytest.raises(NotFound):
        actions.delete_view(stranger, view.pk)
    actions.delete_view(viewer, view.pk)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 41])
def test_a_view_needs_a_name(viewer, name):
    with pytest.raises(Invalid):
        actions.save_view(viewer, page="p", name=name, query="")
    assert not SavedView.objects.exists()


def test_saving_a_view_returns_to_the_list(sign_in):
    client = sign_in()
    data = {"page": "desk.work", "name": "Mine", "query": "q=1", "next": "/desk/?q=1"}
    response = client.post(reverse("web.save_view"), data)
    assert response["Location"] == "/desk/?q=1"
    assert "The view “Mine” is saved." in client.get("/desk/").content.decode()
