"""The network on the portal: found in everyday words, guided, reserved; kept pages never hold another's name."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from yicheng.core.kernel.pack import open_pack
from yicheng.core.people.pack import load_organisations_of
from yicheng.core.people.public import SYSTEM, sign_up
from yicheng.core.services.models import Hall, ItemVersion, Reservation, ServiceItem
from yicheng.core.services.pack import PACK_SECTIONS
from yicheng.core.services.queries import halls, items

ZHENGZHOU = Path(__file__).resolve().parents[4] / "cities" / "zhengzhou"


@pytest.fixture
def city(db: None) -> None:
    """The services of the real pack, without the city around them."""
    pack = open_pack(ZHENGZHOU)
    load_organisations_of(pack)
    for section in PACK_SECTIONS:
        if section.key in ("services.subjects", "services.halls", "services.forms", "services.items"):
            section.load(pack)


def found(words: str) -> list[str]:
    with translation.override("zh-hans"):
        return [row.item.code for row in items.find_items(SYSTEM, words=words)]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("我想开个小饭馆", "open-restaurant"),
        ("老人每月领的补贴怎么申请", "old-age-allowance"),
        ("在路边搭脚手架要办什么手续", "road-occupation"),
        ("刚生了孩子要办什么", "newborn"),
        ("公司换地址", "company-address"),
        ("居住证", "residence-permit"),
        ("how do I open a restaurant", "open-restaurant"),
    ],
)
def test_everyday_words_find_the_service_first(city: None, words: str, code: str) -> None:
    assert found(words)[0] == code


def test_words_that_mean_nothing_find_nothing(city: None) -> None:
    assert found("！？，。") == []
    assert found("zzzzqqqq") == []


def test_a_withdrawn_service_is_gone_at_once_and_its_old_guide_stays(city: None, client: Client) -> None:
    address = reverse("portal.service", args=["open-restaurant"])
    assert client.get(address).status_code == 200
    item = ServiceItem.objects.get(code="open-restaurant")
    ItemVersion.objects.filter(item=item).update(status="retired")
    ServiceItem.objects.filter(pk=item.pk).update(current=None)
    assert client.get(address).status_code == 404
    old = client.get(reverse("portal.service_version", args=["open-restaurant", 1]))
    assert old.status_code == 200


def test_kept_pages_cost_one_query_and_hold_nobodys_name(
    city: None, client: Client, django_assert_max_num_queries: object
) -> None:
    address = reverse("portal.services")
    sign_up(SYSTEM, name="zhang", password="correct horse battery", display_name="张三丰", language="zh-hans")
    own = Client()
    assert own.login(username="zhang", password="correct horse battery")
    assert "张三丰" in own.get(address).content.decode()
    first = client.get(address)
    assert "张三丰" not in first.content.decode()
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        again = client.get(address)
    assert again.content == first.content


def test_each_language_has_its_own_kept_page(city: None, client: Client) -> None:
    address = reverse("portal.service", args=["open-restaurant"])
    chinese = client.get(address, headers={"accept-language": "zh-hans"}).content.decode()
    english = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "办理流程" in chinese or "受理条件" in chinese
    assert "Who takes part" in english


def test_a_resident_reserves_and_cancels_on_the_pages(city: None, client: Client) -> None:
    sign_up(SYSTEM, name="lilei", password="correct horse battery", display_name="李", language="zh-hans")
    client.login(username="lilei", password="correct horse battery")
    version = items.item_version(SYSTEM, "open-restaurant")
    place = next(one for one in halls.halls_of(version) if one.slot_places)
    day, slots = next(iter(halls.free_slots(Hall.objects.get(pk=place.pk)).items()))
    address = (
        reverse("portal.reserve", args=["open-restaurant"]) + f"?hall={place.code}&day={day.isoformat()}"
    )
    page = client.get(address).content.decode()
    assert slots[0].begins_at.astimezone().strftime("%M") in page
    client.post(address, {"begins_at": slots[0].begins_at.isoformat()})
    made = Reservation.objects.get()
    assert made.code in client.get(reverse("portal.reservations")).content.decode()
    client.post(reverse("portal.cancel_reservation", args=[made.pk]))
    assert Reservation.objects.get().status == "cancelled"
