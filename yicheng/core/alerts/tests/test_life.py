"""The life of an alert: raised once, told once, answered, over, shelved, suppressed, out of service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from yicheng.core.alerts.declare import Described
from yicheng.core.alerts.models import Alert, Transition
from yicheng.core.alerts.public import (
    acknowledge,
    active_of,
    alert_counts,
    alert_detail,
    alerts_for,
    clear_alert,
    judge,
    put_into_service,
    raise_alert,
    return_to_service,
    shelve,
    take_out_of_service,
    text_of,
    title_of,
)
from yicheng.core.alerts.tests.conftest import Town
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.notices.models import Notice
from yicheng.core.notices.public import inbox
from yicheng.core.people.public import STRANGER, SYSTEM

T0 = datetime(2026, 11, 2, 8, tzinfo=UTC)
VALUES = {"value": 64.5, "unit": "%", "limit": 60.0}


def damp(town: Town, *, subject: str = "thing/1", is_drill: bool = False) -> int:
    about = Described("Scroll 1", organisation_id=town.museum.pk, division_code="410102")
    return raise_alert(SYSTEM, "trial.damp", subject, about=about, values=VALUES, is_drill=is_drill)


def states(alert_id: int) -> list[tuple[str, str, str]]:
    rows = Transition.objects.filter(alert_id=alert_id).order_by("recorded_at", "id")
    return [(row.before, row.after, row.cause) for row in rows]


def test_it_is_raised_told_answered_and_ends_by_itself(town: Town) -> None:
    with clock.at(T0):
        alert_id = damp(town)
    alert = Alert.objects.get(pk=alert_id)
    assert (alert.state, alert.severity, alert.application) == ("unack", 2, "alerts")
    assert (title_of(alert), text_of(alert)) == ("Too damp", "Scroll 1: 64.5 %, above 60.0.")
    told = inbox(town.officer).urgent
    assert [(one.title, one.text) for one in told] == [
        ("orange alert: Too damp", "Scroll 1: 64.5 %, above 60.0.")
    ]
    assert not inbox(town.parkman).urgent
    assert not inbox(town.clerk).urgent

    acknowledge(town.officer, alert_id, note="On my way")
    assert active_of(["thing/1", "thing/2"])["thing/1"][0].state == "acked"
    assert active_of(["thing/1", "thing/2"])["thing/2"] == []
    clear_alert(SYSTEM, "trial.damp", "thing/1")
    alert.refresh_from_db()
    assert (alert.state, alert.is_met) == ("normal", False)
    assert alert.closed_at is not None
    assert states(alert_id) == [
        ("normal", "unack", "raised"),
        ("unack", "acked", "acknowledged"),
        ("acked", "normal", "cleared"),
    ]
    assert clear_alert(SYSTEM, "trial.damp", "thing/1") is None


def test_an_alert_nobody_answered_stays_until_somebody_does(town: Town) -> None:
    alert_id = damp(town)
    clear_alert(SYSTEM, "trial.damp", "thing/1")
    assert Alert.objects.get(pk=alert_id).state == "returned"
    assert [row.pk for row in alerts_for(town.officer, shown="waiting")] == [alert_id]
    acknowledge(town.officer, alert_id)
    assert Alert.objects.get(pk=alert_id).state == "normal"
    with pytest.raises(Conflict):
        acknowledge(town.officer, alert_id)


def test_the_same_matter_is_one_alert_and_told_once(town: Town) -> None:
    first = damp(town)
    assert damp(town) == first
    clear_alert(SYSTEM, "trial.damp", "thing/1")
    assert damp(town) == first
    alert = Alert.objects.get(pk=first)
    assert (alert.count, alert.state, alert.is_met) == (2, "unack", True)
    mine = Notice.objects.filter(account_id=town.officer.account_id or 0).order_by("pk")
    assert [notice.kind for notice in mine] == ["alerts.raised_orange", "alerts.over"]


def test_a_closed_alert_begins_anew(town: Town) -> None:
    first = damp(town)
    acknowledge(town.officer, first)
    clear_alert(SYSTEM, "trial.damp", "thing/1")
    assert damp(town) != first


def test_a_shelved_alert_is_silent_and_comes_back(town: Town) -> None:
    alert_id = damp(town)
    with pytest.raises(Invalid):
        shelve(town.officer, alert_id, until=clock.now() + timedelta(days=31), reason="Works")
    with pytest.raises(Invalid):
        shelve(town.officer, alert_id, until=clock.now() + timedelta(hours=1), reason=" ")
    shelve(town.officer, alert_id, until=clock.now() + timedelta(hours=1), reason="Works")
    assert not alerts_for(town.officer).exists()
    assert [row.pk for row in alerts_for(town.officer, shown="shelved")] == [alert_id]
    clear_alert(SYSTEM, "trial.damp", "thing/1")
    assert damp(town) == alert_id
    assert Alert.objects.get(pk=alert_id).state == "shelved"
    return_to_service(town.officer, alert_id)
    assert Alert.objects.get(pk=alert_id).state == "unack"


def test_a_shelved_alert_that_is_over_closes(town: Town) -> None:
    alert_id = damp(town)
    shelve(town.officer, alert_id, until=clock.now() + timedelta(hours=1), reason="Works")
    clear_alert(SYSTEM, "trial.damp", "thing/1")
    return_to_service(town.officer, alert_id)
    assert Alert.objects.get(pk=alert_id).state == "normal"


def test_a_child_is_suppressed_under_its_parent_fault_and_shown_after_it(town: Town) -> None:
    about = Described("Gateway", organisation_id=town.museum.pk)
    raise_alert(SYSTEM, "trial.down", "gateway/1", about=about)
    child = raise_alert(SYSTEM, "trial.mute", "device/9", about=about)
    over = raise_alert(SYSTEM, "trial.mute", "device/10", about=about)
    assert Alert.objects.get(pk=child).state == "suppressed"
    assert not Notice.objects.filter(subject=f"alert/{child}").exists()
    clear_alert(SYSTEM, "trial.mute", "device/10")
    assert Alert.objects.get(pk=over).state == "normal"
    clear_alert(SYSTEM, "trial.down", "gateway/1")
    assert Alert.objects.get(pk=child).state == "unack"
    assert Notice.objects.filter(subject=f"alert/{child}").exists()
    assert states(child) == [
        ("normal", "unack", "raised"),
        ("unack", "suppressed", "suppressed"),
        ("suppressed", "unack", "unsuppressed"),
    ]


def test_children_that_spoke_first_are_suppressed_when_the_parent_is_found(town: Town) -> None:
    about = Described("Gateway", organisation_id=town.museum.pk)
    child = raise_alert(SYSTEM, "trial.mute", "device/9", about=about)
    raise_alert(SYSTEM, "trial.down", "gateway/1", about=about)
    assert Alert.objects.get(pk=child).state == "suppressed"
    clear_alert(SYSTEM, "trial.down", "gateway/1")
    assert Alert.objects.get(pk=child).state == "unack"


def test_a_rule_out_of_service_records_and_tells_nobody(town: Town) -> None:
    with pytest.raises(Forbidden):
        take_out_of_service(town.officer, "trial.damp", reason="Calibration")
    standing = damp(town)
    take_out_of_service(town.engineer, "trial.damp", reason="Calibration")
    hidden = damp(town, subject="thing/2")
    assert {Alert.objects.get(pk=pk).state for pk in (standing, hidden)} == {"out"}
    assert not Notice.objects.filter(subject=f"alert/{hidden}").exists()
    put_into_service(town.engineer, "trial.damp")
    assert {Alert.objects.get(pk=pk).state for pk in (standing, hidden)} == {"unack"}
    with pytest.raises(Conflict):
        put_into_service(town.engineer, "trial.damp")


def test_a_drill_says_so_and_stands_beside_the_real_one(town: Town) -> None:
    real, drill = damp(town), damp(town, is_drill=True)
    assert real != drill
    assert title_of(Alert.objects.get(pk=drill)) == "DRILL: Too damp"
    assert any(one.title == "orange alert: DRILL: Too damp" for one in inbox(town.officer).urgent)
    clear_alert(SYSTEM, "trial.damp", "thing/1", is_drill=True)
    assert Alert.objects.get(pk=real).is_met


def test_others_do_not_know_of_it(town: Town) -> None:
    alert_id = damp(town)
    assert alert_detail(town.officer, alert_id).may_answer
    assert not alert_detail(town.leader, alert_id).may_answer
    assert alert_counts(town.officer) == {(2, "unack"): 1}
    assert alert_counts(town.parkman) == {}
    for outsider in (town.parkman, town.clerk, STRANGER):
        with pytest.raises(NotFound):
            alert_detail(outsider, alert_id)
        with pytest.raises(NotFound):
            acknowledge(outsider, alert_id)
    with pytest.raises(Forbidden):
        acknowledge(town.leader, alert_id)
    with pytest.raises((Forbidden, SignInRequired)):
        raise_alert(STRANGER, "trial.damp", "thing/1")
    with pytest.raises(NotFound):
        raise_alert(SYSTEM, "trial.absent", "thing/1")
    assert Alert.objects.get(pk=alert_id).state == "unack"


def test_those_who_are_told_may_look_and_answer_without_a_right_of_this_package(town: Town) -> None:
    alert_id = raise_alert(
        SYSTEM, "trial.ours", "thing/3", about=Described("It", organisation_id=town.park.pk)
    )
    assert alert_detail(town.parkman, alert_id).may_answer
    assert Notice.objects.filter(subject=f"alert/{alert_id}").count() == 2


def test_a_judgement_is_kept(town: Town) -> None:
    alert_id = damp(town)
    judge(town.officer, alert_id, is_false=True, note="Steam of a kettle")
    assert Alert.objects.get(pk=alert_id).is_false is True
    assert states(alert_id)[-1] == ("unack", "unack", "judged_false")


def test_history_can_not_be_changed(town: Town) -> None:
    alert_id = damp(town)
    for statement in ("UPDATE alerts_transition SET note = 'x'", "DELETE FROM alerts_transition"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert len(states(alert_id)) == 1
