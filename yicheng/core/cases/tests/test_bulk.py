"""Bulk load: the rows are those that single actions write, and it keeps up with a bare COPY."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import perf_counter
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yicheng.core.cases.current import changed
from yicheng.core.cases.firing import fire_due_timers
from yicheng.core.cases.models import Case, Escalation, ProcessVersion, Task, Timer
from yicheng.core.cases.public import (
    BulkCase,
    BulkStep,
    NewCase,
    bulk_insert_cases,
    complete_task,
    start_case,
)
from yicheng.core.cases.queries import cases_for, with_words
from yicheng.core.cases.tests.conftest import City
from yicheng.core.cases.tests.test_firing import LATE, publish
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid
from yicheng.core.people.public import SYSTEM

OPENED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def rows(count: int, **more: Any) -> Iterator[BulkCase]:
    for n in range(count):
        yield BulkCase(
            number=f"B{n}", process="trial.case", class_code="0101", title=f"中山路{n}号井盖破损", source="import",
            opened_at=OPENED + timedelta(minutes=n), closed_at=OPENED + timedelta(hours=n % 100),
            due_at=OPENED + timedelta(hours=50), division_code="410102", lon=113.6, lat=34.75, address="某处", **more,
        )  # fmt: skip


def test_rows_are_those_of_single_actions(city: City) -> None:
    assert bulk_insert_cases(SYSTEM, rows(3)) == 3
    case = Case.objects.get(number="B2")
    assert (case.status, case.is_on_time, case.closed_at) == ("closed", True, OPENED + timedelta(hours=2))
    assert (case.title, case.lon, case.stage, case.version_id) == (
        "中山路2号井盖破损",
        113.6,
        "end",
        city.version.pk,
    )
    assert case.opened_at == OPENED + timedelta(minutes=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT search::text FROM cases_case WHERE number = 'B2'")
        assert "'井盖':" in cursor.fetchone()[0]
    assert [found.number for found in with_words(cases_for(SYSTEM), "2号井盖")] == ["B2"]
    assert with_words(cases_for(SYSTEM), "井盖 破损").count() == 3


def test_open_ones_begin_their_process(city: City) -> None:
    row = next(rows(1))
    row.closed_at, row.due_at, row.counts_limit = None, None, True
    bulk_insert_cases(SYSTEM, [row])
    task = Task.objects.get()
    assert task.case.stage == "intake"
    assert (task.kind, task.case.due_at) == ("trial.file", datetime(2026, 3, 9, 2, 0, tzinfo=UTC))
    assert complete_task(city.clerk, task.pk, outcome="accept").open_tasks[0].kind == "trial.dispatch"


def _opened(count: int, **more: Any) -> list[BulkCase]:
    found = list(rows(count))
    for row in found:
        row.closed_at, row.due_at = None, None
        for name, value in more.items():
            setattr(row, name, value)
    return found


def test_open_ones_are_as_if_begun_one_by_one(city: City) -> None:
    """Tasks, desks, due times and the ladder's coming rungs are those that a single start makes."""
    Escalation.objects.create(level="before", amount=Decimal(-4), unit="hour", tell="assignee")
    Escalation.objects.create(level="late", amount=Decimal(1), unit="work_day", tell="assignee")
    changed()
    with clock.at(OPENED):
        single = start_case(
            city.clerk, NewCase("trial.case", "0101", "x", "import", division_code="410102")
        ).case
        bulk_insert_cases(SYSTEM, _opened(1, counts_limit=True))
    many = Case.objects.get(number="B0")
    same = (
        "status",
        "stage",
        "organisation_id",
        "due_at",
        "limit_id",
        "version_id",
        "opened_at",
        "counted_from",
    )
    assert [getattr(many, name) for name in same] == [getattr(single, name) for name in same]
    tasks = [
        Task.objects.filter(case=case).values(
            *(
                "kind",
                "element_id",
                "engine_id",
                "status",
                "application",
                "class_code",
                "severity",
                "sort_at",
            ),
            *(
                "division_code",
                "organisation_id",
                "assignee_id",
                "opened_at",
                "due_at",
                "outcome",
                "limit_id",
            ),
        )
        for case in (many, single)
    ]
    assert list(tasks[0]) == list(tasks[1])
    rungs = [
        set(Timer.objects.filter(case=case, task__case=case).values_list("kind", "key", "due_at"))
        for case in (many, single)
    ]
    assert rungs[0] == rungs[1]
    assert len(rungs[0]) == 1


