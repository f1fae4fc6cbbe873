"""Who should handle a case: the owner of the part it is about, else whom the dispatch table names."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, QuerySet, Subquery

from yicheng.apps.urban.models import PartCase, UrbanCase
from yicheng.core.cases.public import dispatch_table, responsible_body, tasks_for
from yicheng.core.people.public import Viewer, bodies_holding

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, Task

REMEMBERED_S = 10
_kept: tuple[float, Callable[[str, str], int | None], dict[int, str]] | None = None


def suggested_body(case: Case) -> int | None:
    """The organisation to suggest to the command centre. At most two queries."""
    owner = PartCase.objects.filter(case_id=case.pk).values_list("part__owner_id", flat=True).first()
    return owner or responsible_body(case.case_class_id, case.division_code)


def tasks_of_kind(viewer: Viewer, kind: str) -> QuerySet[Task]:
    """Open tasks of one kind that this viewer may do; each knows ``is_verified`` and its part's ``owner_id``."""
    own = UrbanCase.objects.filter(pk=OuterRef("case_id"))
    owner = PartCase.objects.filter(case_id=OuterRef("case_id"))
    return (
        tasks_for(viewer)
        .filter(kind=kind, case__status="open")
        .annotate(
            is_verified=Subquery(own.values("is_verified")[:1]),
            owner_id=Subquery(owner.values("part__owner_id")[:1]),
        )
    )


def suggested_for(task: Any) -> int | None:
    """The suggestion for a task of ``tasks_of_kind``, from the table kept for some seconds: no query for each row."""
    found: int | None = task.owner_id or _table()[1](task.class_code, task.division_code)
    return found


def suggested_name(task: Any) -> str:
    """The suggested organisation's name, "" when the table names none."""
    return _table()[2].get(suggested_for(task) or 0, "")


def forget() -> None:
    """Read table and names anew next time."""
    global _kept
    _kept = None


def _table() -> tuple[float, Callable[[str, str], int | None], dict[int, str]]:
    global _kept
    if _kept is None or time.monotonic() > _kept[0]:
        names = {body.id: body.name for body in bodies_holding("urban.handle_case")}
        _kept = (time.monotonic() + REMEMBERED_S, dispatch_table(), names)
    return _kept
