"""Facts of the platform to alerts, and the case of an alert both ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from yicheng.core.alerts.actions.clockwork import climb, end_shelving
from yicheng.core.alerts.declare import ALERT_RULES, AlertRule, Described, Opens, Severity
from yicheng.core.alerts.models import Alert
from yicheng.core.alerts.processes import INCIDENT
from yicheng.core.alerts.public import acknowledge, clear_alert, raise_alert, shelve
from yicheng.core.alerts.tests.conftest import MINUTE, T0, Shelf, Town
from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.current import changed
from yicheng.core.cases.models import Case, CaseClass
from yicheng.core.cases.public import complete_task, open_tasks
from yicheng.core.events.public import drain_outbox, publish
from yicheng.core.kernel import clock
from yicheng.core.notices.models import Notice
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.events import DeviceSpoke
from yicheng.core.sensing.models import Device, DeviceModel
from yicheng.core.sensing.public import NewDevice, register_device

PROJECT = Path(__file__).resolve().parents[4]


def falls(kind: str, *devices: Device) -> None:
    """These devices fall silent, or are heard again, in one go."""
    for device in devices:
        fact = DeviceSpoke(device.pk, device.number, "", organisation_id=device.organisation_id)
        publish(f"sensing.device_{kind}", fact, subject=f"device/{device.pk}", division=device.division_code)
    while drain_outbox():
        pass


@pytest.fixture
def behind(town: Town) -> tuple[Device, Device]:
    """A gateway and a device behind it."""
    DeviceModel.objects.create(code="gw", name="Gateway", is_gateway=True)
    DeviceModel.objects.create(code="th1", name="Logger")
    gateway = register_device(
        SYSTEM, NewDevice("Gateway", "gw", number="G1", organisation_id=town.museum.pk, is_in_service=True)
    )
    logger = register_device(
        SYSTEM,
        NewDevice(
            "Logger", "th1", number="L1", organisation_id=town.museum.pk, gateway="G1", is_in_service=True
        ),
    )
    return gateway, logger


def states() -> dict[str, str]:
    rows = Alert.objects.filter(rule__key="alerts.device_silent").order_by("id")
    return {row.subject_title: row.state for row in rows}


def test_a_silent_device_is_an_alert_until_it_is_heard(behind: tuple[Device, Device], town: Town) -> None:
    _gateway, logger = behind
    falls("silent", logger)
    assert states() == {"Logger L1": "unack"}
    assert (
        Notice.objects.filter(account_id=town.officer.account_id or 0, kind="alerts.raised_yellow").count()
        == 1
    )
    falls("silent", logger)
    falls("heard", logger)
    assert states() == {"Logger L1": "returned"}


@pytest.mark.parametrize("together", [True, False])
def test_behind_a_silent_gateway_devices_are_suppressed(
    behind: tuple[Device, Device], together: bool, town: Town
) -> None:
    gateway, logger = behind
    if together:
        falls("silent", logger, gateway)
        told = Notice.objects.filter(account_id=town.officer.account_id or 0, kind="alerts.raised_yellow")
        assert told.count() == 1
    else:
        falls("silent", logger)
        falls("silent", gateway)
    assert states() == {"Logger L1": "suppressed", "Gateway G1": "unack"}
    falls("heard", gateway)
    assert states() == {"Logger L1": "unack", "Gateway G1": "returned"}


def test_a_fact_without_an_end_closes_when_it_is_answered(behind: tuple[Device, Device], town: Town) -> None:
    from yicheng.core.sensing.events import ClockSkewed

    fact = ClockSkewed(
        behind[1].pk, "L1", "1970-01-01T00:00:00Z", "2026-11-23T00:00:00Z", organisation_id=town.museum.pk
    )
    publish("sensing.clock_skewed", fact, subject=f"device/{behind[1].pk}")
    drain_outbox()
    alert = Alert.objects.get(rule__key="alerts.clock_skewed")
    acknowledge(town.officer, alert.pk)
    alert.refresh_from_db()
    assert alert.state == "normal"


def test_nobody_answers_and_the_next_rung_is_told(town: Town, shelf: Shelf) -> None:
    shelf.says((0, 65.0))
    with clock.at(T0 + 14 * MINUTE):
        assert climb() == 0
    with clock.at(T0 + 16 * MINUTE):
        assert climb() == 1
        assert climb() == 0
    told = Notice.objects.filter(kind="alerts.escalated")
    assert [notice.account_id for notice in told] == [town.leader.account_id]


def test_an_answered_alert_does_not_climb(town: Town, shelf: Shelf) -> None:
    shelf.says((0, 65.0))
    acknowledge(town.officer, Alert.objects.get().pk)
    with clock.at(T0 + 60 * MINUTE):
        assert climb() == 0


def test_shelving_ends_by_the_clock(town: Town, shelf: Shelf) -> None:
    with clock.at(T0):
        shelf.says((0, 65.0))
        alert = Alert.objects.get()
        shelve(town.officer, alert.pk, until=T0 + 60 * MINUTE, reason="Works")
    with clock.at(T0 + 59 * MINUTE):
        assert end_shelving() == 0
    with clock.at(T0 + 61 * MINUTE):
        assert end_shelving() == 1
    alert.refresh_from_db()
    assert alert.state == "unack"


FIRE = AlertRule("trial.fire", "Fire", Severity.RED, "%(subject)s burns.", opens=Opens())


@pytest.fixture
def incident(town: Town) -> Described:
    """The process is published as the made-up town's pack draws it; a rule opens its cases."""
    CaseClass.objects.create(code="A01", application="alerts", kind="event", name="Incident")
    changed()
    drawn = PROJECT / "tests" / "cities" / "tinytown" / "processes" / "alerts_incident.bpmn"
    files = {drawn.name: drawn.read_text(encoding="utf-8")}
    publish_version(SYSTEM, save_version(SYSTEM, INCIDENT.key, files=files).pk)
    ALERT_RULES.fill("alerts", [FIRE])
    return Described("Store", organisation_id=town.museum.pk, division_code="410102")


