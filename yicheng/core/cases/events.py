"""What happens to cases, told to whoever reacts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class CaseStarted:
    """A case was opened. ``source`` is its channel."""

    case_id: int
    number: str
    process: str
    application: str
    class_code: str
    severity: int
    source: str


@dataclass(frozen=True, slots=True)
class TaskCompleted:
    """A task ended. ``open_kinds`` are the kinds of the tasks open after it."""

    case_id: int
    number: str
    process: str
    task_kind: str
    outcome: str
    stage: str
    is_on_time: bool | None
    open_kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """A case ran to its end."""

    case_id: int
    number: str
    process: str
    is_on_time: bool | None


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """Something else was done to a case: ``change`` is the action of its history line."""

    case_id: int
    number: str
    process: str
    change: str


@dataclass(frozen=True, slots=True)
class TaskEscalated:
    """A task neared or passed its due time, at this rung of the ladder."""

    case_id: int
    number: str
    task_id: int
    task_kind: str
    level: str


EVENTS = (
    EventType("cases.case_started", _("A case was opened"), CaseStarted),
    EventType("cases.task_completed", _("A task was completed"), TaskCompleted),
    EventType("cases.case_closed", _("A case was closed"), CaseClosed),
    EventType("cases.case_changed", _("A case was changed"), CaseChanged),
    EventType("cases.task_escalated", _("A task was escalated"), TaskEscalated),
)
