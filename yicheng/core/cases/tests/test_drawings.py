"""Untrusted drawings: understood, or refused plainly with the element; never anything else."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yicheng.core.cases.engine.checking import Handler, Handlers, check
from yicheng.core.cases.engine.documents import SIZE_LIMIT, read_documents
from yicheng.core.cases.engine.findings import DrawingRefused, StepRefused
from yicheng.core.cases.engine.running import Run
from yicheng.core.cases.engine.specification import compile_files
from yicheng.core.cases.engine.trial import Answer, try_out
from yicheng.core.cases.tests.drawings import (
    HEAD,
    bpmn,
    chain,
    dmn,
    element,
    end,
    flow,
    lifecycle,
    message,
    start,
    timer,
    user,
)

MIWG = Path(__file__).resolve().parents[5] / "shared" / "data" / "standards" / "bpmn_miwg"
HANDLERS = Handlers(
    {
        "file": Handler("File", {"accept": "Accept", "reject": "Reject"}),
        "verify": Handler("Verify", {"pass": "Pass", "fail": "Fail"}),
        **{name: Handler(name.title(), {"done": "Done"}) for name in ("dispatch", "handle", "close")},
    },
    {"severity": 2},
    ("weather_cleared",),
)


def texts(files: dict[str, bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for finding in check(files, HANDLERS):
        if finding.severity == "error":
            found[finding.element_id] = f"{found.get(finding.element_id, '')} {finding}"
    return found


def test_a_sound_drawing_has_no_findings() -> None:
    assert check(lifecycle(), HANDLERS) == []


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (element("scriptTask", "x", "<bpmn:script>import os</bpmn:script>"), "Script tasks are never run"),
        (element("serviceTask", "x"), "Service tasks are not run"),
        (element("complexGateway", "x"), "Complex gateways"),
        (element("transaction", "x"), "Transactions"),
        (element("adHocSubProcess", "x"), "Ad-hoc"),
        (element("subProcess", "x"), "is empty"),
        (element("callActivity", "x", calledElement="nowhere"), "not among the files"),
        (element("businessRuleTask", "x", **{"camunda:decisionRef": "nowhere"}), "not among the files"),
        (element("intermediateCatchEvent", "x", timer("tomorrow morning")), "not a condition"),
        (element("intermediateCatchEvent", "x", timer("P3DT")), "is no time"),
        (element("intermediateCatchEvent", "x", "<bpmn:signalEventDefinition/>"), "is not run here"),
        (element("intermediateCatchEvent", "x", message("nothing")), "names no message"),
        (element("userTask", "x", "<bpmn:standardLoopCharacteristics loopMaximum='3'/>"), "Standard loops"),
        (element("userTask", "x", "<bpmn:multiInstanceLoopCharacteristics/>"), "either a number of times"),
        (element("userTask", "x"), "Nobody does the step"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_named_with_a_way_out(node: str, said: str) -> None:
    found = texts({"p.bpmn": bpmn(start(), node, end(), chain("begin", "x", "finish"))})
    assert said in found["x"]


def test_gateways_need_a_way_on() -> None:
    def gateway(*flows: str, **attributes: str) -> dict[str, bytes]:
        parts = (start(), user("file"), element("exclusiveGateway", "g", **attributes), end("a"), end("b"))
        return {"p.bpmn": bpmn(*parts, chain("begin", "file", "g"), *flows)}

    yes, no = flow("g", "a", 'outcome = "accept"'), flow("g", "b", 'outcome = "reject"')
    assert texts(gateway(yes, no)) == {}
    assert "has no condition" in texts(gateway(yes, flow("g", "b")))["g_b"]
    assert "the case stops here" in texts(gateway(yes, flow("g", "b", "severity > 2")))["g"]
    assert "not one of the arrows" in texts(gateway(yes, no, default="elsewhere"))["g"]
    assert "no variable “sevrity”" in texts(gateway(yes, flow("g", "b", "sevrity > 2")))["g_b"]
    assert "not a condition" in texts(gateway(yes, flow("g", "b", "os.system('x')")))["g_b"]


def test_loose_ends_and_circles_are_found() -> None:
    found = texts({"p.bpmn": bpmn(
        start(), user("file"), user("handle"), element("exclusiveGateway", "g", default="g_h"),
        element("exclusiveGateway", "h", default="h_g"), end(), flow("begin", "file"), flow("g", "h"), flow("h", "g"),
        flow("g", "finish", "severity = 1"), flow("h", "finish", "severity = 2"), flow("file", "nowhere"),
    )})  # fmt: skip
    assert "Nothing follows" in found["handle"]
    assert "never end" in found["g"]
    assert "leads nowhere" in found["file_nowhere"]


def test_a_process_that_calls_itself_is_refused() -> None:
    files = {
        "a.bpmn": bpmn(start(), element("callActivity", "x", calledElement="q"), end(), chain("begin", "x", "finish")),
        "q.bpmn": bpmn(element("startEvent", "b2"), element("callActivity", "y", calledElement="q"), end("e2"),
                       chain("b2", "y", "e2"), process_id="q"),
    }  # fmt: skip
    assert "calls itself" in texts(files)["q"]


def test_a_condition_can_loop_only_a_bounded_time() -> None:
    files = {"p.bpmn": bpmn(
        start(), element("intermediateThrowEvent", "w"), element("subProcess", "s", start().replace("begin", "sb")
        + end("se") + flow("sb", "se")), element("exclusiveGateway", "g", default="g_s"), end(),
        chain("begin", "s", "g"), flow("g", "finish", "severity = 1"), flow("g", "s"),
    )}  # fmt: skip
    with pytest.raises((StepRefused, DrawingRefused)):
        Run.begin(compile_files(files), {"severity": 2}, moment=datetime.now(UTC))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not well-formed"),
        (b"plain text", "not well-formed"),
        (b"<a/>", "neither BPMN 2.0 nor DMN"),
        (b"\xff\xfe\x00", "not well-formed"),
        (b" " * (SIZE_LIMIT + 1), "larger than 2 MB"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>' + HEAD[38:].encode() + b"&x;</bpmn:definitions>", "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE"),
        ((HEAD + "<bpmn:process>" * 80 + "</bpmn:process>" * 80 + "</bpmn:definitions>").encode(), "nested too deeply"),
        ((HEAD + "<bpmn:x/>" * 20_001 + "</bpmn:definitions>").encode(), "more than 20,000"),
        ((HEAD + "</bpmn:definitions>").encode(), "No process is drawn"),
    ],
)  # fmt: skip
def test_files_that_are_no_drawings(content: bytes, said: str) -> None:
    with pytest.raises(DrawingRefused) as refused:
        compile_files({"p.bpmn": content})
    assert said in str(refused.value.findings[0])


def test_an_entity_bomb_is_refused_at_once() -> None:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE d [<!ENTITY l0 "ha">{lines}]><d>&l11;</d>'.encode()
    with pytest.raises(DrawingRefused):
        read_documents({"bomb.bpmn": bomb})


@pytest.mark.parametrize("rows", [[["__import__('os')", "1"]], [["1", "open('x')"]], [["1"]]])
def test_faulty_tables_are_refused(rows: list[list[str]]) -> None:
    rule = element("businessRuleTask", "r", **{"camunda:decisionRef": "table"})
    files = {
        "p.bpmn": bpmn(start(), rule, end(), chain("begin", "r", "finish")),
        "t.dmn": dmn(["severity"], ["z"], rows),
    }
    with pytest.raises(DrawingRefused):
        compile_files(files)


@pytest.mark.skipif(not MIWG.is_dir(), reason="the reference models are not on this machine")
@pytest.mark.parametrize("name", ["A.1.0", "A.2.0", "A.2.1", "A.3.0", "A.4.0", "A.4.1", "B.1.0", "B.2.0"])
def test_reference_models_are_understood_or_plainly_refused(name: str) -> None:
    files = {f"{name}.bpmn": (MIWG / f"{name}.bpmn").read_bytes()}
    findings = check(files, HANDLERS)
    assert findings
    assert all(str(finding) for finding in findings)
    if name == "A.1.0":
        progress = Run.begin(compile_files(files), {}, moment=datetime.now(UTC)).progress()
        assert [step.name for step in progress.steps] == ["Task 1"]
    else:
        with pytest.raises(DrawingRefused) as refused:
            compile_files(files)
        assert all(finding.where or "%" not in str(finding) for finding in refused.value.findings)


def test_an_example_is_tried_without_a_database() -> None:
    trace = try_out(
        lifecycle(),
        [
            Answer("step", "file", "accept"),
            Answer("step", "dispatch", "done"),
            Answer("step", "handle", "done"),
        ],
        variables={"severity": 1},
    )
    assert [line.after.tokens for line in trace.lines] == [("file",), ("dispatch",), ("handle",), ("verify",)]
    assert trace.variables["urgent"] is True
    with pytest.raises(StepRefused):
        try_out(lifecycle(), [Answer("step", "close", "done")], variables={})
    with pytest.raises(StepRefused):
        try_out(lifecycle(), [Answer("time")], variables={})


SOURCE = lifecycle()["case.bpmn"]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_files_never_raise_anything_but_our_refusal(data: st.DataObject) -> None:
    content = bytearray(SOURCE)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["flip", "cut", "copy", "word"]))
        length = data.draw(st.integers(1, 60))
        if kind == "flip":
            content[place] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del content[place : place + length]
        elif kind == "copy":
            content[place:place] = content[place : place + length]
        else:
            word = data.draw(
                st.sampled_from(
                    [b"userTask", b"subProcess", b'default="x"', b"begin", b"&lt;", b"scriptTask"]
                )
            )
            content[place:place] = word
        if not content:
            break
    files = {"case.bpmn": bytes(content), "urgent.dmn": lifecycle()["urgent.dmn"]}
    check(files, HANDLERS)
    with suppress(DrawingRefused, StepRefused):
        Run.begin(compile_files(files), {"severity": 1}, moment=datetime.now(UTC)).dump()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_drawings_of_any_shape_are_run_or_refused(data: st.DataObject) -> None:
    """Well-formed XML of random elements and arrows, to reach past the XML parser."""
    kinds = ["userTask", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "subProcess",
             "callActivity", "businessRuleTask", "sendTask", "receiveTask", "intermediateThrowEvent", "boundaryEvent",
             "endEvent", "startEvent", "scriptTask", "task"]  # fmt: skip
    names = [f"n{n}" for n in range(data.draw(st.integers(1, 7)))]
    parts = [start(), end()]
    for name in names:
        attached = {"attachedToRef": data.draw(st.sampled_from(names))}
        parts.append(element(data.draw(st.sampled_from(kinds)), name, **attached))
    ends = ["begin", "finish", *names]
    for number in range(data.draw(st.integers(1, 12))):
        a, b = data.draw(st.sampled_from(ends)), data.draw(st.sampled_from(ends))
        parts.append(
            flow(a, b, data.draw(st.sampled_from(["", "severity = 1", "outcome ="])), flow_id=f"f{number}")
        )
    files = {"p.bpmn": bpmn(*parts)}
    check(files, HANDLERS)
    with suppress(DrawingRefused, StepRefused):
        Run.begin(compile_files(files), {"severity": 1}, moment=datetime.now(UTC)).dump()


def test_a_step_that_leads_to_itself_alone_is_refused() -> None:
    parts = [start(), end(), element("userTask", "n0"), element("userTask", "n1")]
    arrows = [("begin", "n0"), ("n0", "n0"), ("n1", "finish")]
    parts += [flow(a, b, "", flow_id=f"f{number}") for number, (a, b) in enumerate(arrows)]
    with pytest.raises((DrawingRefused, StepRefused)):
        Run.begin(compile_files({"p.bpmn": bpmn(*parts)}), {}, moment=datetime.now(UTC))
