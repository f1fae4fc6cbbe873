"""What goes into the actions on cases and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, Task


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case needs to begin. Place columns come from ``places.public.locate``.

    ``drawing`` is the drawing of a family that it follows; ``limit_days`` its own time in working days, which then
    counts instead of the table of limits.
    """

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
    drawing: str = ""
    limit_days: int | None = None


#: told the task that ends, answers the data of the step and the note
Reading = Callable[["Task"], tuple[Mapping[str, Any], str]]


@dataclass(frozen=True, slots=True)
class Done:
    """What completing a task led to: the case as it now stands and its open tasks."""

    case: Case
    open_tasks: Sequence[Task]
