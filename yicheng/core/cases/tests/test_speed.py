"""The hot path stays narrow: statements counted, one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

from django.db import connection
from django.test.utils import CaptureQueriesContext

from yicheng.core.cases.public import NewCase, complete_task, start_case
from yicheng.core.cases.queries import case_detail, tasks_for
from yicheng.core.cases.tests.conftest import City
from yicheng.core.events.declare import REACTIONS
from yicheng.core.kernel import clock

NEW = NewCase("trial.case", "0101", "中山路井盖破损", "portal", division_code="410102", lon=113.6, lat=34.7)
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
#: lock, tasks with state, one write with audit trail and event
STEP_STATEMENTS = 3
#: ids and revision, number, one write with audit trail and event
START_STATEMENTS = 3


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Those of the platform: not the test process's own question about its centre."""
    own = ("SAVEPOINT", "people_organisation")
    return [row["sql"] for row in captured.captured_queries if not any(word in row["sql"] for word in own)]


def warmed(city: City) -> None:
    """What is read once per process: settings, the compiled drawing, the pattern of numbers."""
    done = start_case(city.clerk, NEW)
    complete_task(city.clerk, done.open_tasks[0].pk, outcome="accept")


def test_statements_of_a_start_and_a_step(city: City) -> None:
    assert "trial.listen" in REACTIONS
    warmed(city)
    with CaptureQueriesContext(
        connection,
    ) as started:
        done = start_case(city.clerk, NEW)
    assert len(statements(started)) <= START_STATEMENTS, "\n".join(statements(started))
    for viewer, outcome in [(city.clerk, "accept"), (city.clerk, "done"), (city.handler, "done")]:
        with CaptureQueriesContext(connection) as stepped:
            done = complete_task(viewer, done.open_tasks[0].pk, outcome=outcome)
        assert len(statements(stepped)) <= STEP_STATEMENTS, "\n".join(statements(stepped))


def test_a_work_list_and_a_case_take_a_fixed_number_of_statements(city: City) -> None:
    for _ in range(5):
        warmed(city)
    with CaptureQueriesContext(connection) as listed:
        rows = list(tasks_for(city.clerk).order_by("sort_at", "id")[:50])
        assert [(row.case.number, row.case.case_class.name, str(row.organisation)) for row in rows]
    assert len(listed.captured_queries) == 1
    with CaptureQueriesContext(connection) as shown:
        case_detail(city.clerk, rows[0].case_id)
    assert len(shown.captured_queries) <= 8


def test_python_spends_little_on_a_step(city: City) -> None:
    """Not a benchmark: a bound far above the usual 1 ms that a quadratic loop would break."""
    warmed(city)
    with clock.at(MONDAY):
        started = perf_counter()
        for _ in range(20):
            done = start_case(city.clerk, NEW)
            for viewer, outcome in [(city.clerk, "accept"), (city.clerk, "done"), (city.handler, "done")]:
                done = complete_task(viewer, done.open_tasks[0].pk, outcome=outcome)
    assert (perf_counter() - started) / 80 < 0.05
