"""Whether a drawing hangs together: arrows, gateways, dead ends, circles without a pause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.engine.drawing import Drawing, Flow, Node
from yicheng.core.cases.engine.elements import about, called_process, expression_findings
from yicheng.core.cases.engine.findings import Finding

_CHOOSING = ("exclusiveGateway", "inclusiveGateway")
_SPLITTING = (*_CHOOSING, "parallelGateway", "eventBasedGateway")
_PAUSING = frozenset(
    ["userTask", "manualTask", "task", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"]
)


def soundness_findings(drawing: Drawing) -> Iterator[Finding]:
    """What is wrong with how the elements are connected."""
    for flow in drawing.flows.values():
        yield from _flow_findings(drawing, flow)
    for parent_id in {node.parent_id for node in drawing.nodes.values()} | set(drawing.processes):
        yield from _scope_findings(drawing, parent_id)
    for node in drawing.nodes.values():
        yield from _node_findings(drawing, node)
        if node.kind in _CHOOSING:
            yield from _choice_findings(drawing, node)
    yield from _circle_findings(drawing)


def _flow_findings(drawing: Drawing, flow: Flow) -> Iterator[Finding]:
    source, target = drawing.nodes.get(flow.source_id), drawing.nodes.get(flow.target_id)
    if source is None or target is None:
        yield _about_flow(drawing, flow, _("The arrow leads nowhere. Connect both of its ends."))
    elif source.parent_id != flow.parent_id or target.parent_id != flow.parent_id:
        yield _about_flow(
            drawing, flow, _("The arrow crosses the border of a sub-process or pool. Use a message.")
        )
    elif flow.condition and source.kind not in _CHOOSING:
        yield _about_flow(
            drawing, flow, _("Only arrows out of gateways may have a condition. Draw a gateway.")
        )
    elif flow.condition:
        yield from expression_findings(flow.id, flow.name or source.name, flow.condition)


def _about_flow(drawing: Drawing, flow: Flow, message: Any) -> Finding:
    ends = [drawing.name(end) or end for end in (flow.source_id, flow.target_id)]
    return Finding("error", flow.id, flow.name or " → ".join(ends), message)


def _scope_findings(drawing: Drawing, parent_id: str) -> Iterator[Finding]:
    nodes = list(drawing.inside(parent_id))
    starts = [node for node in nodes if node.kind == "startEvent"]
    if len(starts) != 1:
        yield Finding(
            "error", parent_id, drawing.name(parent_id),
            _("It has %(count)s start events. Every process and sub-process needs exactly one."),
            {"count": len(starts)},
        )  # fmt: skip
    if not any(node.kind == "endEvent" for node in nodes):
        yield Finding("error", parent_id, drawing.name(parent_id), _("It has no end event. Draw one."))
    reached = _reached(drawing, starts)
    for node in nodes:
        if node.id not in reached and starts:
            yield about(node, _("No arrow leads here from the start: it is never reached."), "warning")


def _reached(drawing: Drawing, starts: Iterable[Node]) -> set[str]:
    reached: set[str] = set()
    waiting = [node.id for node in starts]
    while waiting:
        node_id = waiting.pop()
        if node_id in reached:
            continue
        reached.add(node_id)
        waiting += [flow.target_id for flow in drawing.leaving(node_id)]
        waiting += [node.id for node in drawing.attached(node_id)]
    return reached


def _node_findings(drawing: Drawing, node: Node) -> Iterator[Finding]:
    leaving, entering = drawing.leaving(node.id), drawing.entering(node.id)
    if node.kind == "endEvent" and leaving:
        yield about(node, _("An arrow leaves this end event. Remove it."))
    if node.kind in ("startEvent", "boundaryEvent") and entering:
        yield about(node, _("An arrow leads into this event. Remove it."))
    if node.kind != "endEvent" and not leaving:
        yield about(node, _("Nothing follows. Draw an arrow on to the next step or to an end event."))
    if len(leaving) > 1 and node.kind not in _SPLITTING:
        yield about(
            node, _("Several arrows leave it. Draw a gateway that says whether one or all are taken.")
        )
    if node.kind == "eventBasedGateway":
        yield from _race_findings(drawing, node)


def _race_findings(drawing: Drawing, node: Node) -> Iterator[Finding]:
    for flow in drawing.leaving(node.id):
        target = drawing.nodes.get(flow.target_id)
        if target and target.kind not in ("intermediateCatchEvent", "receiveTask"):
            yield about(node, _("After this gateway only waiting events may follow, not “%(name)s”."),
                        name=target.name or target.id)  # fmt: skip


def _choice_findings(drawing: Drawing, node: Node) -> Iterator[Finding]:
    leaving = drawing.leaving(node.id)
    default = node.xml.get("default", "")
    if default and default not in {flow.id for flow in leaving}:
        yield about(node, _("Its default arrow is not one of the arrows that leave it. Choose it again."))
    for flow in leaving if len(leaving) > 1 else ():
        if flow.id == default and flow.condition:
            yield _about_flow(
                drawing, flow, _("The default arrow must have no condition: it is taken when no other is.")
            )
        elif flow.id != default and not flow.condition:
            yield _about_flow(
                drawing, flow, _("The arrow has no condition. Give it one, or make it the default.")
            )


def _circle_findings(drawing: Drawing) -> Iterator[Finding]:
    """Circles without a pause, and processes that call themselves, would run for ever."""
    quick = {node_id for node_id, node in drawing.nodes.items() if node.kind not in _PAUSING}
    follow = {
        node_id: [flow.target_id for flow in drawing.leaving(node_id) if flow.target_id in quick]
        for node_id in quick
    }
    for node_id in _on_circles(quick, follow.__getitem__):
        yield about(
            drawing.nodes[node_id], _("It lies on a circle without any step that waits: it would never end.")
        )
    calls = _calls(drawing)
    for process_id in _on_circles(calls, lambda process_id: calls.get(process_id, [])):
        yield Finding(
            "error", process_id, drawing.name(process_id), _("The process calls itself. Draw a way back.")
        )


def _calls(drawing: Drawing) -> dict[str, list[str]]:
    calls: dict[str, list[str]] = {process_id: [] for process_id in drawing.processes}
    for node in drawing.nodes.values():
        if node.kind == "callActivity":
            calls.setdefault(_process_of(drawing, node), []).append(called_process(node))
    return calls


def _process_of(drawing: Drawing, node: Node) -> str:
    parent_id = node.parent_id
    while parent_id in drawing.nodes:
        parent_id = drawing.nodes[parent_id].parent_id
    return parent_id


def _on_circles(starts: Iterable[str], follow: Callable[[str], list[str]]) -> Iterator[str]:
    for start in starts:
        seen: set[str] = set()
        waiting = list(follow(start))
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting += follow(here)
        if start in seen:
            yield start
