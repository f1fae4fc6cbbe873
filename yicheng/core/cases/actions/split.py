"""Splits a task among several departments; its owner ends it when all have done their part."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import store
from yicheng.core.cases.actions.progress import (
    find_open,
    line,
    require_running,
    require_task,
    tell_change,
    write,
)
from yicheng.core.cases.exchange import Done
from yicheng.core.cases.models import Task
from yicheng.core.cases.registry import kind_of
from yicheng.core.cases.steps import Change, set_task_due
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Viewer

PART_LIMIT = 20


def split_task(viewer: Viewer, task_id: int, organisation_ids: Sequence[int], *, note: str = "") -> Done:
    """Give each of these bodies a part of an open task. The task itself stays with its owner and waits for them."""
    wanted = list(dict.fromkeys(organisation_ids))
    moment = clock.now()
    with transaction.atomic():
        case, laid_down = store.lock_case_of_task(task_id)
        require_running(case)
        tasks, _state = store.open_tasks(case.pk)
        task = find_open(tasks, task_id)
        require_task(viewer, kind_of(case.process, task.element_id), task)
        _require_bodies(task, tasks, wanted)
        change = Change(case)
        for organisation_id in wanted:
            part = _part(task, organisation_id)
            part.opened_at = moment
            set_task_due(part, case, laid_down)
            change.opened.append(part)
        names = Organisation.objects.filter(pk__in=wanted).values_list("name", flat=True)
        change.history.append(line(viewer, "split", note=note or ", ".join(names), kind=task.kind))
        write(
            viewer,
            change,
            laid_down,
            moment=moment,
            right_action="cases.split_task",
            detail={"task": task.pk},
        )
        tell_change(case, "split")
    return Done(case, (*tasks, *change.opened))


def _part(task: Task, organisation_id: int) -> Task:
    return Task(
        case_id=task.case_id,
        kind=task.kind,
        element_id=task.element_id,
        engine_id=f"{task.engine_id}/{organisation_id}",
        status=Task.Status.OPEN,
        application=task.application,
        class_code=task.class_code,
        severity=task.severity,
        division_code=task.division_code,
        organisation_id=organisation_id,
        part_of_id=task.pk,
    )


def _require_bodies(task: Task, tasks: Sequence[Task], wanted: Sequence[int]) -> None:
    if task.part_of_id is not None:
        raise Conflict(_("A part cannot be split again. Its owner can be asked to."))
    if not 1 <= len(wanted) <= PART_LIMIT:
        raise Invalid(_("Choose between one and %(limit)s departments."), limit=PART_LIMIT)
    if Organisation.objects.filter(pk__in=wanted, is_active=True).count() != len(wanted):
        raise Invalid(_("One of the departments does not exist any more."))
    taken = {other.organisation_id for other in tasks if other.part_of_id == task.pk}
    if taken & set(wanted):
        raise Conflict(_("One of these departments has its part already."))
