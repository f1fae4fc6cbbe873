"""Merges a duplicate into the case it repeats."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import store
from yicheng.core.cases.actions.assign import add_lines
from yicheng.core.cases.actions.progress import done, line, require_manage, require_part, tell_change, write
from yicheng.core.cases.exchange import Done
from yicheng.core.cases.models import Case
from yicheng.core.cases.steps import Change
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.public import Viewer


def merge_case(viewer: Viewer, case_id: int, *, into_id: int, note: str = "") -> Done:
    """End an open case as a duplicate of another one, which may be closed already."""
    if case_id == into_id:
        raise Invalid(_("A case cannot be merged with itself."), fields={"into": _("Choose another case.")})
    moment = clock.now()
    with transaction.atomic():
        locked = {key: store.lock_case(key) for key in sorted((case_id, into_id))}
        (case, laid_down), (target, _same) = locked[case_id], locked[into_id]
        tasks, _state = store.open_tasks(case.pk)
        require_part(viewer, case, tasks)
        _require_readable(viewer, target)
        _require_mergeable(case, target)
        case.status, case.closed_at, case.merged_into_id = Case.Status.MERGED, moment, target.pk
        change = Change(case, cancelled=[task.pk for task in tasks], keep_timers=())
        change.history.append(line(viewer, "merged", note=note or target.number))
        write(
            viewer,
            change,
            laid_down,
            moment=moment,
            right_action="cases.merge_case",
            detail={"into": target.pk},
        )
        add_lines(viewer, target, [("absorbed", case.number, "")], moment=moment)
        tell_change(case, "merged")
        return done(case, tasks, change)


def _require_readable(viewer: Viewer, target: Case) -> None:
    from yicheng.core.cases.queries.scopes import may_view

    if not may_view(viewer, target):
        require_manage(viewer, target)


def _require_mergeable(case: Case, target: Case) -> None:
    if case.status not in (Case.Status.OPEN, Case.Status.SUSPENDED):
        raise Conflict(_("Case %(number)s is not open any more."), number=case.number)
    if target.status in (Case.Status.MERGED, Case.Status.CANCELLED):
        raise Conflict(_("Case %(number)s was itself merged or cancelled. Choose the one that goes on."),
                       number=target.number)  # fmt: skip
    if target.process != case.process:
        raise Conflict(_("Only cases of the same process can be merged."))
