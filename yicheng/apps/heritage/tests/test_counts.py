"""Counts: what should be there, what a reader or an eye found, differences explained, the figure of counts done."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yicheng.apps.heritage.actions.chips import bind_chip
from yicheng.apps.heritage.actions.counts import Taken, close_count, open_count, see_relics, take_in_tags
from yicheng.apps.heritage.actions.relics import register_relic
from yicheng.apps.heritage.models import Relic, StockCount
from yicheng.apps.heritage.permissions import COUNT, RELIC_KEEPER, VIEW_RELICS
from yicheng.apps.heritage.queries.counts import counts, sheet_of
from yicheng.apps.heritage.queries.performance import Figure, counts_due, figures
from yicheng.apps.heritage.queries.periods import period_of
from yicheng.apps.heritage.tests.conftest import Town
from yicheng.apps.heritage.tests.test_climate import a_chip
from yicheng.apps.heritage.tests.test_registers import a_relic
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, SignInRequired
from yicheng.core.people.models import Account, Appointment, Role
from yicheng.core.people.public import STRANGER, SYSTEM


@pytest.fixture
def three(town: Town) -> list[Relic]:
    """Three relics in the store, the first with a chip; a fourth is in the hall."""
    made = [register_relic(SYSTEM, a_relic(town.store.pk, f"M-{number}")) for number in (1, 2, 3)]
    register_relic(SYSTEM, a_relic(town.hall.pk, "H-1"))
    bind_chip(SYSTEM, made[0].pk, device_id=a_chip(town, "C1"), component=1)
    return made


def test_chips_numbers_and_labels_are_found_and_told_apart(town: Town, three: list[Relic]) -> None:
    count = open_count(SYSTEM, town.store.pk)
    heard = ["C1", "  M-2 ", "C1", "H-1", "NOBODY", "", "https://city.example/c/M-2/"]
    assert take_in_tags(SYSTEM, count.pk, heard) == Taken(found=2, again=0, strangers=1, unknown=1)
    assert take_in_tags(SYSTEM, count.pk, ["M-1", "NOBODY"]) == Taken(
        found=0, again=1, strangers=0, unknown=1
    )
    sheet = sheet_of(count)
    assert (sheet.expected, sheet.found, sheet.percent, sheet.unknown) == (3, 2, 66, ["NOBODY"])
    assert [one.relic.number for one in sheet.missing] == ["M-3"]
    assert [one.relic.number for one in sheet.strangers] == ["H-1"]
    row = counts(SYSTEM).get()
    assert (row.expected, row.found, row.strangers, row.strange_tags) == (3, 2, 1, 1)


def test_differences_must_be_explained_and_a_closed_count_stays(town: Town, three: list[Relic]) -> None:
    assert figures(counts_due(SYSTEM, period_of(""))) == {town.museum.pk: Figure(0, 2)}
    count = open_count(SYSTEM, town.store.pk)
    with pytest.raises(Conflict):
        open_count(SYSTEM, town.store.pk)
    with pytest.raises(Invalid):
        take_in_tags(SYSTEM, count.pk, [" ", ""])
    take_in_tags(SYSTEM, count.pk, ["M-1", "M-2"])
    with pytest.raises(Invalid):
        close_count(SYSTEM, count.pk, words=" ")
    assert see_relics(SYSTEM, count.pk, [three[2].pk, three[0].pk]) == 1
    close_count(SYSTEM, count.pk)
    for act in (lambda: take_in_tags(SYSTEM, count.pk, ["M-1"]), lambda: close_count(SYSTEM, count.pk)):
        with pytest.raises(Conflict):
            act()
    assert figures(counts_due(SYSTEM, period_of(""))) == {town.museum.pk: Figure(1, 2)}
    assert open_count(SYSTEM, town.store.pk).pk != count.pk


def test_only_its_keeper_counts_and_learns_of_no_other_keepers_relics(town: Town, three: list[Relic]) -> None:
    for viewer in (STRANGER, town.staff(town.bureau, COUNT, VIEW_RELICS)):
        with pytest.raises((Forbidden, SignInRequired)):
            open_count(viewer, town.store.pk)
    assert not StockCount.objects.exists()
    keeper = town.staff(town.museum, COUNT, VIEW_RELICS)
    count = open_count(keeper, town.store.pk)
    Relic.objects.filter(number="H-1").update(organisation=town.bureau)
    assert take_in_tags(keeper, count.pk, ["H-1"]) == Taken(0, 0, 0, 1)


def test_the_pages_take_what_a_reader_writes(town: Town, three: list[Relic]) -> None:
    keeper = Account.objects.create(
        username="k", display_name="K", kind="staff", organisation=town.museum, language="en"
    )
    Appointment.objects.create(
        account=keeper, role=Role.objects.create(code=RELIC_KEEPER, name="Keeper"), organisation=town.museum
    )
    client = Client()
    client.force_login(keeper)
    assert "Begin a count" in client.get(reverse("heritage.counts")).content.decode()
    assert client.post(reverse("heritage.count_begin"), {"place_id": ""}).status_code == 422
    begun = client.post(reverse("heritage.count_begin"), {"place_id": town.store.pk})
    page = begun.headers["Location"]
    file = SimpleUploadedFile("reader.csv", "\ufeffC1,2026-11-24 10:00\r\nM-2;-61\r\n".encode(), "text/csv")
    assert client.post(page, {"tags": "X-9, M-2", "file": file}).status_code == 302
    assert client.post(page, {"tags": ""}).status_code == 422
    shown = client.get(page).content.decode()
    assert "2 of 3 that should be here" in shown
    assert "X-9" in shown
    pk = StockCount.objects.get().pk
    client.post(reverse("heritage.count_see", args=[pk]), {"relic": [three[2].pk, "x"]})
    assert client.post(reverse("heritage.count_close", args=[pk]), {"words": ""}).status_code == 422
    assert (
        client.post(reverse("heritage.count_close", args=[pk]), {"words": "A price tag."}).status_code == 302
    )
    assert "A price tag." in client.get(page).content.decode()
    assert client.get(reverse("heritage.counts") + "?show=closed&export=csv").status_code == 200
    assert (
        f"counts/add/?place={town.hall.pk}"
        in client.get(reverse("heritage.place", args=[town.hall.pk])).content.decode()
    )
    assert Client().get(page).status_code == 302
