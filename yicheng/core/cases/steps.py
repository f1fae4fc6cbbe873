"""Turns the progress of a process into rows: who gets which task, until when, and what is history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from yicheng.core.cases.calendar import Leg, due_at
from yicheng.core.cases.current import LimitLine, Rung, Settings
from yicheng.core.cases.declare import Assignment, TaskKind
from yicheng.core.cases.engine.running import OpenStep, Progress
from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.registry import kind_of, process_type


@dataclass(slots=True)
class History:
    """One line for people."""

    action: str
    task_kind: str = ""
    outcome: str = ""
    note: str = ""
    account_id: int | None = None
    organisation_id: int | None = None
    is_public: bool = True


@dataclass(slots=True)
class Change:
    """Everything one step writes, gathered so that it goes to the database in one statement."""

    case: Case
    state: bytes | None = None
    done: Task | None = None
    cancelled: Sequence[int] = ()
    opened: list[Task] = field(default_factory=list)
    timers: list[dict[str, Any]] = field(default_factory=list)
    #: process timers still running; None: none has changed
    keep_timers: Sequence[str] | None = None
    history: list[History] = field(default_factory=list)


def case_limit(case: Case, laid_down: Settings) -> LimitLine | None:
    """The limit for the whole case."""
    return laid_down.limit(
        process=case.process,
        task="",
        class_code=case.case_class_id,
        division=case.division_code,
        severity=case.severity,
    )


def set_case_due(case: Case, laid_down: Settings) -> None:
    """Count the case's due time from where its clock begins; without pauses yet."""
    begin = case.counted_from or case.opened_at
    if case.limit_days is not None:
        case.limit_id = None
        case.due_at = due_at(laid_down.calendar, begin, [Leg(float(case.limit_days), "work_day")])
        return
    line = case_limit(case, laid_down)
    case.limit_id = line.id if line else None
    case.due_at = due_at(laid_down.calendar, begin, [line.leg]) if line else None


def follow(
    change: Change,
    progress: Progress,
    laid_down: Settings,
    *,
    open_tasks: Sequence[Task],
    moment: datetime,
    trodden: Sequence[str] = (),
) -> None:
    """Compare where the process stands with the tasks on desks; note what opens and what falls away.

    ``trodden``: the elements done before, in the order they were first done; opening one that comes no later
    than the task just done is rework.
    """
    case = change.case
    known = {task.engine_id for task in open_tasks}
    waiting = {str(step.id) for step in progress.steps}
    done = change.done.pk if change.done else None
    change.cancelled = [t.pk for t in open_tasks if t.engine_id not in waiting and t.pk != done]
    fresh = [step for step in progress.steps if str(step.id) not in known or _was_done(step, change)]
    for step in fresh:
        change.opened.append(open_task(case, step, laid_down, moment=moment))
    if change.done is not None:
        case.rework_count += sum(
            is_rework(step.element_id, change.done.element_id, trodden) for step in fresh
        )
    change.timers += [
        {"kind": "process", "key": str(timer.id), "element_id": timer.element_id, "due_at": timer.due_at}
        for timer in progress.timers
    ]
    change.keep_timers = [f"{timer.id}" for timer in progress.timers]
    set_stage(case, progress)


def is_rework(opened: str, done: str, trodden: Sequence[str]) -> bool:
    """Whether opening this element after that one was done means going back."""
    if opened not in trodden:
        return False
    return done not in trodden or trodden.index(opened) <= trodden.index(done)


def _was_done(step: OpenStep, change: Change) -> bool:
    """A step whose number is that of the task just done: the process went back to it."""
    return change.done is not None and change.done.engine_id == str(step.id)


def open_task(case: Case, step: OpenStep, laid_down: Settings, *, moment: datetime) -> Task:
    """A task for a step of the process, on the desk of whoever it is assigned to."""
    kind = kind_of(case.process, step.element_id)
    to = assignment(kind, case, laid_down, element_id=step.element_id)
    task = Task(
        case_id=case.pk,
        kind=kind.key,
        element_id=step.element_id,
        engine_id=str(step.id),
        status=Task.Status.OPEN,
        application=case.application,
        class_code=case.case_class_id,
        severity=case.severity,
        division_code=case.division_code,
        organisation_id=to.organisation_id,
        assignee_id=to.assignee_id,
        opened_at=moment,
    )
    set_task_due(task, case, laid_down)
    return task


def assignment(kind: TaskKind, case: Case, laid_down: Settings, *, element_id: str) -> Assignment:
    """Who gets a task of this kind: what the kind says, else the responsible body.

    A case that has none yet gets the dispatch table's.
    """
    decided = kind.assign_step(case, element_id) if kind.assign_step else None
    if decided is None and kind.assign:
        decided = kind.assign(case)
    if decided is not None:
        return decided
    if case.organisation_id is None:
        case.organisation_id = laid_down.responsible(case.case_class_id, case.division_code)
    return Assignment(case.organisation_id)


def set_task_due(task: Task, case: Case, laid_down: Settings) -> None:
    """The task's own limit from its opening; without one, the case's due time."""
    line = laid_down.limit(
        process=case.process,
        task=task.kind,
        class_code=task.class_code,
        division=task.division_code,
        severity=task.severity,
    )
    task.limit_id = line.id if line else None
    task.due_at = due_at(laid_down.calendar, task.opened_at, [line.leg]) if line else case.due_at


def next_rungs(
    tasks: Sequence[Task], case: Case, laid_down: Settings, *, after: datetime | None = None
) -> list[dict[str, Any]]:
    """For each task the next rung of its ladder: only that one waits; it brings the one after it when it fires."""
    found = []
    for task in tasks:
        coming = [(at, rung) for at, rung in ladder(task, case, laid_down) if after is None or at > after]
        if coming:
            at, rung = coming[0]
            found.append({"engine_id": task.engine_id, "key": rung.level, "due_at": at})
    return found


def ladder(task: Task, case: Case, laid_down: Settings) -> list[tuple[datetime, Rung]]:
    """The rungs that concern a task, with the moment of each, in the order in which they are reached."""
    if task.due_at is None:
        return []
    rungs = [
        (rung_at(laid_down, task.due_at, rung), rung)
        for rung in laid_down.rungs
        if rung_concerns(rung, process=case.process, task=task.kind, severity=task.severity)
    ]
    return sorted(rungs, key=lambda one: one[0])


def rung_concerns(rung: Rung, *, process: str, task: str, severity: int) -> bool:
    """Whether this rung of the ladder is for such a task."""
    return rung.process in ("", process) and rung.task in ("", task) and rung.severity in (None, severity)


def rung_at(laid_down: Settings, due: datetime, rung: Rung) -> datetime:
    """When the rung is reached for a task that is due then."""
    if rung.leg.amount <= 0:
        return due - timedelta(seconds=abs(rung.leg.seconds(laid_down.calendar)))
    return due_at(laid_down.calendar, due, [rung.leg]) or due


def set_stage(case: Case, progress: Progress) -> None:
    """The case stands at the earliest stage of the steps that wait."""
    stages = list(process_type(case.process).stages)
    open_stages = [kind_of(case.process, step.element_id).stage for step in progress.steps]
    if open_stages:
        case.stage = min(open_stages, key=stages.index)
