"""Whose desk a task is on: take it, let go of it, hand it to a colleague, pass it to another body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import store
from yicheng.core.cases.actions.progress import (
    find_open,
    line,
    require_running,
    require_task,
    subject,
    tell_change,
)
from yicheng.core.cases.models import Case, CaseStep, Task
from yicheng.core.cases.registry import kind_of
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.models import Account, Organisation
from yicheng.core.people.public import Viewer


def claim_task(viewer: Viewer, task_id: int) -> Task:
    """Take an open task that nobody has; ``Conflict`` when somebody was faster."""

    def take(case: Case, task: Task) -> str:
        if task.assignee_id not in (None, viewer.account_id):
            raise Conflict(_("Somebody else has taken this task meanwhile."))
        task.assignee_id = viewer.account_id
        return "claimed"

    return _change_task(viewer, task_id, take)


def release_task(viewer: Viewer, task_id: int) -> Task:
    """Put a task back on the body's common desk."""

    def release(case: Case, task: Task) -> str:
        task.assignee_id = None
        return "released"

    return _change_task(viewer, task_id, release)


def assign_task(viewer: Viewer, task_id: int, account_id: int, *, note: str = "") -> Task:
    """Hand a task to a colleague of the same body."""

    def assign(case: Case, task: Task) -> str:
        colleague = Account.objects.filter(pk=account_id, is_active=True, kind="staff").first()
        if colleague is None or (task.organisation_id and colleague.organisation_id != task.organisation_id):
            raise Invalid(
                _("Choose somebody of the body that has the task."),
                fields={"account": _("Not of this body.")},
            )
        task.assignee_id = colleague.pk
        return "assigned"

    return _change_task(viewer, task_id, assign, note=note)


def transfer_task(viewer: Viewer, task_id: int, organisation_id: int, *, note: str) -> Task:
    """Pass a task to another body, with the reason; the case's responsible body goes with it."""
    if not note.strip():
        raise Invalid(_("Say why the task is passed on."), fields={"note": _("A reason is needed.")})

    def transfer(case: Case, task: Task) -> str:
        if not Organisation.objects.filter(pk=organisation_id, is_active=True).exists():
            raise Invalid(
                _("There is no such body."), fields={"organisation": _("Choose a body of the list.")}
            )
        if case.organisation_id == task.organisation_id and task.part_of_id is None:
            Case.objects.filter(pk=case.pk).update(organisation_id=organisation_id)
            case.organisation_id = organisation_id
        task.organisation_id, task.assignee_id = organisation_id, None
        return "transferred"

    return _change_task(viewer, task_id, transfer, note=note)


def _change_task(viewer: Viewer, task_id: int, act: Callable[[Case, Task], str], *, note: str = "") -> Task:
    moment = clock.now()
    with transaction.atomic():
        case, _laid_down = store.lock_case_of_task(task_id)
        tasks, _state = store.open_tasks(case.pk)
        require_running(case)
        task = find_open(tasks, task_id)
        require_task(viewer, kind_of(case.process, task.element_id), task)
        action = act(case, task)
        Task.objects.filter(pk=task.pk).update(
            organisation_id=task.organisation_id, assignee_id=task.assignee_id
        )
        _note(viewer, case, task, action, note=note, moment=moment)
    return task


def _note(viewer: Viewer, case: Case, task: Task, action: str, *, note: str, moment: datetime) -> None:
    add_lines(viewer, case, [(action, note, task.kind)], moment=moment)
    record(
        viewer,
        action=f"cases.task_{action}",
        subject=subject(case),
        division=case.division_code,
        detail={"task": task.pk, "organisation": task.organisation_id, "assignee": task.assignee_id},
    )
    tell_change(case, action)


def add_lines(viewer: Viewer, case: Case, lines: Sequence[tuple[str, str, str]], *, moment: datetime) -> None:
    """Lines (action, note, task kind) of a case's history."""
    for action, note, kind in lines:
        written = line(viewer, action, note=note, kind=kind)
        CaseStep.objects.create(
            case_id=case.pk,
            at=moment,
            action=written.action,
            task_kind=written.task_kind,
            stage=case.stage,
            account_id=written.account_id,
            organisation_id=written.organisation_id,
            note=written.note,
        )
