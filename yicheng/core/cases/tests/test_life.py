"""The life of a case in the database: from report to close, with everything that comes between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from yicheng.core.cases import actions, queries
from yicheng.core.cases.explain import explain_due
from yicheng.core.cases.models import Case, CaseState, CaseStep, ClockChange, StartedOnce, Task, Timer
from yicheng.core.cases.public import Done, NewCase, complete_task, start_case
from yicheng.core.cases.tests.conftest import CLOSED, City
from yicheng.core.events.models import OutboxEvent
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import STRANGER, Viewer

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


def begin(city: City, **columns: Any) -> Done:
    new = {
        "class_code": "0101",
        "title": "中山路井盖破损",
        "source": "portal",
        "division_code": "410102",
        **columns,
    }
    with clock.at(columns.pop("moment", MONDAY)):
        return start_case(
            city.clerk, NewCase("trial.case", **{k: v for k, v in new.items() if k != "moment"})
        )


def do(viewer: Viewer, done: Done, outcome: str = "done", data: dict[str, Any] | None = None) -> Done:
    return complete_task(viewer, done.open_tasks[0].pk, outcome=outcome, data=data)


def to_handling(city: City, **columns: Any) -> Done:
    with clock.at(MONDAY):
        return do(city.clerk, do(city.clerk, begin(city, **columns), "accept"))


def test_a_case_begins_with_its_first_task(city: City) -> None:
    done = begin(city)
    case, (task,) = Case.objects.get(), done.open_tasks
    assert (case.stage, case.status, case.version_id) == ("intake", "open", city.version.pk)
    assert (task.kind, task.organisation_id, task.pk) == ("trial.file", city.centre.pk, Task.objects.get().pk)
    assert case.due_at == datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
    assert [step.action for step in CaseStep.objects.all()] == ["started"]
    assert case.number
    assert CaseState.objects.count() == 1
    assert OutboxEvent.objects.get().key == "cases.case_started"


def test_a_case_goes_to_its_end(city: City) -> None:
    done = to_handling(city)
    assert (done.case.stage, done.open_tasks[0].organisation_id) == ("work", city.roads.pk)
    assert done.open_tasks[0].due_at == datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    with clock.at(MONDAY + timedelta(days=3)):
        done = do(city.handler, done)
        done = do(city.clerk, done, "fail")
        assert (done.case.rework_count, done.open_tasks[0].kind) == (1, "trial.handle")
        done = do(city.clerk, do(city.handler, done), "pass")
        done = do(city.clerk, done)
    case = Case.objects.get()
    assert (case.status, case.is_on_time, case.rework_count) == ("closed", True, 1)
    assert done.open_tasks == ()
    assert [case.pk] == CLOSED
    assert list(Task.objects.order_by("id").values_list("kind", "is_on_time"))[2] == ("trial.handle", False)
    assert OutboxEvent.objects.filter(key="cases.case_closed").count() == 1


def test_what_a_step_sets_on_the_case_is_kept_and_decides(city: City) -> None:
    done = do(city.clerk, begin(city), "accept")
    done = do(city.clerk, done, data={"severity": 1, "organisation_id": city.water.pk})
    case = Case.objects.get()
    assert (case.severity, case.organisation_id) == (1, city.water.pk)
    assert (done.open_tasks[0].organisation_id, done.open_tasks[0].severity) == (city.water.pk, 1)


def test_the_dispatch_table_and_the_owner(city: City) -> None:
    assert (
        to_handling(city, class_code="0102", division_code="410105001").open_tasks[0].organisation_id
        == city.water.pk
    )
    assert (
        to_handling(city, class_code="0102", division_code="410102").open_tasks[0].organisation_id
        == city.roads.pk
    )
    owned = to_handling(city, organisation_id=city.water.pk)
    assert owned.open_tasks[0].organisation_id == city.water.pk


def test_whoever_has_no_right_to_a_task_learns_nothing_of_it(city: City) -> None:
    done = begin(city)
    do(city.clerk, done, "accept")
    for viewer in (city.handler, Viewer("resident", city.clerk.account_id)):
        with pytest.raises(NotFound):
            do(viewer, done, "accept")


def test_a_form_is_read_with_the_task_locked_and_what_it_refuses_changes_nothing(city: City) -> None:
    done = begin(city)
    seen = []

    def refuse(task: Task) -> Any:
        seen.append((task.pk, task.case.pk))
        raise Invalid("no")

    with pytest.raises(Invalid):
        actions.complete_task(city.clerk, done.open_tasks[0].pk, outcome="accept", data=refuse)
    assert seen == [(done.open_tasks[0].pk, done.case.pk)]
    assert Task.objects.get().status == Task.Status.OPEN
    ended = actions.complete_task(
        city.clerk, done.open_tasks[0].pk, outcome="accept", data=lambda _task: ({}, "seen on site")
    )
    assert CaseStep.objects.filter(case=ended.case, note="seen on site").count() == 1


def test_the_most_specific_limit_counts(city: City) -> None:
    assert begin(city, class_code="0102", severity=1).case.due_at == MONDAY + timedelta(hours=4)
    assert begin(city, class_code="0102", severity=2).case.due_at == datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


def test_double_submit_does_nothing_twice(city: City) -> None:
    done = begin(city)
    do(city.clerk, done, "accept")
    with pytest.raises(Conflict):
        do(city.clerk, done, "accept")
    assert Task.objects.count() == 2
    assert CaseStep.objects.count() == 2


def test_a_case_sent_twice_begins_once(city: City) -> None:
    new = NewCase("trial.case", "0101", "x", "portal")
    first = start_case(city.clerk, new, idempotency_key="k1")
    again = start_case(city.clerk, new, idempotency_key="k1")
    other = start_case(city.clerk, new, idempotency_key="k2")
    assert (again.case.pk, again.open_tasks[0].pk) == (first.case.pk, first.open_tasks[0].pk)
    assert other.case.pk != first.case.pk
    assert (Case.objects.count(), StartedOnce.objects.count()) == (2, 2)


def test_rights_decide(city: City) -> None:
    done = to_handling(city)
    with pytest.raises(NotFound):
        do(city.waterman, done)
    with pytest.raises(NotFound):
        do(city.stranger_at_work, done)
    with pytest.raises(Forbidden):
        start_case(city.stranger_at_work, NewCase("trial.case", "0101", "x", "portal"))
    with pytest.raises(Exception, match="sign in"):
        do(STRANGER, done)
    assert do(city.manager, done).open_tasks[0].kind == "trial.verify"


def test_faulty_requests_change_nothing(city: City) -> None:
    done = begin(city)
    with pytest.raises(Invalid):
        do(city.clerk, done, "nonsense")
    with pytest.raises(Invalid):
        begin(city, class_code="9999")
    with pytest.raises(NotFound):
        complete_task(city.clerk, 10**9, outcome="done")
    assert (Case.objects.count(), Task.objects.filter(status="open").count()) == (1, 1)


def test_running_cases_finish_on_their_version(city: City) -> None:
    from yicheng.core.cases.actions.processes import publish_version, save_version
    from yicheng.core.people.public import SYSTEM

    old = begin(city)
    files = {name: text.replace('name="Handle"', 'name="Mend"') for name, text in city.version.files.items()}
    version = publish_version(SYSTEM, save_version(SYSTEM, "trial.case", files=files).pk)
    new = begin(city)
    assert (new.case.version_id, old.case.version_id) == (version.pk, city.version.pk)
    do(city.clerk, do(city.clerk, old, "accept"))
    city.version.refresh_from_db()
    assert city.version.status == "retired"


def test_claiming_assigning_releasing(city: City) -> None:
    done = to_handling(city)
    task = done.open_tasks[0]
    assert actions.claim_task(city.handler, task.pk).assignee_id == city.handler.account_id
    colleague = Viewer("staff", city.waterman.account_id, "w", city.roads.pk, grants=city.handler.grants)
    with pytest.raises(Forbidden):
        complete_task(colleague, task.pk, outcome="done")
    actions.release_task(city.handler, task.pk)
    with pytest.raises(Invalid):
        actions.assign_task(city.handler, task.pk, city.waterman.account_id or 0)
    assert actions.assign_task(city.handler, task.pk, city.handler.account_id or 0).assignee_id


def test_transfer_takes_the_case_along(city: City) -> None:
    done = to_handling(city, organisation_id=city.roads.pk)
    with pytest.raises(Invalid):
        actions.transfer_task(city.handler, done.open_tasks[0].pk, city.water.pk, note=" ")
    actions.transfer_task(city.handler, done.open_tasks[0].pk, city.water.pk, note="theirs")
    assert Case.objects.get().organisation_id == city.water.pk
    with pytest.raises(NotFound):
        do(city.handler, done)
    do(city.waterman, done)


def test_sending_back_and_reopening(city: City) -> None:
    done = to_handling(city)
    back = actions.send_back(city.handler, done.open_tasks[0].pk, note="unclear")
    assert [task.kind for task in back.open_tasks] == ["trial.dispatch"]
    assert back.case.rework_count == 1
    assert Task.objects.filter(status="cancelled").count() == 1
    done = do(city.clerk, do(city.handler, do(city.clerk, back)), "pass")
    do(city.clerk, done)
    with pytest.raises(Forbidden):
        actions.reopen_case(city.clerk, done.case.pk, note="again")
    with clock.at(MONDAY + timedelta(days=30)):
        again = actions.reopen_case(city.manager, done.case.pk, element_id="handle", note="again")
    assert ([task.kind for task in again.open_tasks], again.case.status) == (["trial.handle"], "open")
    assert again.case.due_at is not None
    assert again.case.due_at > MONDAY + timedelta(days=30)
    assert do(city.handler, again).open_tasks[0].kind == "trial.verify"


def test_a_pause_needs_somebody_else_and_moves_the_due_time(city: City) -> None:
    done = to_handling(city)
    with clock.at(MONDAY + timedelta(hours=1)):
        asked = actions.ask_pause(city.handler, done.case.pk, reason="waiting for gas works")
        with pytest.raises(Conflict):
            actions.ask_pause(city.handler, done.case.pk, reason="again")
        with pytest.raises(Forbidden):
            actions.decide_clock_change(city.handler, asked.pk, grant=True)
        own = Viewer("staff", city.handler.account_id, grants=city.manager.grants)
        with pytest.raises(Forbidden):
            actions.decide_clock_change(own, asked.pk, grant=True)
        actions.decide_clock_change(city.manager, asked.pk, grant=True)
    with pytest.raises(Conflict):
        do(city.handler, done)
    with clock.at(MONDAY + timedelta(days=1, hours=1)):
        case = actions.resume_case(city.handler, done.case.pk)
    assert case.due_at == datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
    assert Task.objects.get(status="open").due_at == datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
    sentence = explain_due(Case.objects.get(), Task.objects.get(status="open"))
    assert "2 working days" in sentence
    assert "stopped from" in sentence
    assert "waiting for gas works" in sentence
    assert do(city.handler, done).case.status == "open"


def test_an_extension_is_asked_and_granted(city: City) -> None:
    done = to_handling(city)
    with clock.at(MONDAY + timedelta(hours=1)):
        asked = actions.ask_extension(
            city.handler, done.case.pk, amount=Decimal(1), unit="work_day", reason="rain"
        )
        actions.decide_clock_change(city.manager, asked.pk, grant=True)
        with pytest.raises(Conflict):
            actions.decide_clock_change(city.manager, asked.pk, grant=False)
        refused = actions.ask_extension(
            city.handler, done.case.pk, amount=Decimal(9), unit="day", reason="more"
        )
        actions.decide_clock_change(city.manager, refused.pk, grant=False)
    assert Case.objects.get().due_at == datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
    assert "extended by 1 working day (rain)" in explain_due(Case.objects.get())
    assert ClockChange.objects.filter(status="refused").count() == 1
    with pytest.raises(Invalid):
        actions.ask_extension(city.handler, done.case.pk, amount=Decimal(1000), unit="day", reason="x")


def test_split_and_join(city: City) -> None:
    done = to_handling(city)
    task = done.open_tasks[0]
    actions.split_task(city.handler, task.pk, [city.water.pk])
    part = Task.objects.get(part_of=task)
    with pytest.raises(Conflict):
        do(city.handler, done)
    with pytest.raises(Conflict):
        actions.split_task(city.handler, task.pk, [city.water.pk])
    after = complete_task(city.waterman, part.pk, outcome="done", note="pumped")
    assert [one.pk for one in after.open_tasks] == [task.pk]
    assert do(city.handler, done).open_tasks[0].kind == "trial.verify"


def test_merging_a_duplicate(city: City) -> None:
    first, second = to_handling(city), begin(city)
    with pytest.raises(Invalid):
        actions.merge_case(city.clerk, second.case.pk, into_id=second.case.pk)
    actions.merge_case(city.clerk, second.case.pk, into_id=first.case.pk)
    duplicate = Case.objects.get(pk=second.case.pk)
    assert (duplicate.status, duplicate.merged_into_id) == ("merged", first.case.pk)
    assert not Task.objects.filter(case=duplicate, status="open").exists()
    with pytest.raises(Conflict):
        actions.merge_case(city.manager, first.case.pk, into_id=second.case.pk)
    assert [case.pk for case in queries.case_detail(city.clerk, first.case.pk).duplicates] == [duplicate.pk]


def test_cancelling(city: City) -> None:
    done = to_handling(city)
    actions.cancel_case(city.manager, done.case.pk, note="a mistake")
    assert not Task.objects.filter(status="open").exists()
    assert not Timer.objects.exists()
    with pytest.raises(Conflict):
        do(city.handler, done)


def test_cases_brought_in_without_state_begin_when_first_touched(city: City) -> None:
    done = begin(city)
    CaseState.objects.all().delete()
    assert do(city.clerk, done, "accept").open_tasks[0].kind == "trial.dispatch"
