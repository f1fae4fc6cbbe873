"""A drawing in words: what follows what, for those who cannot see the picture, and for “what comes next”."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yicheng.core.cases.engine.drawing import Drawing, Node


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """One element: what it is, and where its arrows lead (arrow's words, next element's name)."""

    id: str
    kind: str
    name: str
    lane: str
    leads_to: tuple[tuple[str, str], ...]


def outline(drawing: Drawing) -> list[OutlineLine]:
    """Every element in the order in which a case may pass it, from the start."""
    return [_line(drawing, node) for node in _in_order(drawing)]


def _line(drawing: Drawing, node: Node) -> OutlineLine:
    flows = drawing.leaving(node.id)
    leads = tuple((flow.name or flow.condition, _name(drawing, flow.target_id)) for flow in flows)
    beside = tuple((event.name or event.id, _after(drawing, event)) for event in drawing.attached(node.id))
    return OutlineLine(node.id, node.kind, node.name or node.id, node.lane, leads + beside)


def _after(drawing: Drawing, event: Node) -> str:
    return ", ".join(_name(drawing, flow.target_id) for flow in drawing.leaving(event.id))


def _name(drawing: Drawing, element_id: str) -> str:
    return drawing.name(element_id) or element_id


def _in_order(drawing: Drawing) -> list[Node]:
    starts = [
        node
        for node in drawing.nodes.values()
        if node.kind == "startEvent" and node.parent_id in drawing.processes
    ]
    found: dict[str, Node] = {}
    waiting = [node.id for node in starts]
    while waiting:
        node_id = waiting.pop(0)
        node = drawing.nodes.get(node_id)
        if node is None or node_id in found:
            continue
        found[node_id] = node
        waiting += _onwards(drawing, node)
    return list(found.values())


def _onwards(drawing: Drawing, node: Node) -> list[str]:
    """What an element leads to: its arrows, the events on it, the beginning of its inside."""
    inside = [inner.id for inner in drawing.inside(node.id) if inner.kind == "startEvent"]
    attached = [event.id for event in drawing.attached(node.id)]
    return inside + [flow.target_id for flow in drawing.leaving(node.id)] + attached


def following_steps(drawing: Drawing, element_ids: Iterable[str]) -> Sequence[Node]:
    """The people's steps that may come next after these elements, past gateways and events."""
    here = list(element_ids)
    waiting = [flow.target_id for element_id in here for flow in drawing.leaving(element_id)]
    seen: set[str] = set()
    steps: list[Node] = []
    while waiting:
        node = drawing.nodes.get(waiting.pop(0))
        if node is None or node.id in seen:
            continue
        seen.add(node.id)
        if node.is_step:
            steps.append(node)
        else:
            waiting += _onwards(drawing, node)
    return [node for node in steps if node.id not in here]
