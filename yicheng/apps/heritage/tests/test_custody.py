"""Custody: orders approved by grade, two people at the hand-over, a ledger that only grows, an alert without an order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from yicheng.apps.heritage.actions.chips import bind_chip
from yicheng.apps.heritage.actions.custody import CLASS, PROCESS, NewMovement, order_movement
from yicheng.apps.heritage.actions.relics import register_relic
from yicheng.apps.heritage.kinds import RELIC
from yicheng.apps.heritage.models import CustodyEntry, Movement, Relic
from yicheng.apps.heritage.permissions import HAND_OVER, ORDER, VIEW_RELICS
from yicheng.apps.heritage.queries.custody import movements, narrowed
from yicheng.apps.heritage.tests.conftest import Town
from yicheng.apps.heritage.tests.test_climate import a_chip, rules_about, say
from yicheng.apps.heritage.tests.test_registers import a_relic
from yicheng.core.cases.models import CaseClass
from yicheng.core.cases.public import complete_task, open_tasks, publish_process, save_process
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, SignInRequired
from yicheng.core.people.models import Account
from yicheng.core.people.public import STRANGER, SYSTEM, Scope, Viewer

DRAWING = Path(__file__).parents[4] / "cities/zhengzhou/processes/heritage_movement.bpmn"


@pytest.fixture
def drawn(town: Town) -> None:
    CaseClass.objects.create(code=CLASS, application="heritage", kind="event", name="Movement")
    version = save_process(SYSTEM, PROCESS, files={DRAWING.name: DRAWING.read_text()})
    publish_process(SYSTEM, version.pk)


@pytest.fixture
def bronze(town: Town) -> Relic:
    return register_relic(SYSTEM, a_relic(town.store.pk))


def somebody(name: str) -> Viewer:
    account = Account.objects.create(username=name, display_name=name.title(), kind="staff")
    return Viewer(kind="staff", account_id=account.pk, name=name, grants={HAND_OVER: (Scope(),)})


def step(viewer: Viewer, row: Movement, outcome: str) -> str:
    """Do the open step of the order's case; answers which it was."""
    task = open_tasks(row.case_id or 0)[0]
    complete_task(viewer, task.pk, outcome=outcome)
    row.refresh_from_db()
    return str(task.kind)


def to_hall(town: Town, **more: object) -> NewMovement:
    return NewMovement("exhibit", town.hall.pk, "Spring show", **more)  # type: ignore[arg-type]


def test_first_grade_goes_by_the_bureau_and_two_people(town: Town, drawn: None, bronze: Relic) -> None:
    row = order_movement(SYSTEM, bronze.pk, to_hall(town))
    with pytest.raises(Conflict):
        order_movement(SYSTEM, bronze.pk, to_hall(town))
    giver, taker = somebody("giver"), somebody("taker")
    assert [step(SYSTEM, row, "approve"), row.status] == ["heritage.approve", "asked"]
    assert [step(SYSTEM, row, "approve"), row.status] == ["heritage.approve_first", "approved"]
    assert [step(giver, row, "done"), row.status] == ["heritage.hand_over", "out"]
    with pytest.raises(Conflict):
        step(giver, row, "done")
    assert [step(taker, row, "done"), row.status] == ["heritage.receive", "received"]
    bronze.refresh_from_db()
    assert bronze.place == town.hall
    entry = CustodyEntry.objects.get()
    assert (entry.place, entry.handed_by_name, entry.received_by_name) == (town.hall, "Giver", "Taker")
    with pytest.raises(DatabaseError), transaction.atomic():
        CustodyEntry.objects.update(received_by_name="Nobody")


def test_others_go_by_the_keeper_alone_and_a_no_ends_it(town: Town, drawn: None) -> None:
    jar = register_relic(SYSTEM, a_relic(town.store.pk, "M-9", grade="third"))
    row = order_movement(SYSTEM, jar.pk, to_hall(town))
    assert [step(SYSTEM, row, "approve"), row.status] == ["heritage.approve", "approved"]
    other = register_relic(SYSTEM, a_relic(town.store.pk, "M-10", grade="third"))
    row = order_movement(SYSTEM, other.pk, to_hall(town))
    assert [step(SYSTEM, row, "refuse"), row.status] == ["heritage.approve", "refused"]
    assert not open_tasks(row.case_id or 0)


def test_an_order_is_whole_and_of_its_keeper(town: Town, drawn: None, bronze: Relic) -> None:
    with pytest.raises(Invalid) as refused:
        order_movement(SYSTEM, bronze.pk, NewMovement("loan", town.store.pk, ""))
    assert set(refused.value.fields) == {"to_place_id", "reason", "back_on"}
    for viewer in (STRANGER, town.staff(town.bureau, ORDER)):
        with pytest.raises((Forbidden, SignInRequired)):
            order_movement(viewer, bronze.pk, to_hall(town))
    assert not Movement.objects.exists()
    assert not movements(town.staff(town.bureau, VIEW_RELICS)).exists()


def test_what_should_be_back_is_listed(town: Town, drawn: None) -> None:
    jar = register_relic(SYSTEM, a_relic(town.store.pk, "M-9", grade="third"))
    with clock.at(clock.now() - timedelta(days=9)):
        day = (clock.now() + timedelta(days=2)).date()
        row = order_movement(SYSTEM, jar.pk, to_hall(town, back_on=day))
        for viewer, outcome in (
            (SYSTEM, "approve"),
            (somebody("giver"), "done"),
            (somebody("taker"), "done"),
        ):
            step(viewer, row, outcome)
    assert list(narrowed(movements(SYSTEM), "overdue")) == [row]
    back = order_movement(SYSTEM, jar.pk, NewMovement("return", town.store.pk, "Back"))
    for viewer, outcome in ((SYSTEM, "approve"), (somebody("g2"), "done"), (somebody("t2"), "done")):
        step(viewer, back, outcome)
    assert not narrowed(movements(SYSTEM), "overdue").exists()


def test_carried_off_without_an_order_is_an_alert_and_with_one_is_none(
    town: Town, drawn: None, bronze: Relic
) -> None:
    subject = f"{RELIC}/{bronze.pk}"
    bind_chip(SYSTEM, bronze.pk, device_id=a_chip(town, "C1"), component=1)
    say("C1", "presence", 1)
    assert rules_about(subject) == set()
    say("C1", "presence", 0)
    say("C1", "tamper", 1)
    assert rules_about(subject) == {"heritage.carried_off", "heritage.tampered"}
    say("C1", "presence", 1)
    say("C1", "tamper", 0)
    assert rules_about(subject) == set()
    row = order_movement(SYSTEM, bronze.pk, to_hall(town))
    step(SYSTEM, row, "approve")
    step(SYSTEM, row, "approve")
    say("C1", "movement", 1)
    say("C1", "presence", 0)
    assert rules_about(subject) == set()
