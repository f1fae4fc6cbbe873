"""Patrols: shifts are planned, cells are ticked, visits are asked for. No position is ever stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.models import PatrolTask, Shift, ShiftCell
from yicheng.apps.urban.queries.parts import rules
from yicheng.apps.urban.queries.patrols import PATROL, PLAN, current_shift, oldest_kept, today
from yicheng.core.journal import public as journal
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import Viewer, account_ids_holding
from yicheng.core.places.public import cells_under

LONGEST_SHIFT = timedelta(hours=16)
MOST_CELLS = 500
#: how long after a shift its cells may still be ticked: what was seen without a network comes later
LATE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Visit:
    """A cell seen at a time. Only the cell stays; where in it somebody stood does not."""

    cell_code: str
    seen_at: datetime


def plan_shift(
    viewer: Viewer,
    account_id: int,
    *,
    division: str,
    begins_at: datetime,
    ends_at: datetime,
    cells: Collection[str],
) -> Shift:
    """Give a collector cells of a division for some hours. Raises ``Invalid``, ``Forbidden``."""
    viewer.require(PLAN, division=division)
    _check_shift(account_id, division, begins_at, ends_at, cells)
    with transaction.atomic():
        shift = Shift.objects.create(
            account_id=account_id,
            organisation_id=viewer.organisation_id,
            division_code=division,
            begins_at=begins_at,
            ends_at=ends_at,
        )
        ShiftCell.objects.bulk_create(ShiftCell(shift=shift, cell_code=code) for code in sorted(set(cells)))
        journal.record(
            viewer,
            action="urban.plan_shift",
            subject=f"shift/{shift.pk}",
            division=division,
            detail={"cells": len(set(cells))},
        )
    return shift


def _check_shift(
    account_id: int, division: str, begins_at: datetime, ends_at: datetime, cells: Collection[str]
) -> None:
    if not timedelta() < ends_at - begins_at <= LONGEST_SHIFT:
        raise Invalid(_("A shift ends after it begins and lasts at most sixteen hours."))
    if not 0 < len(cells) <= MOST_CELLS or not all(code.startswith(division) for code in cells):
        raise Invalid(_("Choose between 1 and %(limit)d cells of the division."), limit=MOST_CELLS)
    if account_id not in account_ids_holding(PATROL):
        raise Invalid(_("This account is no collector: it lacks the right to patrol."))
    if Shift.objects.filter(account_id=account_id, begins_at__lt=ends_at, ends_at__gt=begins_at).exists():
        raise Invalid(_("The collector has another shift at that time."))


def cancel_shift(viewer: Viewer, shift_id: int) -> None:
    """Take a shift back that has not begun. Raises ``NotFound``, ``Conflict``."""
    with transaction.atomic():
        shift = Shift.objects.select_for_update().filter(pk=shift_id).first()
        if shift is None:
            raise NotFound(_("There is no such shift."))
        viewer.require(PLAN, division=shift.division_code)
        if shift.begins_at <= clock.now():
            raise Conflict(_("The shift has begun already."))
        division = shift.division_code
        shift.delete()
        journal.record(viewer, action="urban.cancel_shift", subject=f"shift/{shift_id}", division=division)


_TICK = """
INSERT INTO urban_shiftcell (shift_id, cell_code, is_planned, seen_at) VALUES (%s, %s, FALSE, %s)
ON CONFLICT (shift_id, cell_code) DO UPDATE SET seen_at = EXCLUDED.seen_at
 WHERE urban_shiftcell.seen_at IS NULL
RETURNING 1
"""
_COVER = """
INSERT INTO urban_cellcoverage (cell_code, division_code, day, visits, last_seen_at) VALUES (%s, %s, %s, 1, %s)
ON CONFLICT (cell_code, day) DO UPDATE SET visits = urban_cellcoverage.visits + 1,
    last_seen_at = greatest(urban_cellcoverage.last_seen_at, EXCLUDED.last_seen_at)
