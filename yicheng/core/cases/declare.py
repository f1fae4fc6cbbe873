"""What a part may declare about processes and the tasks people do in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.forms import Form
from django.utils.functional import Promise

from yicheng.core.kernel.slots import Slot
from yicheng.core.people.declare import RIGHTS

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, Task
    from yicheng.core.people.public import Viewer


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a task can end. ``tone`` says how its button looks (primary, plain, danger)."""

    key: str
    title: str | Promise
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who gets a task: an organisation whose staff hold the task's right, or one account in it."""

    organisation_id: int | None
    assignee_id: int | None = None


class TaskForm(Form):
    """What a step asks for besides its outcome. Doors make it with all four names, then pass ``cleaned_data`` on.

    ``outcome`` is the chosen one ("" while the form is only shown), so that ``clean`` can ask for what that
    outcome needs. A field named ``note`` holds the words for the case's history: doors pass it as the note of
    ``complete_task``, everything else as its ``data``, which goes on to ``done``.
    """

    def __init__(
        self, *args: Any, viewer: Viewer, case: Case, task: Task, outcome: str = "", **kwargs: Any
    ) -> None:
        self.viewer, self.case, self.task, self.outcome = viewer, case, task, outcome
        super().__init__(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of step that people do, which a drawn user task refers to.

    ``key`` is ``<application>.<verb>``; the BPMN user task names it by its id: ``dispatch`` or
    ``dispatch__second`` both mean the kind whose key ends in ``.dispatch`` of the process's application.
    ``outcomes`` become the routing variables ``outcome`` and ``<element id>_outcome``. ``form`` asks for more
    (cleaned data go to ``done``). ``assign`` decides who gets it (None, or answering None: the case's
    responsible body, else the dispatch table). ``done`` writes the application's own rows, in the same
    transaction, and may return more routing variables; what it sets on the ``case`` (organisation, class,
    severity, place, title) is stored with the step, before the next tasks are assigned. Where the process ends
    with the step, it may also set ``status`` to cancelled, or to merged with ``merged_into_id``.
    ``stage`` is the stage of the case while this task is open. ``assign_many`` is told of many cases before
    ``assign`` is asked about each (a bulk load), so that it can read what they need at once. ``assign_step`` is
    ``assign`` told which drawn element it is about (``review__fire``), and asked first.
    """

    key: str
    title: str | Promise
    right: str
    stage: str
    outcomes: tuple[Outcome, ...]
    form: type[TaskForm] | None = None
    assign: Callable[[Case], Assignment | None] | None = None
    done: Callable[[Viewer, Case, Task, str, Mapping[str, Any]], Mapping[str, Any] | None] | None = None
    assign_many: Callable[[Sequence[Case]], None] | None = None
    assign_step: Callable[[Case, str], Assignment | None] | None = None


@dataclass(frozen=True, slots=True)
class ProcessType:
    """A process that departments may draw: ``urban.case``.

    ``stages`` in order, key → title. ``variables`` are the routing variables a diagram may use, with an
    example value each (used to try a diagram and to check its expressions). ``closed`` is told when it ends.
    ``start_right`` is needed to start a case by hand, ``view_right`` to see cases within one's scopes.
    ``variables`` do not name what every case has: application, class_code, severity, source, division_code.
    ``is_family``: departments draw processes of their own of this type; a drawing ``<application>.<name>`` that no
    type is declared for belongs to it, and a case names the one it follows (``NewCase.drawing``).
    """

    key: str
    title: str | Promise
    application: str
    start_right: str
    stages: Mapping[str, str | Promise]
    tasks: tuple[TaskKind, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    numbering: str = "case"
    closed: Callable[[Case], None] | None = None
    view_right: str = "cases.view_case"
    is_family: bool = False


PROCESSES: Slot[ProcessType] = Slot("cases.processes", ProcessType, module="processes", attribute="PROCESSES")


def check_process_rights() -> Iterable[str]:
    """Every task and every process names rights that exist, stages that are listed."""
    for process in PROCESSES:
        if process.start_right not in RIGHTS:
            yield f"process {process.key}: there is no right {process.start_right!r}"
        if process.view_right not in RIGHTS:
            yield f"process {process.key}: there is no right {process.view_right!r}"
        for task in process.tasks:
            if task.right not in RIGHTS:
                yield f"task {task.key}: there is no right {task.right!r}"
            if task.stage not in process.stages:
                yield f"task {task.key}: process {process.key} has no stage {task.stage!r}"


CHECKS = (check_process_rights,)
