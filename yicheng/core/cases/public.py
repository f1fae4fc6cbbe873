"""What applications and faces may call about cases. Bodies live in ``actions`` and ``queries``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yicheng.core.cases.classes import ClassInfo, case_classes

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, Task
    from yicheng.core.people.public import Viewer

__all__ = ["ClassInfo", "Done", "NewCase", "case_classes", "complete_task", "start_case"]


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case needs to begin. Place columns come from ``places.public.locate``."""

    process: str
    class_code: str
    title: str
    source: str
    description: str = ""
    severity: int = 2
    organisation_id: int | None = None
    division_code: str = ""
    cell_code: str = ""
    lon: float | None = None
    lat: float | None = None
    datum: str = "wgs84"
    address: str = ""
    is_public: bool = False
    variables: Mapping[str, Any] | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What completing a task led to: the case as it now stands and its open tasks."""

    case: Case
    open_tasks: Sequence[Task]


def start_case(viewer: Viewer, new: NewCase, *, idempotency_key: str = "") -> Done:
    """Open a case and run its published process to the first tasks. Raises ``Invalid``, ``Forbidden``."""
    from yicheng.core.cases import actions

    return actions.start_case(viewer, new, idempotency_key=idempotency_key)


def complete_task(
    viewer: Viewer, task_id: int, *, outcome: str, data: Mapping[str, Any] | None = None, note: str = ""
) -> Done:
    """End a task and run the process on. Raises ``NotFound``, ``Forbidden``, ``Conflict`` when done already."""
    from yicheng.core.cases import actions

    return actions.complete_task(viewer, task_id, outcome=outcome, data=data or {}, note=note)
