"""A process on its way: begin, end a step, let a timer fire, hand over a message, go back.

No database: an action loads a ``Run`` from its bytes, takes one step, and stores
what ``progress()`` and ``dump()`` say. Moments are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from SpiffWorkflow.bpmn.specs.event_definitions.message import (
    MessageEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import (
    MultipleEventDefinition,
)
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from yicheng.core.cases.engine import state
from yicheng.core.cases.engine.findings import StepRefused
from yicheng.core.cases.engine.restricted import Workflow, due_of
from yicheng.core.cases.engine.specification import Specification
from yicheng.core.cases.engine.timers import FaultyTimer
from yicheng.core.cases.engine.tokens import FaultyExpression
from yicheng.core.kernel.errors import Conflict

ROUND_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that waits for a person. ``item`` is what a repeated step is about."""

    id: int
    element_id: str
    name: str
    lane: str
    item: Any = None


@dataclass(frozen=True, slots=True)
class OpenTimer:
    """A timer that waits for its moment."""

    id: int
    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the process stands. ``passed`` are the elements gone through since the run was loaded."""

    steps: tuple[OpenStep, ...]
    timers: tuple[OpenTimer, ...]
    messages: tuple[str, ...]
    tokens: tuple[str, ...]
    thrown: tuple[str, ...]
    passed: tuple[str, ...]
    is_finished: bool


class Run:
    """One process under way, in memory for one step."""

    def __init__(self, spec: Specification, workflow: Workflow, counter: int) -> None:
        self.spec, self.workflow, self.counter = spec, workflow, counter
        self._passed: list[str] = []
        self._thrown: list[str] = []

    @classmethod
    def begin(cls, spec: Specification, variables: Mapping[str, Any], *, moment: datetime) -> Run:
        """Start a process and run it to its first waiting steps."""
        with _refusing():
            workflow = Workflow(spec.spec, spec.subprocess_specs, moment=moment)
            workflow.task_tree.data = spec.routing(variables)
            run = cls(spec, workflow, 0)
            run._go_on()
        run.counter = state.number_steps(workflow, 0)
        return run

    @classmethod
    def load(cls, spec: Specification, data: bytes, *, moment: datetime) -> Run:
        """Take up a process where ``dump`` left it."""
        return cls(spec, *state.load(spec, data, moment=moment))

    def dump(self) -> bytes:
        """The state to store."""
        data, self.counter = state.dump(self.workflow, self.counter)
        return data

    # ── steps ───────────────────────────────────────────────────────────────

    def complete(self, step_id: int, variables: Mapping[str, Any]) -> None:
        """End a person's step; ``Conflict`` when it is not open any more."""
        task = self._open_task(step_id)
        with _refusing():
            task.set_data(**self.spec.routing(variables))
            task.run()
            self._pass(task)
            self._go_on()

    def wake(self) -> None:
        """Let every timer fire whose moment has come."""
        with _refusing():
            self._go_on()

    def deliver(self, message: str, variables: Mapping[str, Any]) -> None:
        """Hand over a message that the process waits for; ``Conflict`` when it does not."""
        if message not in self._messages():
            raise Conflict(_("The case does not wait for the message “%(message)s” now."), message=message)
        with _refusing():
            event = BpmnEvent(MessageEventDefinition(message), payload=self.spec.routing(variables))
            self.workflow.send_event(event)
            self._go_on()

    def go_back(self, element_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """Take the process back to a step passed before; everything after that step is undone."""
        with _refusing():
            task = self._last_done(element_id)
            self._reopen(task)
            self.workflow.reset_from_task_id(task.id)
            if variables:
                self.workflow.get_task_from_id(task.id).set_data(**self.spec.routing(variables))
            self._go_on()

    def stop(self) -> None:
        """Cancel everything still open."""
        with _refusing():
            self.workflow.cancel()

    # ── where it stands ─────────────────────────────────────────────────────

    def progress(self) -> Progress:
        """What waits now, and what happened since the run was loaded."""
        self.counter = state.number_steps(self.workflow, self.counter)
        waiting = list(self.workflow.event_manager.tasks.values())
        steps = tuple(_open_step(task) for task in self._ready_tasks())
        timers = tuple(
            OpenTimer(task.id.int, task.task_spec.bpmn_id, due) for task in waiting if (due := due_of(task))
        )
        tokens = {step.element_id for step in steps} | {t.task_spec.bpmn_id for t in waiting if _is_token(t)}
        return Progress(
            steps,
            timers,
            tuple(sorted(self._messages())),
            tuple(sorted(token for token in tokens if token)),
            tuple(self._thrown),
            tuple(self._passed),
            bool(self.workflow.completed),
        )

    def returnable(self) -> list[str]:
        """Elements of the person's steps done so far that ``go_back`` may lead to, newest first, each once."""
        return list(dict.fromkeys(task.task_spec.bpmn_id for task in reversed(self._steps_done())))

    def trodden(self) -> list[str]:
        """Elements of the person's steps done so far, in the order they were first done."""
        return list(dict.fromkeys(task.task_spec.bpmn_id for task in self._steps_done()))

    def variables(self) -> dict[str, Any]:
        """The routing variables as the newest step sees them."""
        last = self.workflow.last_task
        return dict(last.data) if last is not None else {}

    # ── inside ──────────────────────────────────────────────────────────────

    def _go_on(self) -> None:
        """Run everything that waits for nobody; bounded, whatever is drawn."""
        rounds = 0

        def count(task: Any) -> None:
            nonlocal rounds
            rounds += 1
            self._pass(task)
            if rounds > ROUND_LIMIT:
                raise _in_circles()

        self.workflow.refresh_timers()
        while True:
            self.workflow.do_engine_steps(did_complete_task=count)
            if not any(not task.task_spec.manual for task in self._tasks(TaskState.READY)):
                break
        self._thrown += [event.event_definition.name for event in self.workflow.get_events()]

    def _pass(self, task: Any) -> None:
        if task.task_spec.bpmn_id:
            self._passed.append(task.task_spec.bpmn_id)

    def _tasks(self, mask: int) -> Iterator[Any]:
        for scope in (self.workflow, *self.workflow.subprocesses.values()):
            for task in scope.tasks.values():
                if task._state & mask:
                    yield task

    def _ready_tasks(self) -> list[Any]:
        return [task for task in self._tasks(TaskState.READY) if task.task_spec.manual]

    def _open_task(self, step_id: int) -> Any:
        for task in self._ready_tasks():
            if task.id.int == step_id:
                return task
        raise Conflict(_("This step is no longer open. Reload the page to see where the case stands."))

    def _messages(self) -> set[str]:
        names: set[str] = set()
        for task in self.workflow.event_manager.tasks.values():
            definition = task.task_spec.event_definition
            parts = (
                definition.event_definitions
                if isinstance(definition, MultipleEventDefinition)
                else [definition]
            )
            names |= {part.name for part in parts if isinstance(part, MessageEventDefinition)}
        return names

    def _steps_done(self) -> list[Any]:
        done = [t for t in self._tasks(TaskState.COMPLETED) if t.task_spec.manual and t.task_spec.bpmn_id]
        return sorted(done, key=_newest)

    def _last_done(self, element_id: str) -> Any:
        done = [
            t
            for t in self._tasks(TaskState.COMPLETED)
            if t.task_spec.bpmn_id == element_id and t.task_spec.manual
        ]
        if not done:
            raise StepRefused(_("The case has not passed this step, so it cannot go back there."))
        return max(done, key=_newest)

    def _reopen(self, task: Any) -> None:
        """A finished process that goes back is under way again."""
        scope = task.workflow
        while scope is not None:
            scope.completed = False
            scope = scope.parent_workflow


def _open_step(task: Any) -> OpenStep:
    spec, internal = task.task_spec, task.internal_data
    item = internal.get("key_or_index", internal.get("item"))
    return OpenStep(task.id.int, spec.bpmn_id, spec.bpmn_name or "", spec.lane or "", item)


def _is_token(task: Any) -> bool:
    """Boundary events wait beside a step; the token stands on the step."""
    return type(task.task_spec).__name__ != "BoundaryEvent"


def _in_circles() -> StepRefused:
    return StepRefused(_("The process goes round in circles. Check the conditions of its gateways."))


@contextmanager
def _refusing() -> Iterator[None]:
    """What the library raises, as one refusal that names the element."""
    try:
        yield
    except SpiffWorkflowException as fault:
        element = getattr(getattr(fault, "task_spec", None), "bpmn_name", None) or ""
        raise StepRefused(
            _("The process cannot go on at “%(element)s”: %(fault)s"), element=element, fault=str(fault)[:300]
        ) from fault
    except RecursionError:  # the library looks ahead along a drawing's arrows by calling itself
        raise _in_circles() from None
    except (FaultyExpression, FaultyTimer) as fault:
        raise StepRefused(_("The process cannot go on: %(fault)s"), fault=str(fault)[:300]) from fault


def _newest(task: Any) -> tuple[float, int]:
    return task.last_state_change, task.id.int
