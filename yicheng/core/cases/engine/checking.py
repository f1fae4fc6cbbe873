"""Checks a drawing before it is published: every step has somebody who does it, every choice has a way on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.engine.decisions import Decision
from yicheng.core.cases.engine.documents import read_documents, text_of
from yicheng.core.cases.engine.drawing import Drawing, Node, read_drawing
from yicheng.core.cases.engine.elements import about, message_name, timer_part
from yicheng.core.cases.engine.expressions import Expression, expression
from yicheng.core.cases.engine.findings import DrawingRefused, Finding, has_errors
from yicheng.core.cases.engine.specification import compile_files, drawing_findings
from yicheng.core.cases.engine.timers import is_literal
from yicheng.core.cases.engine.tokens import FaultyExpression


@dataclass(frozen=True, slots=True)
class Handler:
    """What does a drawn user task: its title and how it can end."""

    title: str | Promise
    outcomes: Mapping[str, str | Promise]


@dataclass(frozen=True, slots=True)
class Handlers:
    """What a kind of process offers to those who draw it."""

    steps: Mapping[str, Handler]
    variables: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[str, ...] = ()

    def of(self, element_id: str) -> Handler | None:
        """Who does the step with this id: ``dispatch`` and ``dispatch__second`` are the step ``dispatch``."""
        return self.steps.get(short_id(element_id))


def short_id(element_id: str) -> str:
    """The step that an element's id names."""
    return element_id.partition("__")[0]


def check(files: Mapping[str, bytes], handlers: Handlers) -> list[Finding]:
    """Everything to say about a drawing, worst first; empty when it is fit to run as it is."""
    try:
        drawing = read_drawing(read_documents(files))
        findings, decisions = drawing_findings(drawing)
        findings += handler_findings(drawing, decisions, handlers)
        if not has_errors(findings):
            compile_files(files)
    except DrawingRefused as refused:
        return refused.findings
    return sorted(findings, key=lambda finding: ("error", "warning", "info").index(finding.severity))


def handler_findings(
    drawing: Drawing, decisions: Mapping[str, Decision], handlers: Handlers
) -> Iterator[Finding]:
    """What does not fit the process that is drawn for."""
    known = _known_names(drawing, decisions, handlers)
    for node in drawing.nodes.values():
        if node.is_step:
            yield from _step_findings(node, handlers)
        elif node.kind in ("exclusiveGateway", "inclusiveGateway"):
            yield from _default_findings(drawing, node, handlers)
        yield from _message_findings(drawing, node, handlers)
        timer = timer_part(node)[1]
        if timer and not is_literal(timer):
            yield from _name_findings(node.id, node.name, _read(timer), known)
    for flow in drawing.flows.values():
        if flow.condition:
            where = flow.name or drawing.name(flow.source_id)
            yield from _name_findings(flow.id, where, _read(flow.condition), known)
    for decision in decisions.values():
        yield from _name_findings(decision.id, decision.name, decision.names, known)


def _read(source: str) -> frozenset[str]:
    parsed = _parsed(source)
    return parsed.names if parsed else frozenset()


def _parsed(source: str) -> Expression | None:
    try:
        return expression(source)
    except FaultyExpression:
        return None


def _known_names(drawing: Drawing, decisions: Mapping[str, Decision], handlers: Handlers) -> set[str]:
    names = {"outcome", *handlers.variables}
    names |= {f"{node.id}_outcome" for node in drawing.nodes.values() if node.is_step}
    names |= {output for decision in decisions.values() for output in decision.outputs}
    for node in drawing.nodes.values():
        loop = node.xml.find("{*}multiInstanceLoopCharacteristics")
        for item in () if loop is None else loop.iterfind("{*}inputDataItem"):
            names.add(item.get("id") or text_of(item))
    return names


def _step_findings(node: Node, handlers: Handlers) -> Iterator[Finding]:
    if handlers.of(node.id) is None:
        yield about(
            node,
            _("Nobody does the step “%(id)s”. Set the element's id to one of: %(known)s."),
            id=node.id,
            known=", ".join(sorted(handlers.steps)) or "—",
        )
    if node.kind != "userTask":
        yield about(node, _("It is drawn as a plain task and will be run as a user task."), "info")


def _default_findings(drawing: Drawing, node: Node, handlers: Handlers) -> Iterator[Finding]:
    leaving = drawing.leaving(node.id)
    if len(leaving) < 2 or node.xml.get("default"):
        return
    if not _covers(drawing, node, handlers):
        yield about(
            node, _("If none of its conditions holds, the case stops here. Make one arrow the default.")
        )


def _covers(drawing: Drawing, node: Node, handlers: Handlers) -> bool:
    """Whether the conditions take up every outcome of the steps just before the gateway."""
    steps = _steps_before(drawing, node.id)
    possible = {outcome for step in steps if (found := handlers.of(step.id)) for outcome in found.outcomes}
    if not steps or not possible:
        return False
    conditions = [parsed for flow in drawing.leaving(node.id) if (parsed := _parsed(flow.condition))]
    return all(any(_holds_for(condition, outcome) for condition in conditions) for outcome in possible)


def _holds_for(condition: Expression, outcome: str) -> bool:
    return condition.names <= {"outcome"} and condition.holds({"outcome": outcome})


def _steps_before(drawing: Drawing, node_id: str) -> list[Node]:
    """The steps that lead straight into a gateway; none when anything else does."""
    sources = [drawing.nodes.get(flow.source_id) for flow in drawing.entering(node_id)]
    steps = [source for source in sources if source and source.is_step]
    return steps if len(steps) == len(sources) else []


def _message_findings(drawing: Drawing, node: Node, handlers: Handlers) -> Iterator[Finding]:
    waits = node.kind in ("receiveTask", "intermediateCatchEvent", "boundaryEvent")
    name = message_name(drawing, node)
    if waits and name and name not in handlers.messages:
        yield about(
            node,
            _("Nobody sends the message “%(message)s” to this process. It knows: %(known)s."),
            "warning",
            message=name,
            known=", ".join(handlers.messages) or "—",
        )


def _name_findings(element_id: str, where: str, names: Iterable[str], known: set[str]) -> Iterator[Finding]:
    for name in sorted(set(names) - known):
        yield Finding(
            "error",
            element_id,
            where,
            _("There is no variable “%(name)s”. The process offers: %(known)s."),
            {"name": name, "known": ", ".join(sorted(known))},
        )
