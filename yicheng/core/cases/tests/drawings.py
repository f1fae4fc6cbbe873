"""Small BPMN and DMN files for the tests, written as a person would draw them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:test">'
)


def bpmn(*elements: str, extra: str = "", process_id: str = "p") -> bytes:
    """A file with one process of these elements; ``extra`` stands beside the process."""
    body = "".join(elements)
    return f'{HEAD}{extra}<bpmn:process id="{process_id}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'.encode()


def element(kind: str, element_id: str, inner: str = "", **attributes: str) -> str:
    """One element; underscored attribute names lose their last underscore."""
    written = "".join(f' {name.rstrip("_")}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{kind} id="{element_id}"{written}>{inner}</bpmn:{kind}>'


def start() -> str:
    return element("startEvent", "begin")


def end(element_id: str = "finish", inner: str = "") -> str:
    return element("endEvent", element_id, inner)


def user(element_id: str, inner: str = "", **attributes: str) -> str:
    return element("userTask", element_id, inner, **{"name": element_id.title(), **attributes})


def flow(source: str, target: str, condition: str = "", flow_id: str = "") -> str:
    inner = ""
    if condition:
        safe = condition.replace("&", "&amp;").replace("<", "&lt;")
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{safe}</bpmn:conditionExpression>'
        )
    return element("sequenceFlow", flow_id or f"{source}_{target}", inner, sourceRef=source, targetRef=target)


def chain(*element_ids: str) -> str:
    """Arrows from each to the next."""
    return "".join(flow(a, b) for a, b in pairwise(element_ids))


def timer(text: str, part: str = "timeDuration") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{part}>{text}</bpmn:{part}></bpmn:timerEventDefinition>"


def message(reference: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def dmn(
    inputs: Iterable[str], outputs: Iterable[str], rows: Iterable[Iterable[str]], hit: str = "FIRST"
) -> bytes:
    """A decision table ``table``; each row holds its input cells, then its output cells."""
    inputs, outputs = list(inputs), list(outputs)
    columns = "".join(f'<input id="i{n}"><inputExpression id="e{n}"><text>{x}</text></inputExpression></input>'
                      for n, x in enumerate(inputs))  # fmt: skip
    columns += "".join(f'<output id="o{n}" name="{x}"/>' for n, x in enumerate(outputs))
    rules = "".join(_rule(n, list(row), len(inputs)) for n, row in enumerate(rows))
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dd" name="t" namespace="urn:t">'
        f'<decision id="table" name="Table"><decisionTable id="dt" hitPolicy="{hit}">{columns}{rules}</decisionTable>'
        "</decision></definitions>"
    ).encode()


def _rule(number: int, row: list[str], inputs: int) -> str:
    cells = "".join(
        f'<{"inputEntry" if n < inputs else "outputEntry"} id="c{number}_{n}"><text>{_safe(cell)}</text>'
        f"</{'inputEntry' if n < inputs else 'outputEntry'}>"
        for n, cell in enumerate(row)
    )
    return f'<rule id="r{number}">{cells}</rule>'


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def lifecycle() -> dict[str, bytes]:
    """A case as urban management knows it: filed, dispatched, handled, checked, closed or done again."""
    return {
        "case.bpmn": bpmn(
            start(), user("file"), element("exclusiveGateway", "accepted", default="accepted_rejected"),
            element("businessRuleTask", "decide", **{"camunda:decisionRef": "table"}),
            user("dispatch"), user("handle"), user("verify"),
            element("exclusiveGateway", "good", default="good_handle"), user("close"), end(), end("rejected"),
            flow("begin", "file"), flow("file", "accepted"), flow("accepted", "decide", 'outcome = "accept"'),
            flow("accepted", "rejected"), chain("decide", "dispatch", "handle", "verify", "good"),
            flow("good", "close", 'outcome = "pass"'), flow("good", "handle"), flow("close", "finish"),
        ),
        "urgent.dmn": dmn(["severity"], ["urgent"], [["1", "true"], ["-", "false"]]),
    }  # fmt: skip