@pytest.fixture(autouse=True)
def _without_fire():
    yield
    ALERT_RULES._items.pop("trial.fire", None)
    ALERT_RULES._owners.pop("trial.fire", None)


def burning(about: Described, *, is_drill: bool = False) -> Alert:
    return Alert.objects.get(pk=raise_alert(SYSTEM, "trial.fire", "store/1", about=about, is_drill=is_drill))


def step(case_id: int, outcome: str) -> None:
    complete_task(SYSTEM, open_tasks(case_id)[0].pk, outcome=outcome)


def test_an_alert_opens_its_case_which_answers_it(incident: Described) -> None:
    alert = burning(incident)
    case = Case.objects.get(pk=alert.case_id or 0)
    assert (case.title, case.severity, case.source, case.stage) == ("Fire · Store", 1, "alert", "confirm")
    assert burning(incident).case_id == case.pk
    step(case.pk, "confirmed")
    alert.refresh_from_db()
    assert (alert.state, alert.is_false) == ("acked", False)
    step(case.pk, "done")
    step(case.pk, "failed")
    step(case.pk, "done")
    clear_alert(SYSTEM, "trial.fire", "store/1")
    step(case.pk, "passed")
    case.refresh_from_db()
    alert.refresh_from_db()
    assert (case.status, alert.state) == ("closed", "normal")


def test_a_false_alarm_is_judged_by_its_case(incident: Described) -> None:
    alert = burning(incident)
    assert alert.case_id is not None
    step(alert.case_id, "false_alarm")
    alert.refresh_from_db()
    assert (alert.is_false, alert.state) == (True, "acked")
    assert Case.objects.get(pk=alert.case_id or 0).status == "closed"


def test_a_case_that_nobody_began_ends_with_its_alert(incident: Described) -> None:
    alert = burning(incident)
    clear_alert(SYSTEM, "trial.fire", "store/1")
    while drain_outbox():
        pass
    alert.refresh_from_db()
    assert Case.objects.get(pk=alert.case_id or 0).status == "closed"
    assert (alert.state, alert.is_false) == ("normal", None)


def test_why_no_case_could_be_opened_is_kept(town: Town) -> None:
    ALERT_RULES.fill("alerts", [FIRE])
    alert = burning(Described("Store", organisation_id=town.museum.pk))
    assert alert.case_id is None
    assert "A01" in alert.case_fault


def test_a_drill_opens_a_case_that_says_so(incident: Described) -> None:
    alert = burning(incident, is_drill=True)
    assert Case.objects.get(pk=alert.case_id or 0).title.startswith("DRILL: Fire")
