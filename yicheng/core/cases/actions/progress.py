"""What the actions on a running case share: who may, what is told, how a step ends up in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import store
from yicheng.core.cases.calendar import Pause
from yicheng.core.cases.current import Settings
from yicheng.core.cases.declare import TaskKind
from yicheng.core.cases.engine.running import Progress, Run
from yicheng.core.cases.events import CaseChanged, CaseClosed
from yicheng.core.cases.exchange import Done
from yicheng.core.cases.models import Case, ClockChange, Task
from yicheng.core.cases.registry import CASE_VARIABLES, process_type, specification
from yicheng.core.cases.steps import Change, History, next_rungs
from yicheng.core.events.public import Fact, publish, telling
from yicheng.core.journal.public import recording
from yicheng.core.kernel.errors import Conflict, Forbidden, NotFound
from yicheng.core.people.public import Viewer

NOTE_LIMIT = 4_000


def subject(case: Case) -> str:
    """How the audit trail and events name a case."""
    return f"case/{case.pk}"


def require_running(case: Case) -> None:
    """Refuse to move a case that is over or whose clock stands."""
    if case.status == Case.Status.SUSPENDED:
        raise Conflict(_("Case %(number)s is suspended. Resume it first."), number=case.number)
    if case.status != Case.Status.OPEN:
        raise Conflict(_("Case %(number)s is not open any more."), number=case.number)


def find_open(tasks: Sequence[Task], task_id: int) -> Task:
    """The task among those open; ``Conflict`` when it was done meanwhile."""
    for task in tasks:
        if task.pk == task_id:
            return task
    raise Conflict(
        _("This task has been done or withdrawn meanwhile. Reload the page to see where the case stands.")
    )


def require_task(viewer: Viewer, kind: TaskKind, task: Task) -> None:
    """The viewer holds the task's right for its desk, or manages cases there; and it is nobody else's."""
    mine = viewer.may(kind.right, organisation_id=task.organisation_id, division=task.division_code)
    if not mine:
        if not viewer.may(
            "cases.manage_case", organisation_id=task.organisation_id, division=task.division_code
        ):
            if not viewer.is_signed_in:
                viewer.require(kind.right)
            raise NotFound(_("There is no such task, or it is not on your desk."))
        return
    manages = viewer.kind == "system" or viewer.may(
        "cases.manage_case", organisation_id=task.organisation_id, division=task.division_code
    )
    if task.assignee_id not in (None, viewer.account_id) and not manages:
        raise Forbidden(_("This task has been taken by somebody else. Ask them to release it."))


def require_manage(viewer: Viewer, case: Case, right: str = "cases.manage_case") -> None:
    """The viewer manages cases where this one is."""
    viewer.require(right, organisation_id=case.organisation_id, division=case.division_code)


def require_part(viewer: Viewer, case: Case, tasks: Sequence[Task]) -> None:
    """The viewer has a task in the case, or manages it."""
    from yicheng.core.cases.registry import kinds_by_key

    for task in tasks:
        kind = kinds_by_key().get(task.kind)
        if kind and viewer.may(kind.right, organisation_id=task.organisation_id, division=task.division_code):
            return
    require_manage(viewer, case)


def case_variables(case: Case, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The routing variables every process may use, and the application's own."""
    own = {
        "application": case.application,
        "class_code": case.case_class_id,
        "severity": case.severity,
        "source": case.source,
        "division_code": case.division_code,
    }
    assert set(own) == set(CASE_VARIABLES)
    return {**own, **(variables or {})}


def load_run(case: Case, state: bytes | None, *, moment: datetime) -> Run:
    """The running process of a case; one that was brought in by bulk begins when the case was opened."""
    if case.version_id is None:
        raise Conflict(_("Case %(number)s follows no drawn process."), number=case.number)
    spec = specification(case.version_id)
    if state is None:
        state = Run.begin(spec, case_variables(case), moment=case.opened_at).dump()
    return Run.load(spec, state, moment=moment)


def pauses_of(case: Case) -> list[Pause]:
    """The stretches in which the case's clock stood."""
    rows = ClockChange.objects.filter(
        case_id=case.pk, kind=ClockChange.Kind.PAUSE, status__in=["granted", "ended"]
    ).values_list("decided_at", "ended_at")
    return [Pause(begin, end) for begin, end in rows if begin is not None]


def write(viewer: Viewer, change: Change, laid_down: Settings, *, moment: datetime, right_action: str,
          detail: Mapping[str, Any] | None = None, facts: Sequence[Fact] = ()) -> None:  # fmt: skip
    """Store a step, its line in the audit trail and the facts to tell: one statement."""
    trail = recording(
        viewer,
        action=right_action,
        subject=subject(change.case),
        division=change.case.division_code,
        detail=detail or {},
    )
    told = telling(facts)
    store.write_step(
        change,
        moment=moment,
        rungs=next_rungs(change.opened, change.case, laid_down),
        beside=[trail] if told is None else [trail, told],
    )


def tell_change(case: Case, change: str) -> None:
    """Publish that something was done to a case."""
    publish(
        "cases.case_changed",
        CaseChanged(case.pk, case.number, case.process, change),
        subject=subject(case),
        division=case.division_code,
    )


def close_if_finished(case: Case, progress: Progress, *, moment: datetime) -> bool:
    """Close a case whose process has ended; cancelled or merged where the application's last step said so."""
    if not progress.is_finished:
        case.status = Case.Status.OPEN
        return False
    case.closed_at = moment
    if case.status == Case.Status.OPEN:
        case.status = Case.Status.CLOSED
        case.is_on_time = None if case.due_at is None else moment <= case.due_at
    return True


def tell_closed(case: Case) -> None:
    """Publish the end of a case and let its application know."""
    fact = end_of(case)
    publish(fact.key, fact.payload, subject=fact.subject, division=fact.division)
    let_know_closed(case)


def end_of(case: Case) -> Fact:
    """That the case ran to its end, or was cancelled or merged with its last step."""
    about = (subject(case), case.division_code)
    if case.status == Case.Status.CLOSED:
        payload = CaseClosed(case.pk, case.number, case.process, case.is_on_time)
        return Fact("cases.case_closed", payload, *about)
    return Fact("cases.case_changed", CaseChanged(case.pk, case.number, case.process, case.status), *about)


def let_know_closed(case: Case) -> None:
    """Let the case's application know that it has ended."""
    closed = process_type(case.process).closed
    if closed is not None:
        closed(case)


def line(viewer: Viewer, action: str, *, note: str = "", kind: str = "", outcome: str = "") -> History:
    """A line of the case's history by this viewer."""
    return History(
        action,
        task_kind=kind,
        outcome=outcome,
        note=note[:NOTE_LIMIT],
        account_id=viewer.account_id,
        organisation_id=viewer.organisation_id,
    )


def done(case: Case, tasks: Sequence[Task], change: Change) -> Done:
    """The case as it now stands and its open tasks."""
    gone = {*change.cancelled, *([change.done.pk] if change.done else [])}
    return Done(case, (*(task for task in tasks if task.pk not in gone), *change.opened))
