"""What the routes answer: plain dataclasses, made from rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from yicheng.core.cases.declare import PROCESSES, TaskKind
from yicheng.core.kernel.languages import in_language

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, CaseStep, Task


@dataclass(frozen=True, slots=True)
class CaseOut:
    """A case, as lists show it."""

    id: int
    number: str
    application: str
    class_code: str
    class_name: str
    title: str
    source: str
    severity: int
    status: str
    stage: str
    stage_title: str
    organisation_id: int | None
    organisation: str
    division_code: str
    cell_code: str
    lon: float | None
    lat: float | None
    address: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    is_on_time: bool | None
    rework_count: int


@dataclass(frozen=True, slots=True)
class OutcomeOut:
    """A way a task can end."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class TaskOut:
    """A task. ``outcomes`` are the ways it can end."""

    id: int
    kind: str
    title: str
    case_id: int
    status: str
    outcome: str
    class_code: str
    severity: int
    division_code: str
    organisation_id: int | None
    assignee_id: int | None
    opened_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    is_on_time: bool | None
    outcomes: Sequence[OutcomeOut]


@dataclass(frozen=True, slots=True)
class StepOut:
    """A line of a case's history."""

    at: datetime
    action: str
    task_kind: str
    outcome: str
    stage: str
    account: str
    organisation: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseWhole:
    """A case with its tasks; ``mine`` are the ids of those the caller may do. ``due`` explains the due time."""

    case: CaseOut
    description: str
    due: str
    tasks: Sequence[TaskOut]
    mine: Sequence[int]


@dataclass(frozen=True, slots=True)
class Moved:
    """A case as a write left it: its state and its open tasks."""

    id: int
    number: str
    status: str
    stage: str
    open_tasks: Sequence[TaskOut]


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases. ``next``: the mark of the page after, empty on the last."""

    cases: Sequence[CaseOut]
    next: str


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A page of tasks, overdue ones first. ``next``: the mark of the page after, empty on the last."""

    tasks: Sequence[TaskOut]
    next: str


def case_out(case: Case) -> CaseOut:
    """A case whose class and body were read with it."""
    return CaseOut(
        id=case.pk,
        number=case.number,
        application=case.application,
        class_code=case.case_class_id,
        class_name=in_language(case.case_class.name, case.case_class.name_en),
        title=case.title,
        source=case.source,
        severity=case.severity,
        status=case.status,
        stage=case.stage,
        stage_title=stage_title(case.process, case.stage),
        organisation_id=case.organisation_id,
        organisation=_body(case),
        division_code=case.division_code,
        cell_code=case.cell_code,
        lon=case.lon,
        lat=case.lat,
        address=case.address,
        opened_at=case.opened_at,
        due_at=case.due_at,
        closed_at=case.closed_at,
        is_on_time=case.is_on_time,
        rework_count=case.rework_count,
    )


def task_out(task: Task) -> TaskOut:
    """A task with the ways it can end."""
    kind = kinds().get(task.kind)
    return TaskOut(
        id=task.pk,
        kind=task.kind,
        title=str(kind.title) if kind else task.kind,
        case_id=task.case_id,
        status=task.status,
        outcome=task.outcome,
        class_code=task.class_code,
        severity=task.severity,
        division_code=task.division_code,
        organisation_id=task.organisation_id,
        assignee_id=task.assignee_id,
        opened_at=task.opened_at,
        due_at=task.due_at,
        done_at=task.done_at,
        is_on_time=task.is_on_time,
        outcomes=_outcomes(kind) if kind and task.status == "open" else (),
    )


def step_out(step: CaseStep) -> StepOut:
    """A line of history whose account and body were read with it."""
    return StepOut(
        at=step.at,
        action=step.action,
        task_kind=step.task_kind,
        outcome=step.outcome,
        stage=step.stage,
        account=str(step.account or ""),
        organisation=str(step.organisation or ""),
        note=step.note,
    )


def moved(case: Case, open_tasks: Sequence[Task]) -> Moved:
    """What a write answers; needs nothing read again."""
    return Moved(case.pk, case.number, case.status, case.stage, [task_out(task) for task in open_tasks])


def stage_title(process: str, stage: str) -> str:
    """A stage's name in the asker's language; its key where the application is absent."""
    stages: Mapping[str, Any] = PROCESSES.get(process).stages if process in PROCESSES else {}
    return str(stages.get(stage, stage))


@cache
def kinds() -> Mapping[str, TaskKind]:
    """Every declared kind of task by its key."""
    return {kind.key: kind for process in PROCESSES for kind in process.tasks}


def _outcomes(kind: TaskKind) -> list[OutcomeOut]:
    return [OutcomeOut(outcome.key, str(outcome.title)) for outcome in kind.outcomes]


def _body(case: Case) -> str:
    body = case.organisation
    return in_language(str(body), body.name_en) if body else ""
