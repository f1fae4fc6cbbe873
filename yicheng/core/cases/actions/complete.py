"""Ends tasks and takes the process on: the hottest path, three statements beside the application's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import store
from yicheng.core.cases.actions.progress import (
    NOTE_LIMIT,
    close_if_finished,
    done,
    end_of,
    find_open,
    let_know_closed,
    line,
    load_run,
    require_running,
    require_task,
    subject,
    tell_closed,
    write,
)
from yicheng.core.cases.current import Settings
from yicheng.core.cases.declare import TaskKind
from yicheng.core.cases.engine.running import Progress, Run
from yicheng.core.cases.events import TaskCompleted
from yicheng.core.cases.exchange import Done, Reading
from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.registry import kind_of
from yicheng.core.cases.steps import Change, follow, set_case_due
from yicheng.core.events.public import Fact
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.public import SYSTEM, Viewer


def complete_task(
    viewer: Viewer, task_id: int, *, outcome: str, data: Mapping[str, Any] | Reading, note: str = ""
) -> Done:
    """See ``public.complete_task``."""
    moment = clock.now()
    with transaction.atomic():
        case, laid_down = store.lock_case_of_task(task_id)
        tasks, state = store.open_tasks(case.pk)
        task = _find(viewer, tasks, task_id)
        kind = kind_of(case.process, task.element_id)
        require_task(viewer, kind, task)
        require_running(case)
        if callable(data):
            task.case = case
            data, note = data(task)
        _require_outcome(kind, outcome, note)
        _require_parts_done(task, tasks)
        _mark(task, viewer, outcome, moment=moment)
        change = Change(case, done=task)
        progress = None
        if task.part_of_id is None:
            progress = _take_on(viewer, change, tasks, state, laid_down, data=data, kind=kind, moment=moment)
        change.history.append(line(viewer, "completed", note=note, kind=kind.key, outcome=outcome))
        _finish(viewer, change, laid_down, kind=kind, progress=progress, moment=moment)
        return done(case, tasks, change)


def _find(viewer: Viewer, tasks: Sequence[Task], task_id: int) -> Task:
    """The task among those open; that it is done is told to those alone who might have done it."""
    try:
        return find_open(tasks, task_id)
    except Conflict:
        task = store.read_task(task_id)
        if task is not None:
            require_task(viewer, kind_of(task.case.process, task.element_id), task)
        raise


def _require_outcome(kind: TaskKind, outcome: str, note: str) -> None:
    known = [one.key for one in kind.outcomes]
    if outcome not in known:
        raise Invalid(
            _("“%(task)s” cannot end with “%(outcome)s”. Choose one of: %(known)s."),
            fields={"outcome": _("Choose how the task ends.")},
            task=kind.title,
            outcome=outcome,
            known=", ".join(known),
        )
    if len(note) > NOTE_LIMIT:
        raise Invalid(
            _("The note is longer than %(limit)s characters."),
            limit=NOTE_LIMIT,
            fields={"note": _("Shorten it.")},
        )


def _require_parts_done(task: Task, tasks: Sequence[Task]) -> None:
    waiting = sum(other.part_of_id == task.pk for other in tasks)
    if waiting:
        raise Conflict(_("%(count)s departments have not finished their part yet."), count=waiting)


def _mark(task: Task, viewer: Viewer, outcome: str, *, moment: datetime) -> None:
    task.status = Task.Status.DONE
    task.done_at, task.done_by_id, task.outcome = moment, viewer.account_id, outcome
    task.is_on_time = None if task.due_at is None else moment <= task.due_at


def _take_on(
    viewer: Viewer,
    change: Change,
    tasks: Sequence[Task],
    state: bytes | None,
    laid_down: Settings,
    *,
    data: Mapping[str, Any],
    kind: TaskKind,
    moment: datetime,
) -> Progress:
    """Let the application write its rows, then run the process to its next waiting steps."""
    case, task = change.case, change.done
    assert task is not None
    run = load_run(case, state, moment=moment)
    before = run.trodden()
    limit_of = (case.case_class_id, case.severity)
    more = kind.done(viewer, case, task, task.outcome, data) if kind.done else None
    if (case.case_class_id, case.severity) != limit_of:
        set_case_due(case, laid_down)
    outcome = {"outcome": task.outcome, f"{task.element_id}_outcome": task.outcome}
    run.complete(int(task.engine_id), {**_refreshed(case), **outcome, **(more or {})})
    return _note_progress(change, run, tasks, laid_down, moment=moment, before=before)


def _refreshed(case: Case) -> dict[str, Any]:
    """What a task's work may have changed about the case."""
    return {"class_code": case.case_class_id, "severity": case.severity, "division_code": case.division_code}


