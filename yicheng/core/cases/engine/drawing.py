"""A BPMN file as plain data: what is drawn, connected to what. Checks, text alternatives and pictures read this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from yicheng.core.cases.engine.documents import Element, is_bpmn, local_name, text_of

#: what carries a token, by its BPMN tag
NODES = frozenset(
    [
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "implicitThrowEvent",
        "task",
        "userTask",
        "manualTask",
        "scriptTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "callActivity",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
        "callChoreography",
        "choreographyTask",
        "subChoreography",
    ]
)
EVENTS = frozenset(
    [
        "messageEventDefinition",
        "timerEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "terminateEventDefinition",
        "conditionalEventDefinition",
        "linkEventDefinition",
        "compensateEventDefinition",
        "cancelEventDefinition",
    ]
)
LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


@dataclass(slots=True)
class Node:
    """One drawn element that a token can reach. ``parent_id`` is its process or sub-process."""

    id: str
    kind: str
    name: str
    parent_id: str
    xml: Element = field(repr=False)
    events: tuple[str, ...] = ()
    loop: str = ""
    lane: str = ""

    @property
    def is_step(self) -> bool:
        """Whether a person does it."""
        return self.kind in ("userTask", "manualTask", "task")


@dataclass(slots=True)
class Flow:
    """An arrow. ``condition`` is its expression ("" for none)."""

    id: str
    name: str
    source_id: str
    target_id: str
    condition: str
    parent_id: str


@dataclass(slots=True)
class Drawing:
    """Everything drawn in one set of files."""

    roots: Mapping[str, Element]
    processes: dict[str, Element] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    repeated_ids: set[str] = field(default_factory=set)
    unnamed: int = 0

    def inside(self, parent_id: str) -> Iterator[Node]:
        """The nodes directly inside a process or sub-process."""
        return (node for node in self.nodes.values() if node.parent_id == parent_id)

    def leaving(self, node_id: str) -> list[Flow]:
        """The arrows out of a node."""
        return [flow for flow in self.flows.values() if flow.source_id == node_id]

    def entering(self, node_id: str) -> list[Flow]:
        """The arrows into a node."""
        return [flow for flow in self.flows.values() if flow.target_id == node_id]

    def attached(self, node_id: str) -> list[Node]:
        """The boundary events on a node."""
        return [node for node in self.nodes.values() if node.xml.get("attachedToRef") == node_id]

    def name(self, element_id: str) -> str:
        """A node's or flow's or process's name, "" when it has none."""
        if element_id in self.nodes:
            return self.nodes[element_id].name
        if element_id in self.flows:
            return self.flows[element_id].name
        process = self.processes.get(element_id)
        return "" if process is None else process.get("name", "")


def read_drawing(roots: Mapping[str, Element]) -> Drawing:
    """Gather what the BPMN files draw."""
    drawing = Drawing(roots)
    for root in roots.values():
        if is_bpmn(root):
            _read_root(drawing, root)
    return drawing


def _read_root(drawing: Drawing, root: Element) -> None:
    for element in root:
        if local_name(element) == "message":
            drawing.messages[element.get("id", "")] = element.get("name", "")
        if local_name(element) == "process":
            process_id = element.get("id", "")
            if process_id in drawing.processes:
                drawing.repeated_ids.add(process_id)
            drawing.processes[process_id] = element
            _read_inside(drawing, element, process_id, _lanes(element))


def _read_inside(drawing: Drawing, parent: Element, parent_id: str, lanes: Mapping[str, str]) -> None:
    for element in parent:
        name, element_id = local_name(element), element.get("id", "")
        if name == "sequenceFlow":
            _keep(drawing, element_id)
            drawing.flows[element_id] = _flow(element, parent_id)
        elif name in NODES:
            _keep(drawing, element_id)
            drawing.nodes[element_id] = _node(element, parent_id, lanes.get(element_id, ""))
            if name in ("subProcess", "transaction", "adHocSubProcess"):
                _read_inside(drawing, element, element_id, lanes)


def _keep(drawing: Drawing, element_id: str) -> None:
    if not element_id:
        drawing.unnamed += 1
    elif element_id in drawing.nodes or element_id in drawing.flows or element_id in drawing.processes:
        drawing.repeated_ids.add(element_id)


def _node(element: Element, parent_id: str, lane: str) -> Node:
    children = [local_name(child) for child in element]
    return Node(
        id=element.get("id", ""),
        kind=local_name(element),
        name=" ".join(element.get("name", "").split()),
        parent_id=parent_id,
        xml=element,
        events=tuple(name for name in children if name in EVENTS or name == "eventDefinitionRef"),
        loop=next((name for name in children if name in LOOPS), ""),
        lane=lane,
    )


def _flow(element: Element, parent_id: str) -> Flow:
    condition = next((child for child in element if local_name(child) == "conditionExpression"), None)
    return Flow(
        id=element.get("id", ""),
        name=" ".join(element.get("name", "").split()),
        source_id=element.get("sourceRef", ""),
        target_id=element.get("targetRef", ""),
        condition=text_of(condition),
        parent_id=parent_id,
    )


def _lanes(process: Element) -> dict[str, str]:
    lanes: dict[str, str] = {}
    for lane in process.iter("{*}lane"):
        for reference in lane.iterfind("{*}flowNodeRef"):
            lanes[text_of(reference)] = lane.get("name", "")
    return lanes
