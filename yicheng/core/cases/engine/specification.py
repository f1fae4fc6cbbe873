"""From drawn files to a specification that can run, or a refusal that says why element by element."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import (
    MultipleEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import (
    MultiInstanceTask,
)

from yicheng.core.cases.engine.decisions import Decision, read_decisions
from yicheng.core.cases.engine.documents import Element, is_bpmn, local_name, read_documents, text_of
from yicheng.core.cases.engine.drawing import Drawing, Node, read_drawing
from yicheng.core.cases.engine.elements import called_process, decision_id, element_findings, timer_part
from yicheng.core.cases.engine.expressions import expression
from yicheng.core.cases.engine.findings import DrawingRefused, Finding, has_errors
from yicheng.core.cases.engine.restricted import BusinessRule, CycleTimer, Parallel, Sequential, Timer
from yicheng.core.cases.engine.soundness import soundness_findings
from yicheng.core.cases.engine.timers import is_literal

#: What never reaches the library: data that forms hold, layout, and every tool's own extensions.
_STRIPPED = frozenset(
    [
        "extensionElements",
        "dataInputAssociation",
        "dataOutputAssociation",
        "ioSpecification",
        "dataObject",
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "property",
        "correlationProperty",
        "correlationKey",
        "correlationSubscription",
        "BPMNDiagram",
        "collaboration",
        "documentation",
        "monitoring",
        "auditing",
        "category",
        "resource",
        "itemDefinition",
        "interface",
    ]
)


@dataclass(frozen=True, slots=True)
class Specification:
    """A process ready to run. ``reads`` are the variables its expressions use: no others are kept."""

    process_id: str
    spec: Any
    subprocess_specs: Mapping[str, Any]
    drawing: Drawing
    decisions: Mapping[str, Decision]
    reads: frozenset[str]

    def routing(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the variables that the drawing reads."""
        return {name: value for name, value in variables.items() if name in self.reads}


def compile_files(files: Mapping[str, bytes]) -> Specification:
    """Read, check and compile; raises ``DrawingRefused`` with every reason, and nothing else."""
    drawing = read_drawing(read_documents(files))
    findings, decisions = drawing_findings(drawing)
    if has_errors(findings):
        raise DrawingRefused(findings)
    process_id = main_processes(drawing)[0]
    specs = _parse(drawing, process_id, decisions)
    return Specification(
        process_id, specs.pop(process_id), specs, drawing, decisions, _names_read(drawing, decisions)
    )


def drawing_findings(drawing: Drawing) -> tuple[list[Finding], dict[str, Decision]]:
    """Everything to say about a drawing by itself, and its decision tables."""
    decisions, findings = read_decisions(drawing.roots)
    findings += [*_process_findings(drawing), *element_findings(drawing), *soundness_findings(drawing)]
    for node in drawing.nodes.values():
        if node.kind == "businessRuleTask" and decision_id(node) not in decisions:
            findings.append(
                Finding("error", node.id, node.name, _("The decision “%(id)s” is not among the files. Add its table."),
                        {"id": decision_id(node)})
            )  # fmt: skip
    return findings, decisions


def main_processes(drawing: Drawing) -> list[str]:
    """The processes that no other one calls."""
    called = {called_process(node) for node in drawing.nodes.values() if node.kind == "callActivity"}
    return [process_id for process_id in drawing.processes if process_id not in called]


def _process_findings(drawing: Drawing) -> list[Finding]:
    mains = main_processes(drawing)
    if not drawing.processes:
        return [Finding("error", "", "", _("No process is drawn. Draw one with a start and an end event."))]
    if len(mains) == 1:
        return []
    names = ", ".join(drawing.name(process_id) or process_id for process_id in mains)
    text = _(
        "There must be one process that begins; here are %(count)s (%(names)s). Keep one pool, or call the others."
    )
    return [Finding("error", "", "", text, {"count": len(mains), "names": names[:200] or "—"})]


def _names_read(drawing: Drawing, decisions: Mapping[str, Decision]) -> frozenset[str]:
    names: set[str] = set()
    for source in drawn_expressions(drawing):
        names |= expression(source).names
    for decision in decisions.values():
        names |= decision.names
    for node in drawing.nodes.values():
        collection = node.xml.find("{*}multiInstanceLoopCharacteristics/{*}loopDataInputRef")
        names |= set() if collection is None else {text_of(collection)}
    return frozenset(names)


