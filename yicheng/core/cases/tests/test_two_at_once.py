"""Two at once, each with a connection of their own: what one person may do is done once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from yicheng.core.cases.current import forget as forget_settings
from yicheng.core.cases.models import CaseStep, Task, Timer
from yicheng.core.cases.public import NewCase, complete_task, fire_due_timers, start_case
from yicheng.core.cases.tests.conftest import City, build_city
from yicheng.core.cases.tests.test_firing import LATE, publish
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Iterator[City]:
    forget_settings()
    yield build_city()
    forget_settings()


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each answered, or the conflict it met; all begin together."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return deed()
        except Conflict as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def new(city: City, **more: Any) -> Any:
    return start_case(
        city.clerk, NewCase("trial.case", "0101", "井盖破损", "portal", division_code="410102", **more)
    )


def test_a_step_sent_twice_at_once_is_taken_once(town: City) -> None:
    task = new(town).open_tasks[0]
    answers = at_once(*[lambda: complete_task(town.clerk, task.pk, outcome="accept")] * 4)
    assert sum(isinstance(answer, Conflict) for answer in answers) == 3
    assert Task.objects.filter(status="done").count() == 1
    assert Task.objects.filter(status="open").count() == 1
    assert CaseStep.objects.filter(action="completed").count() == 1


def test_a_report_sent_twice_at_once_is_one_case(town: City) -> None:
    report = NewCase("trial.case", "0101", "井盖破损", "portal", division_code="410102")
    answers = at_once(*[lambda: start_case(town.clerk, report, idempotency_key="form-7")] * 4)
    assert len({answer.case.pk for answer in answers}) == 1


def test_a_timer_and_the_step_it_ends_never_both_happen(town: City) -> None:
    publish(LATE)
    with clock.at(clock.now() - timedelta(days=4)):
        tasks = [new(town).open_tasks[0] for _ in range(5)]
    for task in tasks:
        step = partial(complete_task, town.handler, task.pk, outcome="done")
        answers = at_once(step, partial(fire_due_timers, limit=1))
        task.refresh_from_db()
        others = list(
            Task.objects.filter(case_id=task.case_id).exclude(pk=task.pk).values_list("kind", "status")
        )
        if isinstance(answers[0], Conflict):
            assert (task.status, others) == ("cancelled", [("trial.close", "open")])
        else:
            assert (task.status, others) == ("done", [])
            assert not Timer.objects.filter(case_id=task.case_id).exists()
            fire_due_timers()
