"""The public finds open data on the portal, staff find what they may read at the desk, and nobody more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from yicheng.core.catalogue.actions.syncing import sync_entries
from yicheng.core.catalogue.declare import RESOURCES, Attribute, Resource
from yicheng.core.people.declare import RIGHTS, Right
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Viewer

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


def bodies(_viewer: Viewer) -> QuerySet[Organisation]:
    return Organisation.objects.filter(is_active=True)


def resource(key: str, right: str | None) -> Resource:
    return Resource(
        key=key,
        title=f"Bodies {right}",
        summary="Who does what",
        model=lambda: Organisation,
        attributes=(
            Attribute("code", "Code", "code", "code"),
            Attribute("name", "Name", "name"),
            Attribute("is_active", "Active", "is_active", "boolean"),
            Attribute("phone", "Phone", "phone", sensitivity=2),
        ),
        rows=bodies,
        share_type="unconditional",
        right=right,
        find=lambda rows, words: rows.filter(name__contains=words),
    )


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch, sample_city: Any) -> None:
    both = {"works.open": resource("works.open", None), "works.closed": resource("works.closed", "works.see")}
    monkeypatch.setattr(RESOURCES, "_items", both)
    monkeypatch.setattr(RESOURCES, "_owners", dict.fromkeys(both, "people"))
    monkeypatch.setitem(RIGHTS._items, "works.see", Right("works.see", "See"))
    for number, name in enumerate(("城管局", "=evil", "<b>bold</b>")):
        Organisation.objects.create(code=f"0{number}", name=name, kind="k", path="/", phone="12319")
    sync_entries()


def test_the_public_sees_open_data_only(client: Client) -> None:
    page = client.get(reverse("portal.resources")).content.decode()
    assert "Bodies None" in page
    assert "Bodies works.see" not in page
    for name in ("portal.resource", "portal.resource_rows"):
        assert client.get(reverse(name, args=["works.closed"])).status_code == 404
    assert client.get(reverse("portal.resource_file", args=["works.closed", "csv"])).status_code == 404


def test_search_among_resources(client: Client) -> None:
    assert "Bodies None" in client.get(reverse("portal.resources"), {"q": "who bodies"}).content.decode()
    assert "Bodies None" not in client.get(reverse("portal.resources"), {"q": "elephants"}).content.decode()


def test_a_resource_describes_its_fields(client: Client) -> None:
    page = client.get(reverse("portal.resource", args=["works.open"])).content.decode()
    assert page.count('<th scope="row">') >= 4
    assert "12319" not in page


def test_rows_are_listed_searched_and_escaped(client: Client, django_assert_max_num_queries: Any) -> None:
    url = reverse("portal.resource_rows", args=["works.open"])
    with django_assert_max_num_queries(5):
        page = client.get(url).content.decode()
    assert "&lt;b&gt;bold" in page
    assert "<b>bold" not in page
    assert "12319" not in page
    assert "城管局" not in client.get(url, {"q": "evil"}).content.decode()
    assert "城管局" in client.get(url, {"code": "00"}).content.decode()
    assert client.get(url, {"is_active": "perhaps"}).status_code == 422


def test_files_hold_the_chosen_rows(client: Client) -> None:
    answer = client.get(reverse("portal.resource_file", args=["works.open", "csv"]), {"q": "evil"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="works-open.csv"'
    assert answer.getvalue().decode("utf-8-sig") == "code,name,is_active\r\n01,'=evil,true\n"
    workbook = client.get(reverse("portal.resource_file", args=["works.open", "xlsx"]))
    assert workbook.getvalue().startswith(b"PK")
    assert client.get(reverse("portal.resource_file", args=["works.open", "pdf"])).status_code == 404


def test_staff_read_fields_for_staff_and_no_more(sign_in: Browser) -> None:
    clerk = sign_in()
    assert "12319" in clerk.get(reverse("desk.resource_rows", args=["works.open"])).content.decode()
    assert clerk.get(reverse("desk.resource_rows", args=["works.closed"])).status_code == 403
    assert "Bodies works.see" in clerk.get(reverse("desk.resources")).content.decode()
    assert "城管局" not in clerk.get(reverse("desk.resource", args=["works.closed"])).content.decode()
