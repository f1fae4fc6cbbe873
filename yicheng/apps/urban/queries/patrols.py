"""Which cells were seen and which were not. Answers are about cells; only one's own shift names a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from yicheng.apps.urban.models import CellCoverage, PatrolTask, Shift, ShiftCell
from yicheng.apps.urban.queries.scopes import rows_within
from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer, account_ids_holding, account_names
from yicheng.core.places.public import CellInfo, cells_between, cells_under, divisions

if TYPE_CHECKING:
    from yicheng.core.places.atlas import DivisionInfo

PATROL, VIEW, PLAN = "urban.patrol", "urban.view_patrols", "urban.plan_patrols"
MOST_CELLS = 5_000


@dataclass(frozen=True, slots=True)
class CellState:
    """A cell and when it was last seen. ``days_unseen`` None: never, as far as records go back."""

    cell: CellInfo
    last_seen_on: date | None
    days_unseen: int | None
    visits_today: int
    has_task: bool


@dataclass(frozen=True, slots=True)
class DivisionCoverage:
    """How much of a division was seen on a day."""

    code: str
    name: str
    cells: int
    seen_today: int
    unseen: int

    @property
    def share_percent(self) -> int:
        return round(100 * self.seen_today / self.cells) if self.cells else 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """A county on a day: as a whole, by street, and the cells that nobody saw for so many days."""

    whole: DivisionCoverage
    streets: Sequence[DivisionCoverage]
    unseen: Sequence[CellState]


@dataclass(frozen=True, slots=True)
class MyCell:
    """A cell of one's own shift."""

    code: str
    is_planned: bool
    is_seen: bool
    has_task: bool
    ring: Sequence[tuple[float, float]]


def today() -> date:
    """The day it is in the city."""
    return timezone.localtime(clock.now()).date()


def current_shift(viewer: Viewer, *, at: datetime | None = None) -> Shift | None:
    """The viewer's own shift at a moment (now), or None."""
    if viewer.account_id is None:
        return None
    moment = at or clock.now()
    return Shift.objects.filter(
        account_id=viewer.account_id, begins_at__lte=moment, ends_at__gt=moment
    ).first()


def my_cells(viewer: Viewer) -> Sequence[MyCell]:
    """The cells of one's current shift, planned ones first; three queries, none without a shift beyond the first."""
    viewer.require(PATROL)
    shift = current_shift(viewer)
    if shift is None:
        return []
    ticks = {cell.cell_code: cell for cell in ShiftCell.objects.filter(shift=shift)}
    asked = set(
        PatrolTask.objects.filter(
            Q(account_id=viewer.account_id) | Q(account=None),
            status="open",
            division_code__startswith=shift.division_code,
        ).values_list("cell_code", flat=True)
    )
    rings = {cell.code: cell.ring for cell in cells_under(shift.division_code, limit=MOST_CELLS)}
    wanted = sorted({*ticks, *(asked & rings.keys())})
    return [
        MyCell(
            code,
            is_planned=code in asked or ticks[code].is_planned,
            is_seen=code in ticks and ticks[code].seen_at is not None,
            has_task=code in asked,
            ring=rings.get(code, ()),
        )
        for code in wanted
    ]


def cell_states(viewer: Viewer, division: str, *, on: date | None = None) -> Sequence[CellState]:
    """Every active cell of a division with its coverage; three queries. Raises unless the right covers it."""
    viewer.require(VIEW, division=division)
    day = on or today()
    return states_of(cells_under(division, limit=MOST_CELLS), day)


def states_of(cells: Sequence[CellInfo], day: date) -> Sequence[CellState]:
    """The coverage of these cells up to a day; two queries. The caller has checked the right."""
    codes = [cell.code for cell in cells]
    last = _last_seen(codes, day)
    visits = dict(
        CellCoverage.objects.filter(cell_code__in=codes, day=day).values_list("cell_code", "visits")
    )
    asked = set(
        PatrolTask.objects.filter(cell_code__in=codes, status="open").values_list("cell_code", flat=True)
    )
    return [
        CellState(
            cell,
            last.get(cell.code),
            (day - last[cell.code]).days if cell.code in last else None,
            visits.get(cell.code, 0),
            cell.code in asked,
        )
        for cell in cells
    ]


def _last_seen(codes: Sequence[str], day: date) -> Mapping[str, date]:
    rows = CellCoverage.objects.filter(cell_code__in=codes, day__lte=day)
    return dict(rows.values("cell_code").annotate(last=Max("day")).values_list("cell_code", "last"))


def is_unseen(state: CellState, *, days: int) -> bool:
    """Whether nobody saw the cell for so many days (1: not today)."""
    return state.days_unseen is None or state.days_unseen >= days


def coverage(viewer: Viewer, *, under: str, days: int, on: date | None = None) -> Coverage:
    """The coverage of a county on a day, by street, and its unseen cells, the longest unseen first. Three queries."""
    states = cell_states(viewer, under, on=on)
    unseen = [state for state in states if is_unseen(state, days=days)]
    by_street: dict[str, list[CellState]] = {}
    for state in states:
        by_street.setdefault(state.cell.code[:9], []).append(state)
    streets = [
        _of_division(division.code, division.name, by_street[division.code], days=days)
        for division in divisions(3, under=under)
        if division.code in by_street
    ]
    return Coverage(
        whole=_of_division(under, "", states, days=days),
        streets=streets,
        unseen=sorted(unseen, key=lambda state: (-(state.days_unseen or 100_000), state.cell.code)),
    )


def _of_division(code: str, name: str, states: Sequence[CellState], *, days: int) -> DivisionCoverage:
    return DivisionCoverage(
        code,
        name,
        cells=len(states),
        seen_today=sum(1 for state in states if state.visits_today),
        unseen=sum(1 for state in states if is_unseen(state, days=days)),
    )


def coverage_between(
    viewer: Viewer, west: float, south: float, *, east: float, north: float
) -> Sequence[CellState]:
    """The cells of a viewport that the right covers, with their coverage; four queries."""
    viewer.require(VIEW)
    cells = cells_between(west, south, east=east, north=north, limit=MOST_CELLS)
    return states_of([cell for cell in cells if viewer.may(VIEW, division=cell.code[:12])], today())


def open_visits(viewer: Viewer, under: str) -> QuerySet[PatrolTask]:
    """Visits asked for and not done, the most urgent first."""
    viewer.require(VIEW, division=under)
    rows = PatrolTask.objects.filter(status="open", division_code__startswith=under)
    return rows.select_related("account").order_by("due_on", "cell_code")


def viewable_counties(viewer: Viewer, right: str) -> Sequence[DivisionInfo]:
    """The counties that the right covers, whole."""
    viewer.require(right)
    return [one for one in divisions(2) if viewer.may(right, division=one.code)]


def collectors(viewer: Viewer) -> Sequence[tuple[int, str]]:
    """The accounts that may patrol, by name: whom a planner can choose. Three queries."""
    viewer.require(PLAN)
    names = account_names(account_ids_holding(PATROL))
    return sorted(names.items(), key=lambda pair: pair[1])


def shifts_of(viewer: Viewer, *, since: datetime | None = None) -> QuerySet[Shift]:
    """Shifts that end after a moment (now), in the divisions the viewer plans."""
    viewer.require(PLAN)
    rows = Shift.objects.filter(rows_within(viewer, PLAN), ends_at__gt=since or clock.now())
    return rows.select_related("account").order_by("begins_at", "pk")


def oldest_kept(days: int) -> datetime:
    """Shifts that ended before this moment keep no names any more."""
    return clock.now() - timedelta(days=days)
