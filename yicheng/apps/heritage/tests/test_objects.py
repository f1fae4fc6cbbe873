"""Objects on show: what everybody sees, what stays in the store, labels with a code for phones and readers."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from yicheng.apps.heritage.actions.relics import register_relic
from yicheng.apps.heritage.actions.sites import change_site
from yicheng.apps.heritage.models import Movement, Relic
from yicheng.apps.heritage.permissions import RELIC_KEEPER
from yicheng.apps.heritage.tests.conftest import Town
from yicheng.apps.heritage.tests.test_registers import a_relic, a_site
from yicheng.core.kernel import clock
from yicheng.core.people.models import Account, Appointment, Role
from yicheng.core.people.public import SYSTEM


@pytest.fixture
def tripod(town: Town) -> Relic:
    """In the hall, found at a site."""
    site = a_site()
    new = a_relic(
        town.hall.pk, "H-1", name_en="Tripod", found_at_id=site.pk, story_en="Found in 1974.", height_cm=87
    )
    return register_relic(SYSTEM, new)


def shown(path: str) -> tuple[int, str]:
    answer = Client(headers={"accept-language": "en"}).get(path)
    return answer.status_code, answer.content.decode()


def test_everybody_sees_what_is_on_show_and_nothing_of_the_store(town: Town, tripod: Relic) -> None:
    register_relic(SYSTEM, a_relic(town.store.pk, "S-1", name_en="Hidden"))
    status, page = shown("/heritage/objects/")
    assert (status, "Tripod" in page, "Hidden" in page) == (200, True, False)
    status, page = shown("/heritage/objects/H-1/")
    assert status == 200
    for words in ("Found in 1974.", "87 cm", "Hall", "Tower", "/linked-art/object/H-1"):
        assert words in page
    for path in ("/heritage/objects/S-1/", "/linked-art/object/S-1", "/heritage/objects/NONE/"):
        assert shown(path)[0] == 404, path
    assert "/heritage/objects/H-1/" in shown("/heritage/1-0048/")[1]
    for query in ("?q=1974", "?material=bronze", f"?hall={town.hall.pk}"):
        assert "Tripod" in shown(f"/heritage/objects/{query}")[1]


def test_what_is_on_its_way_is_not_on_show(town: Town, tripod: Relic) -> None:
    Movement.objects.create(
        relic=tripod,
        kind="repair",
        status="out",
        from_place=town.hall,
        to_place=town.store,
        reason="A crack",
        organisation=town.museum,
        division_code="100101",
        asked_at=clock.now(),
    )
    assert shown("/heritage/objects/H-1/")[0] == 404
    assert "/heritage/objects/H-1/" not in shown("/heritage/1-0048/")[1]


def test_what_is_closed_says_why(town: Town) -> None:
    site = a_site()
    assert "notice--warn" not in shown("/heritage/")[1]
    change_site(
        SYSTEM, site.pk, {"access": "closed", "access_note": "Paintings are under repair."}, source="Notice 4"
    )
    page = shown("/heritage/")[1]
    assert "notice--warn" in page
    assert "Paintings are under repair." in page


def test_labels_carry_a_code_that_leads_to_the_object(town: Town, tripod: Relic) -> None:
    keeper = Account.objects.create(
        username="k", display_name="K", kind="staff", organisation=town.museum, language="en"
    )
    Appointment.objects.create(
        account=keeper, role=Role.objects.create(code=RELIC_KEEPER, name="Keeper"), organisation=town.museum
    )
    client = Client()
    client.force_login(keeper)
    for path in (
        reverse("heritage.relic_label", args=[tripod.pk]),
        reverse("heritage.place_labels", args=[town.hall.pk]),
    ):
        page = client.get(path).content.decode()
        assert page.count("<svg") >= 1
        assert 'class="relic-label__code"' in page
        assert "H-1" in page
        assert 'style="' not in page
        assert Client().get(path).status_code == 302
    assert client.get(reverse("heritage.place_labels", args=[town.store.pk])).status_code == 200
