"""Sites and relics: who sees what, how exactly, and that every change leaves its source."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from yicheng.apps.heritage.actions.relics import NewRelic, check_condition, register_relic
from yicheng.apps.heritage.actions.sitelists import register_site
from yicheng.apps.heritage.actions.sites import change_site
from yicheng.apps.heritage.exposure import coarseness_deg, public_point
from yicheng.apps.heritage.models import Relic, Site
from yicheng.apps.heritage.models.sites import Access, SiteCategory
from yicheng.apps.heritage.permissions import KEEP_RELICS, KEEP_SITES, VIEW_RELICS
from yicheng.apps.heritage.queries.relics import relics
from yicheng.apps.heritage.queries.sites import sites
from yicheng.apps.heritage.tests.conftest import Town
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, SignInRequired
from yicheng.core.people.public import STRANGER, SYSTEM


def a_site(**changes: Any) -> Site:
    given = {
        "batch": 1,
        "serial": 48,
        "announced_year": 1961,
        "name": "塔",
        "name_en": "Tower",
        "era": "汉",
        "category": "ancient_tomb",
        "address": "",
        "division": "100101",
        "source": "List",
    }
    return register_site(SYSTEM, **(given | changes))  # type: ignore[arg-type]


def a_relic(place_id: int, number: str = "M-1", **changes: Any) -> NewRelic:
    given = {
        "number": number,
        "name": "鼎",
        "era": "商",
        "category": "铜器",
        "material": "bronze",
        "grade": "first",
        "origin": "excavated",
        "wholeness": "whole",
        "preservation": "stable",
        "place_id": place_id,
        "source": "Ledger 3",
        "components": (("body", "bronze"), ("lid", "bronze")),
    }
    return NewRelic(**(given | changes))  # type: ignore[arg-type]


def test_each_changed_field_keeps_its_source(town: Town) -> None:
    site = a_site()
    change_site(SYSTEM, site.pk, {"era": "东汉", "name": "塔"}, source="Survey 2024")
    said = site.statements.filter(source="Survey 2024")
    assert [(one.field, one.value) for one in said] == [("era", "东汉")]
    with pytest.raises(Invalid):
        change_site(SYSTEM, site.pk, {"era": "清"}, source=" ")
    with pytest.raises(Invalid):
        change_site(SYSTEM, site.pk, {"lon": 113.0, "lat": None}, source="GPS")
    site.refresh_from_db()
    assert site.era == "东汉"


def test_only_the_own_county_is_kept(town: Town) -> None:
    site = a_site()
    with pytest.raises((Forbidden, SignInRequired)):
        change_site(town.staff(town.museum, KEEP_SITES), site.pk, {"era": "清"}, source="x")
    with pytest.raises(SignInRequired):
        list(sites(STRANGER))


@given(
    st.floats(110, 115),
    st.floats(33, 36),
    st.sampled_from(SiteCategory.values),
    st.sampled_from(Access.values),
)
def test_the_public_place_is_no_finer_than_the_rule(
    lon: float, lat: float, category: str, access: str
) -> None:
    site = Site(lon=lon, lat=lat, category=category, access=access)
    side = coarseness_deg(site)
    point = public_point(site)
    assert point is not None
    assert abs(point[0] - lon) <= side / 2 + 1e-6
    assert abs(point[1] - lat) <= side / 2 + 1e-6
    neighbour = Site(lon=(lon // side) * side + side * 0.25, lat=lat, category=category, access=access)
    assert public_point(neighbour) == point


def test_the_public_page_never_tells_the_exact_place(town: Town) -> None:
    site = a_site()
    Site.objects.filter(pk=site.pk).update(lon=113.123456, lat=34.654321)
    page = Client().get(f"/heritage/{site.number}/")
    assert page.status_code == 200
    assert "113.123456" not in page.content.decode()
    points = Client().get("/heritage/points.geojson").json()
    assert points["features"][0]["geometry"]["coordinates"] == [113.125, 34.675]


def test_a_relic_is_registered_once_by_its_keeper(town: Town) -> None:
    keeper = town.staff(town.museum, KEEP_RELICS, VIEW_RELICS)
    relic = register_relic(keeper, a_relic(town.store.pk))
    assert [one.name for one in relic.components.order_by("number")] == ["body", "lid"]
    assert relic.statements.filter(field="grade", value="first", source="Ledger 3").exists()
    with pytest.raises(Conflict):
        register_relic(keeper, a_relic(town.store.pk))
    with pytest.raises(Invalid) as refused:
        register_relic(keeper, a_relic(town.store.pk, "M-2", name=" ", pieces=0))
    assert set(refused.value.fields) == {"name", "pieces"}
    with pytest.raises((Forbidden, SignInRequired)):
        register_relic(town.staff(town.bureau, KEEP_RELICS), a_relic(town.store.pk, "M-3"))
    assert list(relics(keeper)) == [relic]
    assert list(relics(town.staff(town.bureau, VIEW_RELICS))) == []


def test_a_look_at_its_condition_becomes_its_state(town: Town) -> None:
    relic = register_relic(SYSTEM, a_relic(town.store.pk))
    check_condition(SYSTEM, relic.pk, wholeness="damaged", preservation="urgent", words="Green powder")
    relic.refresh_from_db()
    assert (relic.wholeness, relic.preservation) == ("damaged", "urgent")
    with pytest.raises(Invalid):
        check_condition(SYSTEM, relic.pk, wholeness="fine", preservation="urgent")
    assert Relic.objects.get().checks.count() == 1


def test_strangers_are_led_to_sign_in(db: None) -> None:
    for path in ("sites/", "relics/", "doubts/"):
        answer = Client().get(f"/desk/heritage/{path}")
        assert answer.status_code == 302
        assert "/account/" in answer.headers["Location"]
