"""Which drawn elements the platform runs: everything else is refused here, by name and with a way out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.engine.documents import is_bpmn, local_name, text_of
from yicheng.core.cases.engine.drawing import Drawing, Node
from yicheng.core.cases.engine.expressions import expression
from yicheng.core.cases.engine.findings import Finding, Severity
from yicheng.core.cases.engine.timers import FaultyTimer, cycle, duration, is_literal, moment
from yicheng.core.cases.engine.tokens import FaultyExpression

NODE_LIMIT = 500
ID_LIMIT = 80

_ID = re.compile(r"[^\W\d][\w.\-]*")
_RESERVED = re.compile(r"Start|End|Root|StartEvent(Split|Join)|.*\.(BoundaryEvent(Split|Join)|EndJoin)")
_EVENTS: dict[str, tuple[str, ...]] = {
    "startEvent": ("", "messageEventDefinition"),
    "endEvent": ("", "terminateEventDefinition", "messageEventDefinition", "errorEventDefinition",
                 "escalationEventDefinition"),
    "intermediateCatchEvent": ("messageEventDefinition", "timerEventDefinition"),
    "intermediateThrowEvent": ("", "messageEventDefinition", "escalationEventDefinition"),
    "boundaryEvent": ("messageEventDefinition", "timerEventDefinition", "errorEventDefinition",
                      "escalationEventDefinition"),
}  # fmt: skip
_REFUSED: dict[str, Any] = {
    "scriptTask": _("Script tasks are never run. Draw a user task, or a business rule task with a table."),
    "serviceTask": _("Service tasks are not run. Draw a user task, a message, or a business rule task."),
    "complexGateway": _("Complex gateways are not run. Draw exclusive, inclusive or parallel gateways."),
    "transaction": _("Transactions are not run. Draw an ordinary sub-process."),
    "adHocSubProcess": _("Ad-hoc sub-processes are not run. Draw the order of the steps."),
    "implicitThrowEvent": _("Implicit throw events are not run. Remove it."),
    "callChoreography": _("Choreographies are not run. Draw a process."),
    "choreographyTask": _("Choreographies are not run. Draw a process."),
    "subChoreography": _("Choreographies are not run. Draw a process."),
}
_DATA = ("dataObjectReference", "dataStoreReference", "dataObject", "ioSpecification")


def element_findings(drawing: Drawing) -> Iterator[Finding]:
    """What can't be run, or is badly formed, element by element."""
    yield from _file_findings(drawing)
    for node in drawing.nodes.values():
        yield from _id_findings(node)
        yield from _kind_findings(drawing, node)
        yield from _loop_findings(node)
        if node.kind in _EVENTS:
            yield from _event_findings(drawing, node)


def about(node: Node, message: Any, severity: Severity = "error", /, **values: Any) -> Finding:
    """A finding about a node."""
    return Finding(severity, node.id, node.name, message, values)


def _file_findings(drawing: Drawing) -> Iterator[Finding]:
    for element_id in sorted(drawing.repeated_ids):
        yield Finding("error", element_id, drawing.name(element_id), _("Two elements have the id “%(id)s”."),
                      {"id": element_id})  # fmt: skip
    if drawing.unnamed:
        yield Finding("error", "", "", _("%(count)s elements have no id. Save the file again with a BPMN editor."),
                      {"count": drawing.unnamed})  # fmt: skip
    if len(drawing.nodes) > NODE_LIMIT:
        yield Finding(
            "error", "", "", _("The drawing has more than %(limit)s elements."), {"limit": NODE_LIMIT}
        )
    if any(local_name(e) in _DATA for root in drawing.roots.values() if is_bpmn(root) for e in root.iter()):
        yield Finding("info", "", "", _("Data objects and stores are shown, not run: forms hold the data."))


def _id_findings(node: Node) -> Iterator[Finding]:
    if node.id and (_RESERVED.fullmatch(node.id) or not _ID.fullmatch(node.id) or len(node.id) > ID_LIMIT):
        yield about(node, _("The id “%(id)s” cannot be used. Give the element another id."), id=node.id[:100])


def _kind_findings(drawing: Drawing, node: Node) -> Iterator[Finding]:
    if node.kind in _REFUSED:
        yield about(node, _REFUSED[node.kind])
    elif node.kind == "subProcess" and node.xml.get("triggeredByEvent") == "true":
        yield about(node, _("Event sub-processes are not run. Draw a boundary event on a sub-process."))
    elif node.kind == "subProcess" and not any(drawing.inside(node.id)):
        yield about(node, _("The sub-process is empty. Draw its steps inside, or a user task instead."))
    elif node.kind == "callActivity" and called_process(node) not in drawing.processes:
        yield about(node, _("The called process “%(id)s” is not among the files. Add its file."),
                    id=called_process(node))  # fmt: skip
    elif node.kind in ("sendTask", "receiveTask") and not message_name(drawing, node):
        yield about(node, _("It names no message. Choose one, with a name."))
    elif node.xml.find("{*}dataInputAssociation") is not None and node.kind == "callActivity":
        yield about(node, _("Data associations are not run: the called process sees all variables."), "info")