def drawn_expressions(drawing: Drawing) -> list[str]:
    """Every expression outside the decision tables."""
    found = [flow.condition for flow in drawing.flows.values() if flow.condition]
    for node in drawing.nodes.values():
        for path in ("loopCardinality", "completionCondition"):
            part = node.xml.find(f"{{*}}multiInstanceLoopCharacteristics/{{*}}{path}")
            found += [] if part is None else [text_of(part)]
        timer = timer_part(node)[1]
        found += [timer] if timer and not is_literal(timer) else []
    return found


# ── the library ─────────────────────────────────────────────────────────────


class _RuleParser(TaskParser):  # type: ignore[misc]
    def create_task(self) -> Any:
        decision = self.process_parser.parser.decisions[self.bpmn_id]
        return BusinessRule(self.spec, self.bpmn_id, decision=decision, **self.bpmn_attributes)


class _Parser(BpmnParser):  # type: ignore[misc]
    """The library's parser: business rules by our tables, repeats bounded."""

    OVERRIDE_PARSER_CLASSES = {full_tag("businessRuleTask"): (_RuleParser, BusinessRule)}  # noqa: RUF012

    def __init__(self, decisions: Mapping[str, Decision]) -> None:
        super().__init__()
        self.decisions = decisions


TaskParser.PARALLEL_MI_CLASS = Parallel
TaskParser.SEQUENTIAL_MI_CLASS = Sequential


def _parse(drawing: Drawing, process_id: str, decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """Process and sub-process id → the library's specification."""
    by_task = {
        n.id: decisions[decision_id(n)] for n in drawing.nodes.values() if n.kind == "businessRuleTask"
    }
    parser = _Parser(by_task)
    try:
        for name, root in drawing.roots.items():
            if is_bpmn(root):
                parser.add_bpmn_xml(_stripped(root), filename=name)
        specs = {process_id: parser.get_spec(process_id), **parser.get_subprocess_specs(process_id)}
    except Exception as fault:  # the library raises anything at all for a drawing it cannot read
        text = _("The drawing could not be understood: %(fault)s")
        raise DrawingRefused([Finding("error", process_id, "", text, {"fault": str(fault)[:300]})]) from fault
    for spec in specs.values():
        _prepare(spec, drawing)
    return specs


def _stripped(root: Element) -> Element:
    copy = deepcopy(root)
    for element in [e for e in copy.iter() if local_name(e) in _STRIPPED]:
        if element.getparent() is not None:
            element.getparent().remove(element)
    for process in copy.iterfind("{*}process"):
        process.set("isExecutable", "true")
    for call in copy.iter("{*}callActivity"):
        call.set("calledElement", call.get("calledElement", "").rpartition(":")[2])
    return copy


def _prepare(spec: Any, drawing: Drawing) -> None:
    """Our timers in place of the library's; repeated steps wired as the library does after loading."""
    for task_spec in list(spec.task_specs.values()):
        node = drawing.nodes.get(task_spec.bpmn_id or "")
        if node and "timerEventDefinition" in node.events and hasattr(task_spec, "event_definition"):
            _set_timer(task_spec, node)
        if isinstance(task_spec, MultiInstanceTask):
            spec.task_specs[task_spec.task_spec].completed_event.connect(task_spec.merge_child)


def _set_timer(task_spec: Any, node: Node) -> None:
    kind, text = timer_part(node)
    timer = (
        CycleTimer(node.id, text) if kind == "timeCycle" else Timer(node.id, text, is_date=kind == "timeDate")
    )
    gateways = [
        g
        for g in task_spec.inputs
        if isinstance(getattr(g, "event_definition", None), MultipleEventDefinition)
    ]
    if not gateways:
        task_spec.event_definition = timer
        return
    for gateway in gateways:  # the library moves an event behind an event-based gateway into the gateway
        position = [child.name for child in gateway.outputs].index(task_spec.name)
        gateway.event_definition.event_definitions[position] = timer
