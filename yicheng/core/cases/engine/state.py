"""A running process as few bytes, without its specification (about 0.5–1.5 KB), and back.

Engine ids are small numbers given in order of creation, stable over every save. A
step's data is kept as the difference from its parent's. Names of specification
elements are listed once.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import (
    CatchingEvent,
)
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from yicheng.core.cases.engine.findings import StepRefused
from yicheng.core.cases.engine.restricted import Workflow
from yicheng.core.cases.engine.specification import Specification

FORMAT = 1
TASK_LIMIT = 5_000


class _Scope(msgspec.Struct, array_like=True):
    """One process or sub-process: parent is the engine id of the step that opened it (0: the main one)."""

    parent: int
    last: int
    completed: bool
    success: bool
    data: dict[str, Any]
    tasks: list[tuple[Any, ...]]


class _State(msgspec.Struct, array_like=True):
    format: int
    counter: int
    specs: list[str]
    scopes: list[_Scope]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_State)


def dump(workflow: Workflow, counter: int) -> tuple[bytes, int]:
    """The compressed state, and the last number given; renumbers steps created since the last save."""
    counter = number_steps(workflow, counter)
    names: dict[str, int] = {}
    scopes = [_dump_scope(workflow, 0, names)]
    scopes += [_dump_scope(sub, parent.int, names) for parent, sub in workflow.subprocesses.items()]
    if sum(len(scope.tasks) for scope in scopes) > TASK_LIMIT:
        raise StepRefused(_("The case has gone through too many steps. Close it and open a new one."))
    state = _State(FORMAT, counter, list(names), scopes)
    return zlib.compress(_encoder.encode(state), 3), counter


def number_steps(workflow: Workflow, counter: int) -> int:
    """Give every step created since the last save its small number; returns the last one given."""
    renamed: dict[UUID, UUID] = {}
    for scope in (workflow, *workflow.subprocesses.values()):
        for old in [task_id for task_id in scope.tasks if task_id.int >> 64]:
            counter += 1
            renamed[old] = UUID(int=counter)
    if renamed:
        _rename(workflow, renamed)
    return counter


def _rename(workflow: Workflow, renamed: Mapping[UUID, UUID]) -> None:
    texts = {str(old): str(new) for old, new in renamed.items()}
    for scope in (workflow, *workflow.subprocesses.values()):
        for task in scope.tasks.values():
            task.id = renamed.get(task.id, task.id)
            task._parent = renamed.get(task._parent, task._parent)
            task._children = [renamed.get(child, child) for child in task._children]
            if "merged" in task.internal_data:
                task.internal_data["merged"] = [
                    texts.get(item, item) for item in task.internal_data["merged"]
                ]
        scope.tasks = {task.id: task for task in scope.tasks.values()}
    for scope in workflow.subprocesses.values():
        scope.parent_task_id = renamed.get(scope.parent_task_id, scope.parent_task_id)
    workflow.subprocesses = {renamed.get(key, key): value for key, value in workflow.subprocesses.items()}
    workflow.event_manager.tasks = {task.id: task for task in workflow.event_manager.tasks.values()}


def _dump_scope(scope: Any, parent: int, names: dict[str, int]) -> _Scope:
    last = scope.last_task
    return _Scope(
        parent,
        last.id.int if last is not None and last.id in scope.tasks else 0,
        scope.completed,
        scope.success,
        {key: value for key, value in scope.data.items() if key != "data_objects"},
        [_dump_task(task, scope, names) for task in scope.tasks.values()],
    )


def _dump_task(task: Any, scope: Any, names: dict[str, int]) -> tuple[Any, ...]:
    spec = names.setdefault(task.task_spec.name, len(names))
    parent = scope.tasks.get(task._parent)
    base = parent.data if parent is not None else {}
    changed = {key: value for key, value in task.data.items() if key not in base or base[key] != value}
    dropped = [key for key in base if key not in task.data]
    row = (
        task.id.int,
        task._parent.int if task._parent else 0,
        task._state,
        spec,
        int(task.last_state_change * 1_000_000),
        task.triggered,
    )
    internal = {key: value for key, value in task.internal_data.items() if key != "seen_events"}
    extra = (internal, changed, dropped)
    return (*row, *extra) if any(extra) else row


def load(spec: Specification, data: bytes, *, moment: datetime) -> tuple[Workflow, int]:
    """The running process and the last number given."""
    state = _decoder.decode(zlib.decompress(data))
    workflow = Workflow(spec.spec, spec.subprocess_specs, moment=moment, deserializing=True)
    for number, scope in enumerate(state.scopes):
        target = workflow if number == 0 else _open_scope(workflow, scope.parent)
        _load_scope(target, scope, state.specs)
    return workflow, state.counter


def _open_scope(workflow: Workflow, parent: int) -> Any:
    task = workflow.get_task_from_id(UUID(int=parent))
    sub = BpmnSubWorkflow(
        workflow.subprocess_specs[task.task_spec.spec], task.id, workflow, deserializing=True
    )
    workflow.subprocesses[task.id] = sub
    sub.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
    return sub


def _load_scope(target: Any, scope: _Scope, names: list[str]) -> None:
    specs = target.spec.task_specs
    events = target.top_workflow.event_manager
    for number, parent, state, spec, changed_us, triggered, *extra in scope.tasks:
        task = Task(target, specs[names[spec]], state=state, id=UUID(int=number))
        above = target.tasks[UUID(int=parent)] if parent else None
        if above is not None:
            task._parent = above.id
            above._children.append(task.id)
            task.data = dict(above.data)
        task.last_state_change, task.triggered = changed_us / 1_000_000, triggered
        if extra:
            _apply(task, *extra)
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            events.add_task(task)
    target.task_tree = next(iter(target.tasks.values()))
    target.last_task = target.tasks.get(UUID(int=scope.last)) if scope.last else None
    target.completed, target.success = scope.completed, scope.success
    target.data.update(scope.data)


def _apply(task: Any, internal: dict[str, Any], changed: dict[str, Any], dropped: list[str]) -> None:
    task.internal_data = internal
    task.data.update(changed)
    for key in dropped:
        task.data.pop(key, None)
