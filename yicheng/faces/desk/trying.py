"""Going through a drawing on an example, in the words of the page: choices, and what each led to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from yicheng.core.cases.public import Answer

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can happen next: a heading and the buttons under it (value, words)."""

    heading: str
    buttons: Sequence[tuple[str, str | Promise]]


def example_of(offered: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    """The example's variables: as declared, or as the reader wrote them (``v_severity=1``)."""
    return {name: _like(value, asked.get(f"v_{name}")) for name, value in offered.items()}


def _like(example: Any, text: str | None) -> Any:
    """The text as a value of the example's kind; the example itself where it makes none."""
    if text is None:
        return example
    if isinstance(example, bool):
        return text.lower() in ("true", "1", "yes", "on")
    if isinstance(example, int | float):
        return _number(text, example)
    return text[:LONGEST] if isinstance(example, str) else example


def _number(text: str, example: int | float) -> int | float:
    try:
        return type(example)(text)
    except ValueError:
        return example


def read_answers(texts: Sequence[str]) -> list[Answer]:
    """``step:file:accept``, ``time``, ``message:weather_cleared``; anything else is left out."""
    found: list[Answer] = []
    for text in texts[:LONGEST]:
        kind, _colon, rest = text.partition(":")
        name, _colon, outcome = rest.partition(":")
        if kind == "step" and name:
            found.append(Answer("step", name, outcome))
        elif kind == "message" and name:
            found.append(Answer("message", name))
        elif kind == "time":
            found.append(Answer("time"))
    return found


def next_choices(trace: Any, handlers: Mapping[str, Any]) -> list[Choice]:
    """What can happen where the example stands."""
    choices = [_step_choice(step, handlers) for step in _once(trace.now.steps)]
    if trace.now.timers:
        due = formats.date_format(
            timezone.localtime(min(t.due_at for t in trace.now.timers)), "SHORT_DATETIME_FORMAT"
        )
        choices.append(Choice(_("Nobody does anything"), [("time", _("Wait until %(due)s") % {"due": due})]))
    for message in trace.now.messages:
        text = _("The message “%(message)s” arrives") % {"message": message}
        choices.append(Choice(_("Something is heard"), [(f"message:{message}", text)]))
    return choices


def _once(steps: Sequence[Any]) -> list[Any]:
    return list({step.element_id: step for step in steps}.values())


def _step_choice(step: Any, handlers: Mapping[str, Any]) -> Choice:
    handler = handlers.get(step.element_id.partition("__")[0])
    outcomes = handler.outcomes.items() if handler else [("", _("Done"))]
    return Choice(
        step.name or step.element_id, [(f"step:{step.element_id}:{key}", title) for key, title in outcomes]
    )


def told(trace: Any, handlers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What happened, line by line."""
    return [
        {
            "what": _what(line.answer, trace.names, handlers),
            "passed": [trace.names.get(element, element) for element in line.passed],
            "stands": [trace.names.get(element, element) for element in line.after.tokens],
            "thrown": line.after.thrown,
            "at": line.moment,
            "is_finished": line.after.is_finished,
        }
        for line in trace.lines
    ]


def _what(answer: Answer | None, names: Mapping[str, str], handlers: Mapping[str, Any]) -> str:
    if answer is None:
        return _("The example begins")
    if answer.kind == "time":
        return _("Time passes")
    if answer.kind == "message":
        return _("The message “%(message)s” arrives") % {"message": answer.name}
    handler = handlers.get(answer.name.partition("__")[0])
    outcome = handler.outcomes.get(answer.outcome, answer.outcome) if handler else answer.outcome
    name = names.get(answer.name, answer.name)
    return _("“%(step)s” ends: %(outcome)s") % {"step": name, "outcome": outcome}