"""


def tick_cell(viewer: Viewer, visit: Visit) -> bool:
    """Note that a cell was seen in one's shift; False when this shift had ticked it before (nothing changes).

    Raises ``Forbidden`` without a shift at that time, ``Invalid`` for a time that cannot be.
    """
    viewer.require(PATROL)
    if visit.seen_at > clock.now() + timedelta(minutes=5):
        raise Invalid(_("The time of the visit lies in the future: check the device's clock."))
    if not cells_under(visit.cell_code, limit=1):
        raise Invalid(
            _("There is no unit cell %(cell)s any more. Load the page anew."), cell=visit.cell_code[:15]
        )
    with transaction.atomic():
        shift = current_shift(viewer, at=visit.seen_at)
        if shift is None or clock.now() > shift.ends_at + LATE:
            raise Forbidden(_("You have no shift at this time. Ask the supervision centre to plan one."))
        if not visit.cell_code.startswith(shift.division_code):
            raise Invalid(_("The cell lies outside the division of your shift."))
        with connection.cursor() as cursor:
            cursor.execute(_TICK, [shift.pk, visit.cell_code, visit.seen_at])
            if cursor.fetchone() is None:
                return False
            day = timezone.localtime(visit.seen_at).date()
            cursor.execute(_COVER, [visit.cell_code, visit.cell_code[:12], day, visit.seen_at])
        PatrolTask.objects.filter(
            cell_code=visit.cell_code, status="open", asked_at__lte=visit.seen_at
        ).update(status=PatrolTask.Status.DONE, done_at=visit.seen_at)
        # The audit trail says that this shift was worked on, and neither which cell nor where: it keeps no track.
        journal.record(
            viewer, action="urban.tick_cell", subject=f"shift/{shift.pk}", division=shift.division_code
        )
    return True


def ask_visits(viewer: Viewer, cells: Collection[str], *, due_on: date, account_id: int | None = None) -> int:
    """Ask for a visit to each of these cells that has no open task yet; answers how many were asked for."""
    for division in {code[:12] for code in cells}:
        viewer.require(PLAN, division=division)
    if not 0 < len(cells) <= MOST_CELLS:
        raise Invalid(_("Choose between 1 and %(limit)d cells."), limit=MOST_CELLS)
    if due_on < today():
        raise Invalid(_("The day lies in the past."), fields={"due_on": _("Choose today or a later day.")})
    now = clock.now()
    rows = [
        PatrolTask(
            cell_code=code, division_code=code[:12], account_id=account_id, asked_at=now, due_on=due_on
        )
        for code in sorted(set(cells))
    ]
    with transaction.atomic():
        open_ones = PatrolTask.objects.select_for_update().filter(status="open", cell_code__in=cells)
        waiting = set(open_ones.values_list("cell_code", flat=True))
        asked = len(PatrolTask.objects.bulk_create(row for row in rows if row.cell_code not in waiting))
        journal.record(viewer, action="urban.ask_visits", subject="patroltask/", detail={"cells": asked})
    return asked


def withdraw_visit(viewer: Viewer, task_id: int) -> None:
    """Take back an open task. Raises ``NotFound`` when there is none."""
    with transaction.atomic():
        task = PatrolTask.objects.select_for_update().filter(pk=task_id, status="open").first()
        if task is None:
            raise NotFound(_("There is no such open task."))
        viewer.require(PLAN, division=task.division_code)
        task.status = PatrolTask.Status.CANCELLED
        task.save(update_fields=["status"])
        journal.record(
            viewer,
            action="urban.withdraw_visit",
            subject=f"patroltask/{task.pk}",
            division=task.division_code,
        )


def forget_shifts() -> int:
    """Delete who worked which cells when its time has passed; the coverage, which names nobody, stays."""
    end = oldest_kept(rules().shift_days)
    with transaction.atomic():
        PatrolTask.objects.filter(done_at__lt=end).update(account=None)
        _all, deleted = Shift.objects.filter(ends_at__lt=end).delete()
    return deleted.get("urban.Shift", 0)