def _note_progress(
    change: Change,
    run: Run,
    tasks: Sequence[Task],
    laid_down: Settings,
    *,
    moment: datetime,
    before: Sequence[str],
) -> Progress:
    progress = run.progress()
    change.state = run.dump()
    on_process = [task for task in tasks if task.part_of_id is None]
    follow(change, progress, laid_down, open_tasks=on_process, moment=moment, trodden=before)
    gone = {*change.cancelled, change.done.pk if change.done else None}
    change.cancelled = [
        *change.cancelled,
        *(task.pk for task in tasks if task.part_of_id in gone and task.part_of_id),
    ]
    close_if_finished(change.case, progress, moment=moment)
    return progress


def _finish(
    viewer: Viewer,
    change: Change,
    laid_down: Settings,
    *,
    kind: TaskKind,
    progress: Progress | None,
    moment: datetime,
) -> None:
    case, task = change.case, change.done
    assert task is not None
    completed = TaskCompleted(
        case.pk,
        case.number,
        case.process,
        kind.key,
        task.outcome,
        case.stage,
        task.is_on_time,
        tuple(opened.kind for opened in change.opened),
    )
    facts = [Fact("cases.task_completed", completed, subject(case), case.division_code)]
    is_finished = progress is not None and progress.is_finished
    if is_finished:
        facts.append(end_of(case))
    detail = {"task": task.pk, "kind": kind.key, "outcome": task.outcome}
    write(
        viewer,
        change,
        laid_down,
        moment=moment,
        right_action="cases.complete_task",
        detail=detail,
        facts=facts,
    )
    if is_finished:
        let_know_closed(case)


def deliver_message(case_id: int, message: str, *, variables: Mapping[str, Any] | None = None) -> Done:
    """Hand a message to the case that waits for it; ``Conflict`` when it does not."""
    moment = clock.now()
    with transaction.atomic():
        case, laid_down = store.lock_case(case_id)
        require_running(case)
        tasks, state = store.open_tasks(case.pk)
        run = load_run(case, state, moment=moment)
        before = run.trodden()
        run.deliver(message, variables or {})
        return _moved_by_itself(case, run, tasks, laid_down, note=message, action="message", before=before)


def wake_case(case_id: int) -> Done:
    """Let the timers of a case fire whose moment has come."""
    moment = clock.now()
    with transaction.atomic():
        case, laid_down = store.lock_case(case_id)
        require_running(case)
        tasks, state = store.open_tasks(case.pk)
        run = load_run(case, state, moment=moment)
        before = run.trodden()
        run.wake()
        return _moved_by_itself(case, run, tasks, laid_down, note="", action="timer", before=before)


def _moved_by_itself(
    case: Case,
    run: Run,
    tasks: Sequence[Task],
    laid_down: Settings,
    *,
    note: str,
    action: str,
    before: Sequence[str],
) -> Done:
    moment = run.workflow.moment
    change = Change(case)
    progress = _note_progress(change, run, tasks, laid_down, moment=moment, before=before)
    passed = ", ".join(run.spec.drawing.name(element) or element for element in progress.passed)
    change.history.append(line(SYSTEM, action, note=note or passed))
    write(SYSTEM, change, laid_down, moment=moment, right_action=f"cases.{action}_reached")
    if progress.is_finished:
        tell_closed(case)
    return done(case, tasks, change)