def test_rungs_that_are_past_are_not_told_any_more(city: City) -> None:
    Escalation.objects.create(level="late", amount=Decimal(1), unit="hour", tell="assignee")
    changed()
    due = [OPENED + timedelta(hours=hours) for hours in (3, 9, 1, 8)]
    loaded = _opened(4)
    for row, at in zip(loaded, due, strict=True):
        row.due_at = at
    with clock.at(OPENED + timedelta(hours=8)):
        bulk_insert_cases(SYSTEM, loaded)
    timers = Timer.objects.order_by("due_at").values_list("due_at", flat=True)
    assert list(timers) == [at + timedelta(hours=1) for at in sorted(due)[2:]]


def test_a_drawn_timer_runs_from_the_opening(city: City) -> None:
    publish(LATE)
    with clock.at(OPENED + timedelta(days=4)):
        bulk_insert_cases(SYSTEM, _opened(1))
        assert Task.objects.get().kind == "trial.handle"
        assert fire_due_timers() == 1
        assert Task.objects.get(status="open").kind == "trial.close"
    with clock.at(OPENED + timedelta(days=2)):
        bulk_insert_cases(SYSTEM, [replace(row, number="N") for row in _opened(1)])
        fire_due_timers()
        assert Timer.objects.get().due_at == OPENED + timedelta(days=3)
        assert Task.objects.get(case__number="N").status == "open"


def test_more_open_cases_take_no_more_statements(city: City) -> None:
    bulk_insert_cases(SYSTEM, _opened(1, number="A"))
    counts = []
    for prefix, count in (("C", 3), ("D", 40)):
        with CaptureQueriesContext(connection) as captured:
            loaded = [replace(row, number=f"{prefix}{row.number}") for row in _opened(count)]
            bulk_insert_cases(SYSTEM, loaded)
        counts.append(sum("people_organisation" not in query["sql"] for query in captured.captured_queries))
    assert counts[0] == counts[1]
    assert Task.objects.count() == 44


def test_an_unknown_class_or_an_unpublished_process_is_refused(city: City) -> None:
    with pytest.raises(Invalid, match="no class “99”"):
        bulk_insert_cases(SYSTEM, [*rows(1), replace(next(rows(1)), number="X", class_code="99")])
    ProcessVersion.objects.update(status="retired")
    changed()
    with pytest.raises(Conflict, match="not published"):
        bulk_insert_cases(SYSTEM, _opened(1))
    assert Case.objects.count() == 0


def test_another_systems_own_words_and_timeliness(city: City) -> None:
    row = next(rows(1))
    row.history = (
        BulkStep(row.opened_at, "started", stage="file"),
        BulkStep(row.opened_at + timedelta(hours=1), "completed", "trial.file", "accept", "file", "fertig"),
    )
    row.states_timeliness, row.is_on_time = True, False
    bulk_insert_cases(SYSTEM, [row])
    case = Case.objects.get()
    assert (case.closed_at, case.is_on_time) == (OPENED, False)
    assert list(case.steps.order_by("at").values_list("action", "note", "is_public")) == [
        ("started", "", True),
        ("completed", "fertig", True),
    ]


def test_all_or_none_and_only_for_managers(city: City) -> None:
    with pytest.raises(Forbidden):
        bulk_insert_cases(city.clerk, rows(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_insert_cases(SYSTEM, [*rows(2), *rows(1)])
    assert Case.objects.count() == 0


@pytest.mark.slow
def test_at_least_half_as_fast_as_a_bare_copy(city: City) -> None:
    count = 40_000
    prepared = list(rows(count))
    bulk_insert_cases(SYSTEM, prepared[:100])
    Case.objects.all().delete()
    started = perf_counter()
    bulk_insert_cases(SYSTEM, prepared)
    ours = perf_counter() - started
    raw: Any = connection.connection
    columns = ", ".join(str(field.column) for field in Case._meta.concrete_fields)
    with raw.cursor() as cursor:
        with cursor.copy(f"COPY cases_case ({columns}) TO STDOUT (FORMAT BINARY)") as copy:
            blocks = list(copy)
        data = b"".join(blocks)
        cursor.execute("DELETE FROM cases_case")
        started = perf_counter()
        with cursor.copy(f"COPY cases_case ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            for at in range(0, len(data), 262_144):
                copy.write(data[at : at + 262_144])
        bare = perf_counter() - started
    print(f"bulk {count / ours:,.0f} rows/s, bare COPY {count / bare:,.0f} rows/s, ratio {bare / ours:.2f}")
    assert bare / ours > 0.4, f"bulk {ours:.2f} s, bare {bare:.2f} s"
