"""Figures of heritage: what was due and what was done, by keeper and period, each opening onto its rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yicheng.apps.heritage.actions.chips import bind_chip
from yicheng.apps.heritage.actions.drills import begin_drill
from yicheng.apps.heritage.actions.relics import check_condition, register_relic
from yicheng.apps.heritage.indicators import INDICATORS
from yicheng.apps.heritage.kinds import CARRIED_OFF, RELIC
from yicheng.apps.heritage.permissions import RELIC_KEEPER, VIEW_RELICS
from yicheng.apps.heritage.queries.performance import (
    Figure,
    devices_due,
    figures,
    records_due,
    warnings_due,
)
from yicheng.apps.heritage.queries.periods import period_of, recent_periods
from yicheng.apps.heritage.tests.conftest import Town
from yicheng.apps.heritage.tests.test_climate import a_chip, say
from yicheng.apps.heritage.tests.test_registers import a_relic
from yicheng.core.alerts.public import acknowledge, raise_alert
from yicheng.core.kernel import clock
from yicheng.core.people.models import Account, Appointment, Role
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.models import Hearing

MINUTE = timedelta(minutes=1)


def the_figure(rows: object) -> Figure | None:
    found = figures(rows)  # type: ignore[arg-type]
    return next(iter(found.values()), None)


def carried_off(town: Town, number: str, *, answered_after: int | None, raised_ago: int = 60) -> int:
    relic = register_relic(SYSTEM, a_relic(town.store.pk, number))
    then = clock.now() - raised_ago * MINUTE
    with clock.at(then):
        alert = raise_alert(
            SYSTEM, CARRIED_OFF, f"{RELIC}/{relic.pk}", values={"place": "", "sign": ""}, at=then
        )
    if answered_after is not None:
        with clock.at(then + answered_after * MINUTE):
            acknowledge(SYSTEM, alert)
    return alert


def test_warnings_count_when_answered_in_the_time_of_their_level(town: Town) -> None:
    now = period_of(f"{clock.now():%Y}")
    assert figures(warnings_due(SYSTEM, now)) == {}
    carried_off(town, "M-1", answered_after=4)
    carried_off(town, "M-2", answered_after=6)
    late = carried_off(town, "M-3", answered_after=None)
    carried_off(town, "M-4", answered_after=None, raised_ago=3)
    begin_drill(SYSTEM, register_relic(SYSTEM, a_relic(town.store.pk, "M-5")).pk, rule=CARRIED_OFF)
    rows = warnings_due(SYSTEM, now)
    assert figures(rows) == {town.museum.pk: Figure(1, 3)}
    assert rows.get(pk=late).is_done is False
    other = town.staff(town.bureau, VIEW_RELICS)
    assert figures(warnings_due(other, now)) == {}
    assert figures(warnings_due(SYSTEM, period_of("2001"))) == {}


def test_silent_devices_are_not_alive(town: Town) -> None:
    relic = register_relic(SYSTEM, a_relic(town.store.pk))
    for number in ("C1", "C2", "C3"):
        bind_chip(SYSTEM, relic.pk, device_id=a_chip(town, number), component=1)
        say(number, "presence", 1)
    a_chip(town, "IN-STORE")
    Hearing.objects.filter(device__number="C3").update(is_silent=True)
    assert the_figure(devices_due(SYSTEM, period_of(""))) == Figure(2, 3)


def test_a_record_is_complete_with_size_components_and_a_look_within_a_year(town: Town) -> None:
    with clock.at(clock.now() - timedelta(days=400)):
        old = register_relic(SYSTEM, a_relic(town.store.pk, "M-1", height_cm=20))
    register_relic(SYSTEM, a_relic(town.store.pk, "M-2", height_cm=20, components=()))
    register_relic(SYSTEM, a_relic(town.store.pk, "M-3", height_cm=20, components=(), grade="third"))
    register_relic(SYSTEM, a_relic(town.store.pk, "M-4"))
    assert the_figure(records_due(SYSTEM, period_of(""))) == Figure(1, 4)
    check_condition(SYSTEM, old.pk, wholeness="whole", preservation="stable", words="As before.")
    assert the_figure(records_due(SYSTEM, period_of(""))) == Figure(2, 4)


@pytest.mark.parametrize(("key", "days"), [("2024", 366), ("2024-02", 29), ("2025-12", 31)])
def test_periods(key: str, days: int) -> None:
    found = period_of(key)
    assert (found.key, found.until - found.since) == (key, timedelta(days=days))


@pytest.mark.parametrize("key", ["", "x", "2026-13", "2026-0", "1", "99999"])
def test_a_period_that_is_none_is_a_year(key: str) -> None:
    assert period_of(key).is_year


def test_the_recent_periods_begin_with_this_year() -> None:
    with clock.at(period_of("2026-02").since + timedelta(days=3)):
        keys = [one.key for one in recent_periods(months=3)]
    assert keys == ["2026", "2025", "2026-02", "2026-01", "2025-12"]


def test_every_figure_opens_onto_its_rows(town: Town) -> None:
    keeper = Account.objects.create(
        username="k", display_name="K", kind="staff", organisation=town.museum, language="en"
    )
    role = Role.objects.create(code=RELIC_KEEPER, name="Keeper")
    Appointment.objects.create(account=keeper, role=role, organisation=town.museum)
    client = Client(headers={"accept-language": "en"})
    client.force_login(keeper)
    assert client.get(reverse("heritage.figures")).status_code == 200
    carried_off(town, "M-1", answered_after=6)
    carried_off(town, "M-2", answered_after=2)
    bind_chip(
        SYSTEM,
        register_relic(SYSTEM, a_relic(town.store.pk, "M-3")).pk,
        device_id=a_chip(town, "C1"),
        component=1,
    )
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("heritage.figures")).content.decode()
    assert len(queries) <= 12 + len(INDICATORS)
    assert "1 of 2" in page
    for key in INDICATORS:
        for query in ("", "?done=undone", "?done=done", f"?keeper={town.museum.pk}", "?export=csv"):
            path = reverse("heritage.figure_rows", args=[key]) + query
            assert f"figures/{key}/" in page
            assert client.get(path).status_code == 200, path
    late = client.get(reverse("heritage.figure_rows", args=["warnings"]) + "?done=undone").content.decode()
    assert "too late" in late
    assert "M-1" in late
    assert "M-2" not in late
    assert client.get(reverse("heritage.figure_rows", args=["nothing"])).status_code == 404
    assert Client().get(reverse("heritage.figures")).status_code == 302
