"""Bulk load: the rows are those that single actions write, and it keeps up with a bare COPY."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.public import BulkCase, BulkStep, bulk_insert_cases, complete_task
from yicheng.core.cases.queries import cases_for, with_words
from yicheng.core.cases.tests.conftest import City
from yicheng.core.kernel.errors import Forbidden
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
