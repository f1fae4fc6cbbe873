"""Processes that departments draw of a declared type, and cases that bring a limit of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from yicheng.core.cases import actions, registry
from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.exchange import NewCase
from yicheng.core.cases.models import Task
from yicheng.core.cases.public import count_anew, explain_due
from yicheng.core.cases.queries import processes as drawn
from yicheng.core.cases.tests.conftest import PROCESS, City
from yicheng.core.cases.tests.drawings import lifecycle
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, NotFound
from yicheng.core.people.public import SYSTEM, Viewer

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def family(city: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    """The trial process takes drawings of the departments."""
    monkeypatch.setitem(PROCESSES._items, PROCESS.key, replace(PROCESS, is_family=True))
    registry._kinds.cache_clear()
    yield city
    registry._kinds.cache_clear()


def matter(**more: object) -> NewCase:
    return NewCase(process="trial.case", class_code="0101", title="A matter", source="portal", **more)  # type: ignore[arg-type]


def draw(process: str) -> int:
    files = {name: source.decode() for name, source in lifecycle().items()}
    return publish_version(SYSTEM, save_version(SYSTEM, process, files=files).pk).pk


def test_a_case_follows_the_drawing_it_names(family: City) -> None:
    version = draw("trial.kiosk")
    done = actions.start_case(family.clerk, matter(drawing="trial.kiosk"))
    assert (done.case.process, done.case.version_id) == ("trial.case", version)
    assert actions.start_case(family.clerk, matter()).case.version_id == family.version.pk
    assert [task.kind for task in done.open_tasks] == ["trial.file"]
    designer = Viewer("staff", 1, grants={"cases.view_process": SYSTEM.scopes("cases.view_process")})
    assert "trial.kiosk" in [info.key for info in drawn.processes(designer)]
    assert drawn.process_version(designer, version).is_sound


def test_only_families_take_drawings(city: City) -> None:
    with pytest.raises(NotFound):
        draw("trial.kiosk")
    with pytest.raises(Conflict):
        actions.start_case(city.clerk, matter(drawing="trial.kiosk"))


def test_a_limit_of_its_own_counts_before_the_table_and_moves_with_pauses(city: City) -> None:
    with clock.at(MONDAY):
        done = actions.start_case(city.clerk, matter(limit_days=3))
        assert done.case.due_at == datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
        assert done.open_tasks[0].due_at == done.case.due_at
        assert "3 working days" in explain_due(done.case)
        asked = actions.ask_pause(city.clerk, done.case.pk, reason="papers are missing")
        actions.decide_clock_change(SYSTEM, asked.pk, grant=True)
    with clock.at(MONDAY + timedelta(days=1)):
        case = actions.resume_case(city.clerk, done.case.pk)
        assert case.due_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
        assert Task.objects.get(case=case).due_at == case.due_at
        assert "papers are missing" in explain_due(case)
        count_anew(case)
        assert case.due_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
        assert case.counted_from == clock.now()
