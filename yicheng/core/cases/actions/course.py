"""Changes a case's course: back to an earlier step, open again after its end, or ended before it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import store
from yicheng.core.cases.actions.progress import (
    done,
    find_open,
    line,
    load_run,
    require_manage,
    require_running,
    require_task,
    tell_change,
    write,
)
from yicheng.core.cases.engine.running import Run
from yicheng.core.cases.exchange import Done
from yicheng.core.cases.models import Case
from yicheng.core.cases.registry import kind_of
from yicheng.core.cases.steps import Change, follow, set_case_due
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.public import Viewer


def send_back(viewer: Viewer, task_id: int, *, element_id: str = "", note: str) -> Done:
    """Take the case back from an open task to a step passed before ("": the newest one), with the reason."""
    _require_reason(note)
    moment = clock.now()
    with transaction.atomic():
        case, laid_down = store.lock_case_of_task(task_id)
        require_running(case)
        tasks, state = store.open_tasks(case.pk)
        task = find_open(tasks, task_id)
        require_task(viewer, kind_of(case.process, task.element_id), task)
        run = load_run(case, state, moment=moment)
        run.go_back(element_id or _newest(run, task.element_id))
        change = Change(case, state=run.dump())
        progress = run.progress()
        follow(change, progress, laid_down, open_tasks=tasks, moment=moment)
        case.rework_count += 1
        change.history.append(line(viewer, "sent_back", note=note, kind=task.kind))
        write(
            viewer, change, laid_down, moment=moment, right_action="cases.send_back", detail={"task": task.pk}
        )
        tell_change(case, "sent_back")
        return done(case, tasks, change)


def _newest(run: Run, element_id: str) -> str:
    earlier = [passed for passed in run.returnable() if passed != element_id]
    if not earlier:
        raise Conflict(_("This is the first step: the case cannot go back from here."))
    return earlier[0]


def reopen_case(viewer: Viewer, case_id: int, *, element_id: str = "", note: str) -> Done:
    """Open a closed case again at a step passed before ("": the last one); its time is counted anew."""
    _require_reason(note)
    moment = clock.now()
    with transaction.atomic():
        case, laid_down = store.lock_case(case_id)
        require_manage(viewer, case)
        if case.status not in (Case.Status.CLOSED, Case.Status.CANCELLED):
            raise Conflict(_("Case %(number)s is not closed."), number=case.number)
        tasks, state = store.open_tasks(case.pk)
        run = load_run(case, state, moment=moment)
        run.go_back(element_id or _newest(run, ""))
        case.status, case.closed_at, case.is_on_time = Case.Status.OPEN, None, None
        case.counted_from = moment
        set_case_due(case, laid_down)
        change = Change(case, state=run.dump())
        follow(change, run.progress(), laid_down, open_tasks=tasks, moment=moment)
        change.history.append(line(viewer, "reopened", note=note))
        write(viewer, change, laid_down, moment=moment, right_action="cases.reopen_case")
        tell_change(case, "reopened")
        return done(case, tasks, change)


def cancel_case(viewer: Viewer, case_id: int, *, note: str) -> Done:
    """End a case before its process does, with the reason."""
    _require_reason(note)
    moment = clock.now()
    with transaction.atomic():
        case, laid_down = store.lock_case(case_id)
        require_manage(viewer, case)
        if case.status not in (Case.Status.OPEN, Case.Status.SUSPENDED):
            raise Conflict(_("Case %(number)s is not open any more."), number=case.number)
        tasks, _state = store.open_tasks(case.pk)
        case.status, case.closed_at = Case.Status.CANCELLED, moment
        change = Change(case, cancelled=[task.pk for task in tasks], keep_timers=())
        change.history.append(line(viewer, "cancelled", note=note))
        write(viewer, change, laid_down, moment=moment, right_action="cases.cancel_case")
        tell_change(case, "cancelled")
        return done(case, tasks, change)


def _require_reason(note: str) -> None:
    if not note.strip():
        raise Invalid(_("Say why."), fields={"note": _("A reason is needed.")})
