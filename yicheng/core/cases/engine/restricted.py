"""SpiffWorkflow with its doors to Python shut: every expression goes to the restricted evaluator.

The library hands drawn text to ``eval`` and ``exec``. Here both the script engine and
its environment are replaced, timers count on the platform's clock, repeated steps are
bounded, and decisions come from ``decisions.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from SpiffWorkflow.bpmn.script_engine.python_engine import (
    PythonScriptEngine,
)
from SpiffWorkflow.bpmn.script_engine.python_environment import (
    BasePythonScriptEngineEnvironment,
)
from SpiffWorkflow.bpmn.specs.defaults import (
    NoneTask,
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
)
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from yicheng.core.cases.engine.decisions import Decision
from yicheng.core.cases.engine.expressions import expression
from yicheng.core.cases.engine.findings import StepRefused
from yicheng.core.cases.engine.timers import cycle, duration, moment, timer_text

INSTANCE_LIMIT = 100


class Environment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """Where the library would run Python: reads expressions, runs nothing."""

    def evaluate(
        self,
        expression_text: str,
        context: Mapping[str, Any],
        external_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return expression(expression_text).value(context)

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise StepRefused(_("Scripts in drawings are never run."))

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        raise StepRefused(_("Services in drawings are never called."))


class Engine(PythonScriptEngine):  # type: ignore[misc]
    """The library's script engine with every path leading to ``Environment``."""

    def __init__(self) -> None:
        super().__init__(environment=Environment())

    def validate(self, expression_text: str) -> None:
        expression(expression_text)

    def evaluate(self, task: Any, expression_text: str, external_context: Any = None) -> Any:
        return self.environment.evaluate(expression_text, task.data)

    def execute(self, task: Any, script: str, external_context: Any = None) -> Any:
        return self.environment.execute(script, task.data)

    def call_service(self, task: Any, **kwargs: Any) -> Any:
        return self.environment.call_service(task.data)


ENGINE = Engine()


class Workflow(BpmnWorkflow):  # type: ignore[misc]
    """A running process that knows what time it is (``moment``, aware, UTC)."""

    def __init__(
        self, spec: Any, subprocess_specs: Any, *, moment: datetime, deserializing: bool = False
    ) -> None:
        self.moment = moment
        super().__init__(spec, subprocess_specs, script_engine=ENGINE, deserializing=deserializing)

    def get_tasks(self, first_task: Any = None, **wanted: Any) -> list[Any]:
        """The library walks its whole tree for the tasks in a state; where there is one or none, that is spared."""
        if first_task is None and not self.subprocesses and wanted.keys() == {"state"}:
            found = self._in_state(wanted["state"])
            if len(found) < 2:
                return found
        tasks: list[Any] = super().get_tasks(first_task, **wanted)
        return tasks

    def update_waiting_tasks(self) -> None:
        """Nothing to do, and no tree to walk, where none waits."""
        if self._in_state(TaskState.WAITING):
            super().update_waiting_tasks()

    def _in_state(self, mask: int) -> list[Any]:
        return [task for task in self.tasks.values() if task._state & mask]


def due_of(task: Any) -> datetime | None:
    """When a waiting timer is due; None for a task that waits for no time."""
    dues = [value for key, value in task.internal_data.items() if key.startswith("due:")]
    return min((datetime.fromisoformat(due) for due in dues if due), default=None)


class Timer(DurationTimerEventDefinition):  # type: ignore[misc]
    """A duration or date, due on the platform's clock; the due time is fixed when the timer is reached."""

    def __init__(self, name: str, source: str, *, is_date: bool) -> None:
        super().__init__(name, source)
        self.is_date = is_date

    def has_fired(self, my_task: Any) -> bool:
        key = f"due:{self.name}"
        now: datetime = my_task.workflow.top_workflow.moment
        if my_task.internal_data.get(key) is None:
            my_task.internal_data[key] = self._due(my_task, now).isoformat()
        if datetime.fromisoformat(my_task.internal_data[key]) <= now:
            my_task.internal_data["event_fired"] = True
        return bool(my_task.internal_data.get("event_fired", False))

    def _due(self, my_task: Any, now: datetime) -> datetime:
        text = timer_text(self.expression, my_task.data)
        return moment(text, timezone.get_default_timezone()) if self.is_date else now + duration(text)

    def reset(self, my_task: Any) -> None:
        my_task.internal_data.pop(f"due:{self.name}", None)
        super().reset(my_task)


class CycleTimer(CycleTimerEventDefinition):  # type: ignore[misc]
    """A repeating timer on the platform's clock."""

    def cycle_complete(self, my_task: Any) -> bool:
        data, now = my_task.internal_data, my_task.workflow.top_workflow.moment
        key = f"due:{self.name}"
        if key not in data:
            plan = cycle(timer_text(self.expression, my_task.data), timezone.get_default_timezone())
            data[key] = (plan.start or now + plan.every).isoformat()
            data["every"], data["left"] = plan.every.total_seconds(), plan.times
        if data["left"] == 0 or datetime.fromisoformat(data[key]) > now:
            return False
        data[key] = self._next(datetime.fromisoformat(data[key]), now, data["every"]).isoformat()
        data["left"] = data["left"] and data["left"] - 1
        if data["left"] == 0:
            data[key] = ""
        return True

    @staticmethod
    def _next(due: datetime, now: datetime, every_s: float) -> datetime:
        """The next time in the future: periods missed while nothing ran are not made up for."""
        missed = int((now - due).total_seconds() // every_s)
        return due + timedelta(seconds=every_s * (missed + 1))

    def has_fired(self, my_task: Any) -> bool:
        return False


class BusinessRule(NoneTask):  # type: ignore[misc]
    """A step decided by a table: its outputs become variables."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, decision: Decision, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = False
        self.decision = decision

    def _run_hook(self, my_task: Any) -> bool:
        my_task.data.update(self.decision.decide(my_task.data))
        return bool(super()._run_hook(my_task))


def _require_bounded(spec: Any, my_task: Any) -> None:
    if spec.data_input is not None:
        value = my_task.data.get(spec.data_input.bpmn_id)
        times = len(value) if isinstance(value, list | dict) else -1
    else:
        value = expression(spec.cardinality).value(my_task.data)
        times = value if isinstance(value, int) and not isinstance(value, bool) else -1
    if not 0 <= times <= INSTANCE_LIMIT:
        raise StepRefused(
            _("“%(name)s” should repeat for each of a list or a number of times up to %(limit)s."),
            name=spec.bpmn_name or spec.name,
            limit=INSTANCE_LIMIT,
        )


class Parallel(ParallelMultiInstanceTask):  # type: ignore[misc]
    """A step for each of several at once, bounded."""

    def create_children(self, my_task: Any) -> None:
        _require_bounded(self, my_task)
        super().create_children(my_task)


class Sequential(SequentialMultiInstanceTask):  # type: ignore[misc]
    """A step several times over, bounded."""

    def _update_hook(self, my_task: Any) -> Any:
        if "remaining" not in my_task.internal_data and "cardinality" not in my_task.internal_data:
            my_task._inherit_data()
            _require_bounded(self, my_task)
        return super()._update_hook(my_task)
