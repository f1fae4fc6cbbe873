"""One case, whole: its tasks, history, where its process stands, what it is due by, what lies near it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians

from django.db.models import BooleanField, FloatField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import store
from yicheng.core.cases.explain import explain_case
from yicheng.core.cases.models import Case, CaseStep, ClockChange, Task
from yicheng.core.cases.queries.lists import cases_for
from yicheng.core.cases.queries.scopes import may_view
from yicheng.core.cases.registry import kinds_by_key
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, NotFound
from yicheng.core.people.public import Viewer

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A case as its page shows it. ``mine`` are the open tasks this viewer may do."""

    case: Case
    tasks: Sequence[Task]
    steps: Sequence[CaseStep]
    clock_changes: Sequence[ClockChange]
    mine: Sequence[Task]
    due: str
    task_dues: Mapping[int, str]
    duplicates: Sequence[Case]

    @property
    def open_tasks(self) -> list[Task]:
        """Tasks still to be done."""
        return [task for task in self.tasks if task.status == Task.Status.OPEN]


def visible_case(viewer: Viewer, case_id: int) -> Case:
    """The case, if this viewer may know of it; else ``NotFound``."""
    rows = Case.objects.select_related("case_class", "organisation", "version", "merged_into").defer("search")
    case = rows.filter(pk=case_id).first()
    if case is None or not may_view(viewer, case):
        raise NotFound(_("There is no such case."))
    return case


def case_detail(viewer: Viewer, case_id: int) -> CaseDetail:
    """Everything about a case, in a fixed number of queries."""
    case = visible_case(viewer, case_id)
    tasks = list(
        Task.objects.filter(case=case).select_related("organisation", "assignee", "done_by").order_by("id")
    )
    open_tasks = [task for task in tasks if task.status == Task.Status.OPEN]
    changes = list(
        ClockChange.objects.filter(case=case).select_related("asked_by", "decided_by").order_by("id")
    )
    due, task_dues = explain_case(case, open_tasks, changes)
    return CaseDetail(
        case=case,
        tasks=tasks,
        steps=case_history(viewer, case),
        clock_changes=changes,
        mine=[task for task in open_tasks if may_do(viewer, task)],
        due=due,
        task_dues=task_dues,
        duplicates=list(Case.objects.filter(merged_into=case).defer("search").order_by("id")[:50]),
    )


def may_do(viewer: Viewer, task: Task) -> bool:
    """Whether this viewer may complete the task."""
    kind = kinds_by_key().get(task.kind)
    return kind is not None and viewer.may(
        kind.right, organisation_id=task.organisation_id, division=task.division_code
    )


def task_to_do(viewer: Viewer, task_id: int) -> Task:
    """An open task this viewer may do, with its case; ``NotFound`` otherwise, ``Conflict`` when it is done."""
    task = store.read_task(task_id)
    if task is None or not may_do(viewer, task):
        raise NotFound(_("There is no such task for you."))
    if task.status != Task.Status.OPEN:
        raise Conflict(_("This task has been done or withdrawn meanwhile."))
    return task


def case_history(viewer: Viewer, case: Case) -> list[CaseStep]:
    """What happened, in order. Staff who may see the case see all of it; others what is public."""
    rows = CaseStep.objects.filter(case=case).select_related("account", "organisation").order_by("at", "id")
    if viewer.kind not in ("staff", "system"):
        rows = rows.filter(is_public=True)
    return list(rows)


def similar_cases(
    viewer: Viewer | None,
    *,
    lon: float,
    lat: float,
    class_code: str = "",
    radius_m: float = 200,
    days: int = 30,
    limit: int = 5,
) -> list[Case]:
    """Open cases near a place, of the class if one is given, nearest first.

    ``viewer`` None: what may be published, for a resident about to report. Each has ``distance_m``.
    """
    rows: QuerySet[Case] = (
        Case.objects.filter(is_public=True).defer("search", "description", "address")
        if viewer is None
        else cases_for(viewer)
    )
    rows = rows.filter(status__in=["open", "suspended"], opened_at__gte=_since(days))
    if class_code:
        rows = rows.filter(case_class_id=class_code)
    return list(_near(rows.select_related("case_class"), lon, lat, radius_m)[:limit])


def _near(rows: QuerySet[Case], lon: float, lat: float, radius_m: float) -> QuerySet[Case]:
    """Rows within a radius: a box for the index, then the distance on a plane that fits the city."""
    shrink = max(cos(radians(lat)), 0.01)
    height, width = radius_m / METRES_PER_DEGREE, radius_m / METRES_PER_DEGREE / shrink
    box = RawSQL(
        "point(cases_case.lon, cases_case.lat) <@ box(point(%s, %s), point(%s, %s))",
        [lon - width, lat - height, lon + width, lat + height],
        output_field=BooleanField(),
    )
    distance = RawSQL(
        "sqrt(power((cases_case.lon - %s) * %s, 2) + power(cases_case.lat - %s, 2)) * %s",
        [lon, shrink, lat, METRES_PER_DEGREE],
        output_field=FloatField(),
    )
    near: QuerySet[Case] = (
        rows.filter(box, lon__isnull=False)
        .annotate(distance_m=distance)
        .filter(distance_m__lte=radius_m)
        .order_by("distance_m")
    )
    return near


def _since(days: int) -> datetime:
    return clock.now() - timedelta(days=days)
