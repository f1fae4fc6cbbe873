"""Patrols: cells are covered, visits asked for and done; nobody's way is kept, and names go in time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yicheng.apps.urban.actions.patrols import (
    Visit,
    ask_visits,
    cancel_shift,
    forget_shifts,
    plan_shift,
    tick_cell,
    withdraw_visit,
)
from yicheng.apps.urban.models import CellCoverage, PatrolTask, Shift, ShiftCell
from yicheng.apps.urban.pages.patrols import features
from yicheng.apps.urban.queries.patrols import cell_states, coverage, my_cells, today
from yicheng.apps.urban.tests.street import NORTH, NORTH_COMMUNITY, SOUTH, Street, cell_code, centre
from yicheng.core.journal.models import AuditEntry
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, SignInRequired
from yicheng.core.people.public import STRANGER
from yicheng.core.web.declare import Box

STREET = NORTH_COMMUNITY[:9]
HOUR = timedelta(hours=1)


def shift(
    street: Street, name: str = "collector", *, begins: datetime | None = None, hours: int = 8
) -> Shift:
    begins = begins or clock.now() - HOUR
    return plan_shift(
        street.viewer("supervisor"),
        street.accounts[name],
        division=STREET,
        begins_at=begins,
        ends_at=begins + hours * HOUR,
        cells=[cell_code(n) for n in range(1, 10)],
    )


def tick(street: Street, number: int, *, name: str = "collector", at: datetime | None = None) -> bool:
    return tick_cell(street.viewer(name), Visit(cell_code(number), at or clock.now()))


def test_a_shift_gives_cells_and_ticks_cover_them(street: Street) -> None:
    shift(street)
    collector = street.viewer("collector")
    assert [cell.is_seen for cell in my_cells(collector)] == [False] * 9
    assert tick(street, 1) is True
    assert tick(street, 1) is False
    assert CellCoverage.objects.get().visits == 1
    assert [cell.code for cell in my_cells(collector) if cell.is_seen] == [cell_code(1)]
    found = coverage(street.viewer("supervisor"), under=NORTH, days=3)
    assert (found.whole.cells, found.whole.seen_today, found.whole.unseen) == (9, 1, 8)
    assert [one.code for one in found.streets] == [STREET]


def test_only_cell_and_shift_are_kept_of_a_visit(street: Street) -> None:
    shift(street)
    tick(street, 1)
    columns = {field.name for field in ShiftCell._meta.get_fields()}
    assert columns == {"id", "shift", "cell_code", "is_planned", "seen_at"}
    assert {field.name for field in CellCoverage._meta.get_fields()}.isdisjoint(
        {"account", "shift", "lon", "lat"}
    )
    entries = AuditEntry.objects.filter(action="urban.tick_cell")
    assert all(cell_code(1) not in f"{entry.subject}{entry.detail}{entry.division_code}" for entry in entries)
    assert [entry.division_code for entry in entries] == [STREET]


def test_names_go_after_their_time_and_coverage_stays(street: Street) -> None:
    with clock.at(clock.now() - timedelta(days=100)):
        shift(street)
        tick(street, 1)
    shift(street)
    assert forget_shifts() == 1
    assert Shift.objects.count() == 1
    assert CellCoverage.objects.count() == 1


def test_ticks_need_a_shift_a_cell_and_a_sound_clock(street: Street) -> None:
    with pytest.raises(Forbidden, match="no shift"):
        tick(street, 1)
    shift(street)
    with pytest.raises(Invalid, match="future"):
        tick(street, 1, at=clock.now() + HOUR)
    with pytest.raises(Forbidden, match="no shift"):
        tick(street, 1, at=clock.now() - 5 * HOUR)
    with pytest.raises(Invalid, match="no unit cell"):
        tick(street, 77)
    with pytest.raises(Forbidden):
        tick(street, 1, name="colleague")
    assert CellCoverage.objects.count() == 0


def test_what_was_seen_without_a_network_may_come_a_day_late(street: Street) -> None:
    now = clock.now()
    shift(street, begins=now - 10 * HOUR, hours=2)
    assert tick(street, 1, at=now - 9 * HOUR) is True
    with clock.at(now + 30 * HOUR), pytest.raises(Forbidden):
        tick(street, 2, at=now - 9 * HOUR)


def test_unseen_cells_come_first_the_longest_unseen(street: Street) -> None:
    now = clock.now()
    for days, number in ((5, 1), (2, 2)):
        with clock.at(now - timedelta(days=days)):
            shift(street)
            tick(street, number)
    found = coverage(street.viewer("supervisor"), under=NORTH, days=3)
    assert [state.cell.code for state in found.unseen][-1] == cell_code(1)
    assert len(found.unseen) == 8
    states = {state.cell.code: state.days_unseen for state in cell_states(street.viewer("supervisor"), NORTH)}
    assert (states[cell_code(1)], states[cell_code(2)], states[cell_code(3)]) == (5, 2, None)


def test_a_visit_asked_for_is_done_by_the_first_who_comes(street: Street) -> None:
    supervisor = street.viewer("supervisor")
    assert ask_visits(supervisor, [cell_code(1), cell_code(2)], due_on=today()) == 2
    assert ask_visits(supervisor, [cell_code(1), cell_code(3)], due_on=today()) == 1
    shift(street)
    assert {cell.code for cell in my_cells(street.viewer("collector")) if cell.has_task} == {
        cell_code(n) for n in (1, 2, 3)
    }
    tick(street, 1)
    withdraw_visit(supervisor, PatrolTask.objects.get(cell_code=cell_code(2)).pk)
    assert dict(PatrolTask.objects.values_list("cell_code", "status")) == {
        cell_code(1): "done",
        cell_code(2): "cancelled",
        cell_code(3): "open",
    }
    with pytest.raises(Invalid):
        ask_visits(supervisor, [cell_code(4)], due_on=today() - timedelta(days=1))


def test_shifts_are_sound(street: Street) -> None:
    begins = clock.now() + HOUR
    planned = shift(street, begins=begins)
    with pytest.raises(Invalid, match="another shift"):
        shift(street, begins=begins + HOUR)
    with pytest.raises(Invalid, match="sixteen hours"):
        shift(street, begins=begins + 20 * HOUR, hours=17)
    with pytest.raises(Invalid, match="no collector"):
        shift(street, "clerk")
    cancel_shift(street.viewer("supervisor"), planned.pk)
    running = shift(street)
    with pytest.raises(Conflict):
        cancel_shift(street.viewer("supervisor"), running.pk)


def test_who_may_what(street: Street) -> None:
    supervisor = street.viewer("supervisor")
    with pytest.raises(Forbidden):
        coverage(supervisor, under=SOUTH, days=3)
    with pytest.raises(Forbidden):
        ask_visits(supervisor, [f"{SOUTH}001001001"], due_on=today())
    for name in ("resident", "clerk", "keeper", "collector"):
        with pytest.raises(Forbidden):
            coverage(street.viewer(name), under=NORTH, days=3)
        with pytest.raises(Forbidden):
            ask_visits(street.viewer(name), [cell_code(1)], due_on=today())
    with pytest.raises(SignInRequired):
        coverage(STRANGER, under=NORTH, days=3)
    with pytest.raises(SignInRequired):
        tick_cell(STRANGER, Visit(cell_code(1), clock.now()))


def test_the_layer_tells_cells_and_asks_few_questions(street: Street) -> None:
    shift(street)
    tick(street, 5)
    lon, lat = centre(5)
    supervisor = street.viewer("supervisor")
    with CaptureQueriesContext(connection) as queries:
        found = features(supervisor, Box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01, 15), {})["features"]
    assert len(queries) <= 5
    assert {one["properties"]["title"]: one["properties"]["state"] for one in found}[cell_code(5)] == "today"
    assert len(found) == 9


def test_pages(browser, street: Street) -> None:
    shift(street, begins=clock.now() + HOUR)
    desk = browser("supervisor")
    page = desk.get("/desk/patrols/").content.decode()
    assert cell_code(1) in page
    asked = desk.post(
        "/desk/patrols/visits/", {"cell": [cell_code(1)], "due_on": today().isoformat(), "division": NORTH}
    )
    assert asked.status_code == 302
    assert PatrolTask.objects.get().cell_code == cell_code(1)
    assert "Collector" in desk.get("/desk/patrols/shifts/").content.decode()
    values = {"account_id": street.accounts["colleague"], "division": STREET, "day": "2030-01-01", "begins": "22:00",
              "ends": "06:00", "county": NORTH}  # fmt: skip
    assert desk.post("/desk/patrols/shifts/", values).status_code == 302
    assert Shift.objects.latest("pk").ends_at - Shift.objects.latest("pk").begins_at == 8 * HOUR
    for name in ("", "resident", "clerk", "collector"):
        for address in ("/desk/patrols/", "/desk/patrols/shifts/"):
            assert browser(name).get(address).status_code in (302, 403)
