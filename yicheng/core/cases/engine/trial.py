"""Tries a drawing on an example: no database, no clock, nobody disturbed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.engine.findings import StepRefused
from yicheng.core.cases.engine.running import Progress, Run
from yicheng.core.cases.engine.specification import Specification, compile_files

ANSWER_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What happens next in the example: a step ends, time passes to the next timer, or a message comes.

    ``name`` is the element id or the message; ``outcome`` how the step ends.
    """

    kind: Literal["step", "time", "message"]
    name: str = ""
    outcome: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TraceLine:
    """What one answer led to: the elements passed and where the process stands after it."""

    answer: Answer | None
    passed: tuple[str, ...]
    after: Progress
    moment: datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """An example gone through. ``names`` gives each element's name."""

    lines: tuple[TraceLine, ...]
    variables: Mapping[str, Any]
    names: Mapping[str, str]

    @property
    def now(self) -> Progress:
        """Where the example stands at the end."""
        return self.lines[-1].after


def try_out(
    files: Mapping[str, bytes],
    answers: Sequence[Answer],
    *,
    variables: Mapping[str, Any] | None = None,
    moment: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
) -> Trace:
    """Go through a drawing with these answers. Raises ``DrawingRefused``, ``StepRefused``, ``Conflict``."""
    return try_specification(compile_files(files), answers, variables=variables or {}, moment=moment)


def try_specification(
    spec: Specification, answers: Sequence[Answer], *, variables: Mapping[str, Any], moment: datetime
) -> Trace:
    """The same, for a drawing already compiled."""
    if len(answers) > ANSWER_LIMIT:
        raise StepRefused(_("An example may have %(limit)s answers at most."), limit=ANSWER_LIMIT)
    run = Run.begin(spec, variables, moment=moment)
    lines = [_line(run, None)]
    for answer in answers:
        run = Run.load(spec, run.dump(), moment=run.workflow.moment)
        _give(run, answer, lines[-1].after)
        lines.append(_line(run, answer))
    names = {node.id: node.name or node.id for node in spec.drawing.nodes.values()}
    return Trace(tuple(lines), run.variables(), names)


def _line(run: Run, answer: Answer | None) -> TraceLine:
    progress = run.progress()
    return TraceLine(answer, progress.passed, progress, run.workflow.moment)


def _give(run: Run, answer: Answer, before: Progress) -> None:
    if answer.kind == "message":
        run.deliver(answer.name, answer.variables)
    elif answer.kind == "time":
        _pass_time(run, before)
    else:
        step = next((step for step in before.steps if step.element_id == answer.name), None)
        if step is None:
            raise StepRefused(_("The example does not stand at “%(name)s”."), name=answer.name)
        outcome = {"outcome": answer.outcome, f"{answer.name}_outcome": answer.outcome}
        run.complete(step.id, {**answer.variables, **outcome})


def _pass_time(run: Run, before: Progress) -> None:
    if not before.timers:
        raise StepRefused(_("No timer runs here, so waiting changes nothing."))
    run.workflow.moment = max(run.workflow.moment, min(timer.due_at for timer in before.timers))
    run.wake()
