"""Warnings to the public: issued, updated, cancelled, expired, received; exercises stay inside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from yicheng.core.alerts.actions.issuing import NewWarning
from yicheng.core.alerts.declare import Described
from yicheng.core.alerts.models import PublicWarning
from yicheng.core.alerts.public import (
    cancel_warning,
    publish_warning,
    raise_alert,
    receive_warning,
    update_warning,
    warning_detail,
    warning_document,
    warnings_in_force,
    warnings_of,
)
from yicheng.core.alerts.tests.conftest import T0, Town, staff
from yicheng.core.alerts.tests.test_cap import NATIONAL
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.people.public import STRANGER, SYSTEM, Viewer

GALE = NewWarning("11B06", 3, "Gusts of force 8.", instruction="Stay in.", divisions=("410102",))
HOUR = timedelta(hours=1)


@pytest.fixture
def editor(town: Town) -> Viewer:
    return staff("editor", town.museum, "alerts.publish_warning", "alerts.see_alerts", everywhere=True)


def headlines() -> list[str]:
    return [row.headline for row in warnings_in_force()]


def test_a_warning_stands_until_it_is_updated_and_cancelled(editor: Viewer) -> None:
    with clock.at(T0):
        first = publish_warning(editor, GALE)
        assert headlines() == ["Museum发布大风黄色预警[III级/较大]"]
        assert first.identifier == "museum_20261123160000"
    with clock.at(T0 + HOUR):
        second = update_warning(editor, first.pk, NewWarning("11B06", 2, "Force 10."))
        assert headlines() == ["Museum更新大风橙色预警[II级/重大]"]
        with pytest.raises(Conflict):
            update_warning(editor, first.pk, GALE)
        with pytest.raises(Conflict):
            cancel_warning(editor, first.pk, reason="Late")
    with clock.at(T0 + 2 * HOUR):
        with pytest.raises(Invalid):
            cancel_warning(editor, second.pk, reason=" ")
        last = cancel_warning(editor, second.pk, reason="The wind has gone.")
        assert headlines() == []
        detail = warning_detail(STRANGER, first.identifier)
        assert [one.msg_type for one in detail.chain] == ["Alert", "Update", "Cancel"]
        assert (detail.state, detail.newest.pk) == ("updated", last.pk)
        document = warning_document(STRANGER, last.identifier).decode()
        assert f"museum,{second.identifier},2026-11-23T17:00:00+08:00" in document
        assert "<responseType>AllClear</responseType>" in document


def test_a_warning_expires_and_one_of_tomorrow_does_not_stand_yet(editor: Viewer) -> None:
    with clock.at(T0):
        publish_warning(editor, NewWarning("11B03", 1, "Rain", expires_at=T0 + HOUR))
        publish_warning(
            editor, NewWarning("11B09", 4, "Heat", effective_at=T0 + 2 * HOUR, expires_at=T0 + 3 * HOUR)
        )
        assert len(headlines()) == 1
    with clock.at(T0 + HOUR):
        assert headlines() == []
    with clock.at(T0 + 2 * HOUR):
        assert len(headlines()) == 1


def test_the_most_serious_comes_first_and_identifiers_do_not_collide(editor: Viewer) -> None:
    with clock.at(T0):
        rows = [publish_warning(editor, NewWarning("11B06", severity, "x")) for severity in (4, 1, 2)]
        assert [row.severity for row in warnings_in_force()] == [1, 2, 4]
    assert len({row.identifier for row in rows}) == 3


def test_exercises_and_drills_never_reach_the_public(editor: Viewer, town: Town) -> None:
    about = Described("Store", organisation_id=town.museum.pk)
    drill = raise_alert(SYSTEM, "trial.damp", "x/1", about=about, is_drill=True)
    with pytest.raises(Conflict):
        publish_warning(editor, NewWarning("11B06", 3, "x", alert_id=drill))
    assert not PublicWarning.objects.exists()
    row = publish_warning(editor, NewWarning("11B06", 3, "x", alert_id=drill, is_exercise=True))
    assert row.status == "Exercise"
    assert headlines() == []
    assert not warnings_of(STRANGER).exists()
    with pytest.raises(NotFound):
        warning_detail(STRANGER, row.identifier)
    with pytest.raises(NotFound):
        warning_document(town.officer, row.identifier)
    assert warnings_of(editor).count() == 1


def test_who_may_not_issues_nothing(town: Town) -> None:
    for nobody, refusal in ((town.officer, Forbidden), (STRANGER, SignInRequired)):
        with pytest.raises(refusal):
            publish_warning(nobody, GALE)
        with pytest.raises(refusal):
            receive_warning(nobody, NATIONAL.encode())
    assert not PublicWarning.objects.exists()


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewWarning("11B06", 3, "  "), "description"),
        (NewWarning("", 3, "x"), "event_type"),
        (NewWarning("11B06", 5, "x"), "severity"),
        (NewWarning("11B06", 3, "x", expires_at=T0 - HOUR), "expires_at"),
    ],
)
def test_what_is_not_complete_is_refused_by_field(editor: Viewer, new: NewWarning, field: str) -> None:
    with clock.at(T0), pytest.raises(Invalid) as refused:
        publish_warning(editor, new)
    assert field in refused.value.fields
    assert not PublicWarning.objects.exists()


def test_warnings_of_others_are_taken_once_and_follow_their_chain(town: Town) -> None:
    gateway = staff("gate", town.museum, "alerts.receive_warning")
    content = NATIONAL.encode()
    with clock.at(T0):
        row = receive_warning(gateway, content)
        assert receive_warning(gateway, content).pk == row.pk
        assert (row.severity, row.source) == (3, NATIONAL)
        assert headlines() == ["市气象局发布大风黄色预警"]
        over = (
            NATIONAL.replace("20261123080000", "20261123090000", 1)
            .replace("<msgType>Alert", "<msgType>Cancel")
            .replace("<references/>", f"<references>{row.identifier}</references>")
            .replace("08:00:00+08:00", "09:00:00+08:00")
        )
        receive_warning(gateway, over.encode())
        assert headlines() == []
    with pytest.raises(Invalid):
        receive_warning(
            gateway, NATIONAL.replace("<scope>Public", "<scope>Restricted").replace("_2026", "_2027").encode()
        )
    with pytest.raises(Invalid):
        receive_warning(
            gateway, NATIONAL.replace("<msgType>Alert", "<msgType>Ack").replace("_2026", "_2028").encode()
        )
    assert PublicWarning.objects.count() == 2


def test_messages_that_arrive_in_the_wrong_order_leave_the_newest_in_force(town: Town) -> None:
    gateway = staff("gate", town.museum, "alerts.receive_warning")

    def sent(hour: int, kind: str, references: str) -> str:
        return (
            NATIONAL.replace("20261123080000", f"2026112308000{hour}", 1).replace("<msgType>Alert", f"<msgType>{kind}")
            .replace("<references/>", f"<references>{references}</references>")
            .replace("2026-11-23 08:00", f"2026-11-23 0{hour}:00").replace("大风黄色", f"大风{hour}")
        )  # fmt: skip

    with clock.at(T0):
        receive_warning(gateway, sent(1, "Alert", "").encode())
        receive_warning(gateway, sent(3, "Update", "41010041600000_20261123080001").encode())
        receive_warning(gateway, sent(2, "Update", "41010041600000_20261123080001").encode())
        assert headlines() == ["市气象局发布大风3预警"]
