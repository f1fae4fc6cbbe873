"""Timers fire once, in batches; the ladder tells the right people; what fails waits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import translation

from yicheng.core.cases.actions import cancel_case, deliver_message
from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.current import changed
from yicheng.core.cases.firing import fire_due_timers
from yicheng.core.cases.models import CaseState, CaseStep, Escalation, Task, Timer
from yicheng.core.cases.public import escalation_texts
from yicheng.core.cases.tests.conftest import City
from yicheng.core.cases.tests.drawings import bpmn, chain, element, end, message, start, timer, user
from yicheng.core.cases.tests.test_life import MONDAY, begin, do, to_handling
from yicheng.core.events.models import OutboxEvent
from yicheng.core.kernel import clock
from yicheng.core.notices.models import Notice
from yicheng.core.people.models import Role
from yicheng.core.people.public import SYSTEM

LATE = bpmn(
    start(), user("handle"), element("boundaryEvent", "late", timer("P3D"), attachedToRef="handle"), user("close"),
    element("intermediateCatchEvent", "dry", message("m1")), end(), chain("begin", "handle", "dry", "close", "finish"),
    element("sequenceFlow", "f_late", sourceRef="late", targetRef="close"),
    extra=element("message", "m1", name="weather_cleared"),
)  # fmt: skip


def publish(source: bytes) -> None:
    publish_version(SYSTEM, save_version(SYSTEM, "trial.case", files={"p.bpmn": source.decode()}).pk)


def test_a_drawn_timer_moves_the_case_once(city: City) -> None:
    publish(LATE)
    begin(city)
    assert Timer.objects.get().due_at == MONDAY + timedelta(days=3)
    with clock.at(MONDAY + timedelta(days=2)):
        assert fire_due_timers() == 0
    with clock.at(MONDAY + timedelta(days=3, minutes=1)):
        assert fire_due_timers() == 1
        assert fire_due_timers() == 0
    assert list(Task.objects.order_by("id").values_list("kind", "status")) == [
        ("trial.handle", "cancelled"),
        ("trial.close", "open"),
    ]
    assert not Timer.objects.exists()
    assert CaseStep.objects.filter(action="timer").count() == 1


def test_ending_the_step_ends_its_timer_and_a_message_goes_on(city: City) -> None:
    publish(LATE)
    done = begin(city)
    assert do(city.handler, done).open_tasks == ()
    assert not Timer.objects.exists()
    moved = deliver_message(done.case.pk, "weather_cleared")
    assert [task.kind for task in moved.open_tasks] == ["trial.close"]


def test_the_ladder_tells_who_is_meant_once(city: City) -> None:
    for level, amount, unit, tell, where in [
        ("near", -1, "work_hour", "assignee", "own"),
        ("late", 1, "work_day", "cases.manage_case", "city"),
    ]:
        Escalation.objects.create(level=level, amount=Decimal(amount), unit=unit, tell=tell, where=where,
                                  task="trial.handle")  # fmt: skip
    changed()
    done = to_handling(city)
    task = done.open_tasks[0]
    assert list(Timer.objects.values_list("key", "task_id")) == [("near", task.pk)]
    Task.objects.filter(pk=task.pk).update(assignee_id=city.handler.account_id)
    assert task.due_at is not None
    with clock.at(task.due_at - timedelta(minutes=30)):
        assert fire_due_timers() == 1
    assert list(Notice.objects.values_list("account_id", "kind")) == [
        (city.handler.account_id, "cases.task_due_soon")
    ]
    assert list(Timer.objects.values_list("key", "task_id")) == [("late", task.pk)]
    with clock.at(task.due_at + timedelta(days=10)):
        assert fire_due_timers() == 1
        assert fire_due_timers() == 0
    assert CaseStep.objects.filter(action="escalated").count() == 2
    assert OutboxEvent.objects.filter(key="cases.task_escalated").count() == 2


def test_rungs_reached_while_nobody_looked_are_all_told(city: City) -> None:
    for level, amount in [("third", 2), ("first", -1), ("second", 1)]:
        Escalation.objects.create(
            level=level, amount=Decimal(amount), unit="work_day", tell="assignee", task="trial.handle"
        )
    changed()
    task = to_handling(city).open_tasks[0]
    assert task.due_at is not None
    with clock.at(task.due_at + timedelta(days=30)):
        assert fire_due_timers() == 1
        assert fire_due_timers() == 0
    told = CaseStep.objects.filter(action="escalated").order_by("id").values_list("note", flat=True)
    assert list(told) == ["first", "second", "third"]
    assert not Timer.objects.exists()


def test_the_rungs_are_told_in_words(city: City) -> None:
    Role.objects.create(code="head", name="部门负责人", name_en="Head of a department")
    for level, amount, tell, where in [
        ("near", "-1", "assignee", "own"),
        ("due", "0", "head", "own"),
        ("late", "2", "head", "above"),
        ("later", "3", "trial.file", "city"),
    ]:
        Escalation.objects.create(
            level=level, amount=Decimal(amount), unit="work_hour", tell=tell, where=where
        )
    changed()
    assert escalation_texts(["near", "due", "late", "later", "gone"]) == {
        "near": "Told 1 working hour before the due time: whoever has the step",
        "due": "Told at the due time: Head of a department",
        "late": "Told 2 working hours after the due time: Head of a department of the body above",
        "later": "Told 3 working hours after the due time: file",
    }
    with translation.override("zh-hans"):
        assert escalation_texts(["due"]) == {"due": "到期时告知：部门负责人"}


def test_a_case_that_is_over_keeps_no_timer(city: City) -> None:
    publish(LATE)
    done = begin(city)
    cancel_case(city.manager, done.case.pk, note="a mistake")
    assert not Timer.objects.exists()


def test_what_fails_is_tried_again_later_and_stops_nobody(city: City) -> None:
    publish(LATE)
    bad, good = begin(city), begin(city)
    CaseState.objects.filter(case_id=bad.case.pk).update(data=b"damaged")
    with clock.at(MONDAY + timedelta(days=4)):
        assert fire_due_timers() == 1
        left = Timer.objects.get()
        assert (left.case_id, left.attempts) == (bad.case.pk, 1)
        assert left.due_at > clock.now()
    assert Task.objects.get(case_id=good.case.pk, status="open").kind == "trial.close"
