"""What a collector takes along into the street: steps to be done on the spot, and the cells of the shift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from yicheng.apps.urban.models import UrbanCase
from yicheng.apps.urban.queries.patrols import current_shift
from yicheng.core.cases.public import tasks_for
from yicheng.core.people.public import Viewer

if TYPE_CHECKING:
    from yicheng.core.cases.models import Task

INSPECT = "urban.inspect"
#: steps that are done on the spot
ON_THE_SPOT = ("urban.verify", "urban.check")
MOST_TASKS = 60


def field_tasks(viewer: Viewer) -> list[Task]:
    """One's own steps on the spot, and nobody's yet in the division of one's shift; the most urgent first.

    Two queries.
    """
    viewer.require(INSPECT)
    shift = current_shift(viewer)
    mine = Q(assignee_id=viewer.account_id)
    if shift:
        mine |= Q(assignee=None, division_code__startswith=shift.division_code)
    rows = tasks_for(viewer).filter(mine, kind__in=ON_THE_SPOT, case__status="open")
    return list(rows.order_by("sort_at", "pk")[:MOST_TASKS])


def field_task(viewer: Viewer, task_id: int) -> Task | None:
    """An open step on the spot that this viewer may do."""
    viewer.require(INSPECT)
    return tasks_for(viewer).filter(pk=task_id, kind__in=ON_THE_SPOT).first()


def is_done_by(viewer: Viewer, task_id: int, *, outcome: str) -> bool:
    """Whether the viewer ended this step so already: what was sent twice is done once."""
    return UrbanCase.objects.filter(
        case__tasks__id=task_id,
        case__tasks__status="done",
        case__tasks__done_by_id=viewer.account_id or 0,
        case__tasks__outcome=outcome,
    ).exists()
