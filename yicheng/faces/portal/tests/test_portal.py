"""The front door: open to everybody, cheap, without cookies; one's own matters only after signing in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from yicheng.core.people.models import Account
from yicheng.core.web.city import forget_city
from yicheng.core.web.declare import PANELS, Panel
from yicheng.core.web.models import CityProfile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sample_city() -> Iterator[None]:
    forget_city()
    CityProfile.objects.create(
        code="100000", name="样城", name_en="Sampletown", lon=113.6, lat=34.7, hotline="12345"
    )
    yield
    forget_city()


@pytest.fixture
def panel() -> Iterator[list[object]]:
    """A panel of a part that does not exist otherwise; what it was asked with."""
    asked: list[object] = []

    def context(viewer, subject):
        asked.append((viewer.kind, subject))
        return {"title": "Trees planted", "content": "Twelve"} if viewer.kind != "resident" else None

    PANELS.fill("trial", [Panel("trial.trees", "portal.home", "web/parts/card.html", context)])
    yield asked
    del PANELS._items["trial.trees"], PANELS._owners["trial.trees"]


def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


def test_the_front_page_names_the_city_and_its_hotline():
    page = english().get("/").content.decode()
    assert "Tell Sampletown what is wrong" in page
    assert "Call 12345" in page
    assert reverse("account_signup") in page
    assert "样城" in Client().get("/").content.decode()


def test_a_stranger_costs_few_queries_and_gets_no_cookie(django_assert_max_num_queries):
    client = english()
    client.get("/")
    with django_assert_max_num_queries(6):
        response = client.get("/")
    assert not response.cookies


def test_parts_bring_what_the_front_page_shows(panel):
    assert "Trees planted" in english().get("/").content.decode()
    assert panel == [("stranger", None)]


def test_a_panel_may_stay_absent(panel):
    client = english()
    account = Account(username="li", kind="resident", display_name="Li")
    account.set_unusable_password()
    account.save()
    client.force_login(account)
    page = client.get("/").content.decode()
    assert panel[0][0] == "resident"
    assert "Trees planted" not in page
    assert reverse("account_signup") not in page


def test_one_s_own_matters_need_an_account():
    for name in ("portal.me", "portal.notices"):
        response = english().get(reverse(name))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


def test_accessibility_says_whom_to_call():
    assert "call 12345" in english().get(reverse("portal.accessibility")).content.decode()