def called_process(node: Node) -> str:
    """The id of the process that a call activity names, without a namespace prefix."""
    return str(node.xml.get("calledElement", "")).rpartition(":")[2]


def decision_id(node: Node) -> str:
    """The id of the decision table that a business rule task names (Camunda, Spiff and Zeebe spellings)."""
    for name, value in node.xml.attrib.items():
        if name.rpartition("}")[2] == "decisionRef":
            return str(value)
    for element in node.xml.iter("{*}calledDecisionId", "{*}calledDecision"):
        return str(element.get("decisionId") or text_of(element))
    return ""


def message_name(drawing: Drawing, node: Node) -> str:
    """The message that an event or task sends or waits for; "" for none."""
    definition = node.xml.find("{*}messageEventDefinition")
    reference = (node.xml if definition is None else definition).get("messageRef", "")
    return drawing.messages.get(reference, "") if reference else (node.name if definition is not None else "")


def _loop_findings(node: Node) -> Iterator[Finding]:
    if node.loop == "standardLoopCharacteristics":
        yield about(node, _("Standard loops are not run. Draw the way back with a gateway."))
    if node.loop != "multiInstanceLoopCharacteristics":
        return
    loop = node.xml.find("{*}multiInstanceLoopCharacteristics")
    cardinality, collection = loop.find("{*}loopCardinality"), loop.find("{*}loopDataInputRef")
    if (cardinality is None) == (collection is None):
        yield about(node, _("A repeated step needs either a number of times or a list to go through."))
    for part in (cardinality, loop.find("{*}completionCondition")):
        if part is not None:
            yield from expression_findings(node.id, node.name, text_of(part))


def expression_findings(element_id: str, name: str, source: str) -> Iterator[Finding]:
    """Whether an expression can be read by the restricted evaluator."""
    try:
        expression(source)
    except FaultyExpression as fault:
        yield Finding(
            "error", element_id, name,
            _("“%(source)s” is not a condition or value the platform can read: %(reason)s."),
            {"source": source[:120], "reason": fault.reason},
        )  # fmt: skip


def _event_findings(drawing: Drawing, node: Node) -> Iterator[Finding]:
    event = node.events[0] if node.events else ""
    if len(node.events) > 1 or event not in _EVENTS[node.kind]:
        yield about(node, _("This kind of event (%(events)s) is not run here. Use messages and timers."),
                    events=", ".join(node.events) or "—")  # fmt: skip
    elif event == "messageEventDefinition" and not message_name(drawing, node):
        yield about(node, _("It names no message. Choose one, with a name."))
    elif event == "timerEventDefinition":
        yield from _timer_findings(node)
    elif event in ("errorEventDefinition", "escalationEventDefinition"):
        yield from _thrown_findings(drawing, node)
    if node.kind == "boundaryEvent" and node.xml.get("attachedToRef", "") not in drawing.nodes:
        yield about(node, _("It is attached to nothing. Put it on a step."))


def _thrown_findings(drawing: Drawing, node: Node) -> Iterator[Finding]:
    host = drawing.nodes.get(node.xml.get("attachedToRef", ""))
    if node.kind == "boundaryEvent" and (host is None or host.kind not in ("subProcess", "callActivity")):
        yield about(node, _("Errors and escalations are caught on sub-processes and called processes only."))
    if (
        node.kind != "boundaryEvent"
        and node.parent_id in drawing.processes
        and not _is_called(drawing, node.parent_id)
    ):
        yield about(node, _("Nobody outside the process can catch this. Use an ordinary end event."))


def _is_called(drawing: Drawing, process_id: str) -> bool:
    return any(
        node.kind == "callActivity" and called_process(node) == process_id for node in drawing.nodes.values()
    )


def timer_part(node: Node) -> tuple[str, str]:
    """Which kind of time a timer event states (``timeDuration``…) and its text; ("", "") for none."""
    definition = node.xml.find("{*}timerEventDefinition")
    for part in () if definition is None else definition:
        if local_name(part) in ("timeDate", "timeDuration", "timeCycle"):
            return local_name(part), text_of(part)
    return "", ""


def _timer_findings(node: Node) -> Iterator[Finding]:
    part, text = timer_part(node)
    if not text:
        yield about(node, _("The timer says no time. Give a duration such as P3D or PT4H."))
    elif part == "timeCycle" and (node.kind != "boundaryEvent" or node.xml.get("cancelActivity") != "false"):
        yield about(node, _("A repeating timer must be a boundary event that does not interrupt its step."))
    elif not is_literal(text):
        yield from expression_findings(node.id, node.name, text)
    else:
        yield from _literal_findings(node, part, text)


def _literal_findings(node: Node, part: str, text: str) -> Iterator[Finding]:
    read: dict[str, Any] = {"timeDate": moment, "timeDuration": duration, "timeCycle": cycle}
    try:
        read[part](text)
    except FaultyTimer:
        yield about(
            node, _("“%(text)s” is no time. Write P3D, PT4H, 2026-05-01T08:00 or R3/PT1H."), text=text[:60]
        )
