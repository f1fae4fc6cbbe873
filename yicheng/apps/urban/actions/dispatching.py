"""Many at once: filing reports as they came, dispatching cases to whom the table suggests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yicheng.apps.urban.queries.dispatching import suggested_for, tasks_of_kind
from yicheng.core.cases.public import complete_task
from yicheng.core.kernel.errors import Invalid, Refusal
from yicheng.core.people.public import Viewer


def file_as_reported(viewer: Viewer, task_ids: Sequence[int]) -> str:
    """File these reports with the class and urgency they came with; answers what happened in a sentence."""
    viewer.require("urban.file_case")

    def form(task: Any) -> dict[str, Any]:
        return {"class_code": task.class_code, "severity": task.severity, "is_public": True}

    done, left = _each(viewer, "urban.file", task_ids, "file", form)
    text = ngettext("%(count)s report filed.", "%(count)s reports filed.", done) % {"count": done}
    return f"{text} {left}".strip()


def dispatch_as_suggested(viewer: Viewer, task_ids: Sequence[int]) -> str:
    """Dispatch these cases to the departments suggested for them; answers what happened in a sentence."""
    viewer.require("urban.dispatch_case")

    def form(task: Any) -> dict[str, Any]:
        body = suggested_for(task)
        if body is None:
            raise Invalid(_("Nobody is suggested for case %(number)s."), number=task.case.number)
        return {"organisation_id": body}

    done, left = _each(viewer, "urban.dispatch", task_ids, "dispatch", form)
    text = ngettext("%(count)s case dispatched.", "%(count)s cases dispatched.", done) % {"count": done}
    return f"{text} {left}".strip()


def _each(
    viewer: Viewer, kind: str, task_ids: Sequence[int], outcome: str, form: Callable[[Any], dict[str, Any]]
) -> tuple[int, str]:
    """End each task, each in a transaction of its own; one refusal does not stop the others."""
    done, refused = 0, ""
    for task in tasks_of_kind(viewer, kind).filter(pk__in=task_ids):
        try:
            complete_task(viewer, task.pk, outcome=outcome, data=form(task))
            done += 1
        except Refusal as refusal:
            refused = str(refusal)
    return done, refused
