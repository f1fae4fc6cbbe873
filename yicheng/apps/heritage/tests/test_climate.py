"""Early warning: limits with their sources, rules by material, the risk that explains itself, chips, drills, pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from yicheng.apps.heritage.actions.chips import bind_chip, replace_chip, unbind_chip
from yicheng.apps.heritage.actions.drills import begin_drill, end_drill
from yicheng.apps.heritage.actions.relics import register_relic
from yicheng.apps.heritage.kinds import PLACE, RELIC
from yicheng.apps.heritage.limits import HUMIDITY, LIMITS, QUANTITIES, limit_of
from yicheng.apps.heritage.models import Relic
from yicheng.apps.heritage.permissions import DRILL, KEEP_RELICS, VIEW_RELICS
from yicheng.apps.heritage.queries.climate import chips_of, free_devices, measured
from yicheng.apps.heritage.queries.year import year_of_place
from yicheng.apps.heritage.risk import risk_of
from yicheng.apps.heritage.tests.conftest import Town
from yicheng.apps.heritage.tests.test_registers import a_relic
from yicheng.core.alerts.evaluation import plans
from yicheng.core.alerts.public import active_of
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.people.models import Account, Appointment, Role
from yicheng.core.people.public import STRANGER, SYSTEM
from yicheng.core.sensing.models import DeviceModel
from yicheng.core.sensing.public import (
    NewDevice,
    NewReading,
    Source,
    bind,
    drain_readings,
    register_device,
    take_readings,
)

KEEP = "sensing.keep_devices"
TRUSTED = Source("platform", is_trusted=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bronze(town: Town) -> Relic:
    return register_relic(SYSTEM, a_relic(town.store.pk))


def a_chip(town: Town, number: str) -> int:
    """A chip of the museum that nothing bears."""
    DeviceModel.objects.get_or_create(code="chip", defaults={"name": "Chip", "interval_s": 0})
    new = NewDevice("Chip", "chip", number=number, organisation_id=town.museum.pk, division_code="100101")
    return int(register_device(SYSTEM, new).pk)


def say(number: str, observed: str, *values: float, every: timedelta = MINUTE) -> None:
    """Readings of a device, the last one now."""
    now = clock.now()
    rows = [
        NewReading(number, observed, value, now - every * (len(values) - at))
        for at, value in enumerate(values, start=1)
    ]
    take_readings(TRUSTED, rows)
    drain_readings()


def rules_about(subject: str) -> set[str]:
    """Rules whose condition holds now; over and unanswered ones are left out."""
    return {one.rule for one in active_of([subject])[subject] if one.state != "returned"}


def test_every_limit_names_its_source_and_a_known_quantity() -> None:
    assert all(one.source and one.quantity in QUANTITIES for one in LIMITS)
    assert len({(one.material, one.quantity) for one in LIMITS}) == len(LIMITS)
    paper = limit_of("paper", HUMIDITY)
    assert paper is not None
    assert (paper.low, paper.high, paper.source) == (45, 60, "JGJ 25-2010 档案馆建筑设计规范")
    assert limit_of("other", HUMIDITY) is None


def test_a_chip_is_bound_to_a_component_replaced_and_taken_off(town: Town, bronze: Relic) -> None:
    first, second = a_chip(town, "C1"), a_chip(town, "C2")
    keeper = town.staff(town.museum, KEEP_RELICS, VIEW_RELICS, KEEP)
    assert [one.number for one in free_devices(keeper)] == ["C1", "C2"]
    assert free_devices(town.staff(town.bureau, KEEP)) == []
    with pytest.raises(Invalid):
        bind_chip(keeper, bronze.pk, device_id=first, component=9)
    bind_chip(keeper, bronze.pk, device_id=first, component=2)
    assert [(one.number, one.component) for one in chips_of(bronze)] == [("C1", "lid")]
    replace_chip(keeper, bronze.pk, first, by_id=second, reason="battery")
    assert [(one.number, one.component) for one in chips_of(bronze)] == [("C2", "lid")]
    with pytest.raises(NotFound):
        unbind_chip(keeper, bronze.pk, first, reason="gone")
    unbind_chip(keeper, bronze.pk, second, reason="worn", is_for_good=True)
    assert chips_of(bronze) == []
    assert free_devices(keeper) == []


def test_only_its_keeper_binds(town: Town, bronze: Relic) -> None:
    chip = a_chip(town, "C1")
    for viewer in (STRANGER, town.staff(town.bureau, KEEP_RELICS, VIEW_RELICS, KEEP)):
        with pytest.raises((Forbidden, SignInRequired)):
            bind_chip(viewer, bronze.pk, device_id=chip, component=None)
    assert chips_of(bronze) == []


def test_damp_about_a_bronze_rises_and_clears_by_itself(town: Town, bronze: Relic) -> None:
    bind_chip(SYSTEM, bronze.pk, device_id=a_chip(town, "C1"), component=1)
    say("C1", "humidity", 38, 47, 48, every=40 * MINUTE)
    assert rules_about(f"{RELIC}/{bronze.pk}") == {"heritage.humidity_bronze"}
    with clock.at(clock.now() + 10 * MINUTE):
        say("C1", "humidity", 37.5)
    assert rules_about(f"{RELIC}/{bronze.pk}") == set()


def test_a_chip_bound_a_moment_ago_is_watched_from_its_first_reading(
    town: Town, bronze: Relic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "SOON_S", 0.0)
    other = register_relic(SYSTEM, a_relic(town.store.pk, "M-2"))
    bind_chip(SYSTEM, other.pk, device_id=a_chip(town, "C2"), component=1)
    say("C2", "humidity", 38)
    bind_chip(SYSTEM, bronze.pk, device_id=a_chip(town, "C1"), component=1)
    say("C1", "humidity", 47, 48, every=40 * MINUTE)
    assert rules_about(f"{RELIC}/{bronze.pk}") == {"heritage.humidity_bronze"}


def test_a_sensor_of_the_room_speaks_for_what_it_keeps(town: Town, bronze: Relic) -> None:
    chip = a_chip(town, "R1")
    bind(SYSTEM, chip, bearer_kind=PLACE, bearer_id=town.store.pk)
    say("R1", "illuminance", 320, 350, every=40 * MINUTE)
    assert rules_about(f"{PLACE}/{town.store.pk}") == {"heritage.illuminance_bronze"}
    assert [(one.is_out, one.is_own) for one in measured(bronze)] == [(True, False)]


def test_the_risk_says_why(town: Town) -> None:
    paper = register_relic(SYSTEM, a_relic(town.store.pk, "P-1", material="paper", preservation="urgent"))
    empty = risk_of(SYSTEM, paper, [], alert_count=0)
    assert empty.score == 30
    assert any("Nobody measures the humidity" in one.text for one in empty.reasons)
    bind_chip(SYSTEM, paper.pk, device_id=a_chip(town, "C1"), component=None)
    say("C1", "humidity", 70, 71, 72, 50, every=timedelta(hours=1))
    found = risk_of(SYSTEM, paper, [one.series for one in measured(paper)], alert_count=1)
    assert found.score == 70
    assert any("outside 45–60 %" in one.text for one in found.reasons)


def test_a_year_tells_when_paper_was_at_risk(town: Town) -> None:
    register_relic(SYSTEM, a_relic(town.store.pk, "P-1", material="paper"))
    bind(SYSTEM, a_chip(town, "R1"), bearer_kind=PLACE, bearer_id=town.store.pk)
    say("R1", "humidity", *[40] * 12, *[50] * 12, every=timedelta(hours=1))
    damp = year_of_place(SYSTEM, town.store, until=clock.now() + MINUTE)[0]
    assert damp.limit.quantity == HUMIDITY
    assert 12 <= damp.outside <= 14
    assert damp.measured >= 24


def test_a_drill_says_that_it_is_one(town: Town, bronze: Relic) -> None:
    head = town.staff(town.museum, DRILL, VIEW_RELICS)
    with pytest.raises(Invalid):
        begin_drill(head, bronze.pk, rule="heritage.humidity_paper")
    with pytest.raises((Forbidden, SignInRequired)):
        begin_drill(town.staff(town.bureau, DRILL), bronze.pk, rule="heritage.humidity_bronze")
    begin_drill(head, bronze.pk, rule="heritage.humidity_bronze")
    subject = f"{RELIC}/{bronze.pk}"
    assert [one.is_drill for one in active_of([subject])[subject]] == [True]
    end_drill(head, bronze.pk, rule="heritage.humidity_bronze")
    assert rules_about(subject) == set()


def test_the_pages_show_it(town: Town, bronze: Relic) -> None:
    keeper = Account.objects.create(username="k", display_name="K", kind="staff", organisation=town.museum)
    role = Role.objects.create(code="relic_keeper", name="Keeper", rights=["sensing.keep_devices"])
    Appointment.objects.create(account=keeper, role=role, organisation=town.museum)
    bind_chip(SYSTEM, bronze.pk, device_id=a_chip(town, "C1"), component=1)
    say("C1", "humidity", 38, 47, 48, every=40 * MINUTE)
    client = Client(headers={"accept-language": "en"})
    client.force_login(keeper)
    page = client.get(f"/desk/heritage/relics/{bronze.pk}/").content.decode()
    for shown in ("badge--bad", "JGJ 66-2015", "C1", "week-humidity"):
        assert shown in page
    for path in ("places/", f"places/{town.store.pk}/", f"places/{town.store.pk}/year/", "limits/"):
        assert client.get(f"/desk/heritage/{path}").status_code == 200
    assert client.get(f"/desk/heritage/relics/{bronze.pk}/chips/add/").status_code == 200


def test_strangers_see_no_climate(town: Town, bronze: Relic) -> None:
    for path in (f"relics/{bronze.pk}/chips/add/", "places/", f"places/{town.store.pk}/year/", "limits/"):
        assert Client().get(f"/desk/heritage/{path}").status_code == 302
