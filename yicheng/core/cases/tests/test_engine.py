"""The engine runs what is drawn: every supported element, exact steps, state kept small."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from yicheng.core.cases.engine.findings import StepRefused
from yicheng.core.cases.engine.running import Progress, Run
from yicheng.core.cases.engine.specification import compile_files
from yicheng.core.cases.tests.drawings import (
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
from yicheng.core.kernel.errors import Conflict

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Play:
    """A process played through its stored bytes only, as the platform does."""

    def __init__(self, files: dict[str, bytes], **variables: object) -> None:
        self.spec = compile_files(files)
        self.moment = NOW
        run = Run.begin(self.spec, variables, moment=NOW)
        self.at, self.data = run.progress(), run.dump()

    def run(self) -> Run:
        return Run.load(self.spec, self.data, moment=self.moment)

    def _keep(self, run: Run) -> Progress:
        self.at, self.data = run.progress(), run.dump()
        return self.at

    def do(self, element_id: str, outcome: str = "", **variables: object) -> Progress:
        run = self.run()
        step = next(step for step in run.progress().steps if step.element_id == element_id)
        run.complete(step.id, {"outcome": outcome, f"{element_id}_outcome": outcome, **variables})
        return self._keep(run)

    def wait(self, **length: int) -> Progress:
        self.moment += timedelta(**length)
        run = self.run()
        run.wake()
        return self._keep(run)

    def hear(self, name: str, **variables: object) -> Progress:
        run = self.run()
        run.deliver(name, variables)
        return self._keep(run)

    def back(self, element_id: str) -> Progress:
        run = self.run()
        run.go_back(element_id)
        return self._keep(run)

    @property
    def open(self) -> list[str]:
        return sorted(step.element_id for step in self.at.steps)


def test_a_case_goes_from_report_to_close_with_rework() -> None:
    play = Play(lifecycle(), severity=1, irrelevant="not kept")
    assert play.open == ["file"]
    assert play.do("file", "accept").passed == ("file", "accepted", "decide")
    assert play.run().variables() == {"severity": 1, "outcome": "accept", "urgent": True}
    play.do("dispatch")
    play.do("handle")
    play.do("verify", "fail")
    assert play.open == ["handle"]
    play.do("handle")
    play.do("verify", "pass")
    assert not play.at.is_finished
    assert play.do("close").is_finished
    assert len(play.data) < 600


def test_a_rejected_case_ends_at_once() -> None:
    play = Play(lifecycle(), severity=3)
    assert play.do("file", "reject").is_finished


def test_a_finished_step_cannot_be_finished_again() -> None:
    play = Play(lifecycle(), severity=3)
    step_id, before = play.at.steps[0].id, play.data
    play.do("file", "accept")
    with pytest.raises(Conflict):
        play.run().complete(step_id, {})
    play.data = before
    assert play.do("file", "accept").steps[0].element_id == "dispatch"


def test_step_ids_survive_saving() -> None:
    play = Play(lifecycle(), severity=3)
    assert play.run().progress().steps[0].id == play.at.steps[0].id


def test_parallel_branches_are_joined() -> None:
    gateway = element("parallelGateway", "split") + element("parallelGateway", "join")
    play = Play({"p.bpmn": bpmn(
        start(), gateway, user("water"), user("power"), user("after"), end(), flow("begin", "split"),
        flow("split", "water"), flow("split", "power"), flow("water", "join"), flow("power", "join"),
        chain("join", "after", "finish"),
    )})  # fmt: skip
    assert play.open == ["power", "water"]
    play.do("water")
    assert play.open == ["power"]
    play.do("power")
    assert play.open == ["after"]
    assert play.do("after").is_finished


def test_inclusive_gateway_takes_every_condition_that_holds() -> None:
    play = Play({"p.bpmn": bpmn(
        start(), element("inclusiveGateway", "split", default="split_c"), element("inclusiveGateway", "join"),
        user("a"), user("b"), user("c"), end(), flow("begin", "split"), flow("split", "a", "size > 1"),
        flow("split", "b", "size > 2"), flow("split", "c"), flow("a", "join"), flow("b", "join"), flow("c", "join"),
        flow("join", "finish"),
    )}, size=3)  # fmt: skip
    assert play.open == ["a", "b"]
    play.do("a")
    assert play.do("b").is_finished


def test_an_interrupting_timer_replaces_its_step() -> None:
    play = Play({"p.bpmn": bpmn(
        start(), user("handle"), element("boundaryEvent", "late", timer("P3D"), attachedToRef="handle"),
        user("escalate"), end(), chain("begin", "handle", "finish"), chain("late", "escalate", "finish"),
    )})  # fmt: skip
    assert [t.due_at for t in play.at.timers] == [NOW + timedelta(days=3)]
    play.wait(days=2)
    assert play.open == ["handle"]
    assert play.at.timers[0].due_at == NOW + timedelta(days=3)
    play.wait(days=1)
    assert play.open == ["escalate"]
    assert play.at.timers == ()
    assert play.do("escalate").is_finished


def test_a_repeating_timer_reminds_beside_its_step() -> None:
    reminder = element(
        "boundaryEvent",
        "remind",
        timer("R2/PT1H", "timeCycle"),
        attachedToRef="handle",
        cancelActivity="false",
    )
    play = Play({"p.bpmn": bpmn(
        start(), user("handle"), reminder, user("look"), end(), end("looked"),
        chain("begin", "handle", "finish"), chain("remind", "look", "looked"),
    )})  # fmt: skip
    play.wait(minutes=59)
    assert play.open == ["handle"]
    play.wait(minutes=2)
    assert play.open == ["handle", "look"]
    assert play.at.timers[0].due_at == NOW + timedelta(hours=2)
    play.wait(hours=1)
    assert play.open == ["handle", "look", "look"]
    assert play.at.timers == ()
    play.do("look")
    play.do("look")
    assert play.do("handle").is_finished


def test_waiting_for_a_moment_and_for_a_computed_time() -> None:
    play = Play({"p.bpmn": bpmn(
        start(), element("intermediateCatchEvent", "pause", timer("wait_for")), user("go"), end(),
        chain("begin", "pause", "go", "finish"),
    )}, wait_for="PT30M")  # fmt: skip
    assert (play.open, play.at.tokens) == ([], ("pause",))
    play.wait(minutes=30)
    assert play.open == ["go"]


def test_messages_reach_the_case_that_waits() -> None:
    extra = element("message", "m1", name="weather_cleared")
    play = Play({"p.bpmn": bpmn(
        start(), element("intermediateCatchEvent", "clear", message("m1")), user("go"), end(),
        chain("begin", "clear", "go", "finish"), extra=extra,
    )})  # fmt: skip
    assert play.at.messages == ("weather_cleared",)
    with pytest.raises(Conflict):
        play.hear("something_else")
    play.hear("weather_cleared")
    assert play.open == ["go"]
    with pytest.raises(Conflict):
        play.hear("weather_cleared")


@pytest.mark.parametrize(("event", "expected"), [("message", "answered"), ("time", "silent")])
def test_the_first_of_several_events_decides(event: str, expected: str) -> None:
    extra = element("message", "m1", name="reply")
    play = Play({"p.bpmn": bpmn(
        start(), element("eventBasedGateway", "race"), element("intermediateCatchEvent", "reply", message("m1")),
        element("intermediateCatchEvent", "late", timer("P1D")), user("answered"), user("silent"), end(),
        flow("begin", "race"), chain("race", "reply", "answered", "finish"), chain("race", "late", "silent", "finish"),
        extra=extra,
    )})  # fmt: skip
    assert play.at.messages == ("reply",)
    assert [t.due_at for t in play.at.timers] == [NOW + timedelta(days=1)]
    if event == "message":
        play.hear("reply")
    else:
        play.wait(days=1)
    assert (play.open, len(play.at.timers), len(play.at.messages)) == ([expected], 0, 0)
    assert play.do(expected).is_finished


def test_thrown_messages_are_told() -> None:
    extra = element("message", "m1", name="inform")
    play = Play({"p.bpmn": bpmn(
        start(), user("go"), element("endEvent", "finish", message("m1")), chain("begin", "go", "finish"), extra=extra
    )})  # fmt: skip
    assert play.do("go").thrown == ("inform",)


def test_sub_process_with_escalation_and_call_activity() -> None:
    inner = (
        start().replace("begin", "sub_begin")
        + user("inspect")
        + element("exclusiveGateway", "ok", default="ok_fine")
    )
    inner += end("fine") + element("endEvent", "bad", '<bpmn:errorEventDefinition errorRef="e1"/>')
    inner += chain("sub_begin", "inspect", "ok") + flow("ok", "fine") + flow("ok", "bad", 'outcome = "bad"')
    caught = element(
        "boundaryEvent", "caught", '<bpmn:errorEventDefinition errorRef="e1"/>', attachedToRef="sub"
    )
    files = {
        "main.bpmn": bpmn(
            start(), element("subProcess", "sub", inner), caught, element("callActivity", "call", calledElement="other"),
            user("mend"), end(), chain("begin", "sub", "call", "finish"), chain("caught", "mend", "finish"),
            extra=element("error", "e1", name="broken", errorCode="broken"),
        ),
        "other.bpmn": bpmn(
            element("startEvent", "o_begin"), user("called"), end("o_end"), chain("o_begin", "called", "o_end"),
            process_id="other",
        ),
    }  # fmt: skip
    play = Play(files)
    assert play.open == ["inspect"]
    play.do("inspect", "good")
    assert play.open == ["called"]
    assert play.do("called").is_finished
    other = Play(files)
    other.do("inspect", "bad")
    assert other.open == ["mend"]
    assert other.do("mend").is_finished


def test_a_step_for_each_of_a_list_ends_when_all_are_done() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>places</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="place"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    files = {
        "p.bpmn": bpmn(
            start(), user("visit", loop), user("after"), end(), chain("begin", "visit", "after", "finish")
        )
    }
    play = Play(files, places=["x", "y"])
    assert play.open == ["visit", "visit"]
    play.do("visit")
    assert play.open == ["visit"]
    play.do("visit")
    assert play.open == ["after"]
    with pytest.raises(StepRefused):
        Play(files, places=["x"] * 101)


def test_a_repeated_step_in_sequence() -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>times</bpmn:loopCardinality>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    files = {"p.bpmn": bpmn(start(), user("visit", loop), end(), chain("begin", "visit", "finish"))}
    play = Play(files, times=2)
    assert play.open == ["visit"]
    play.do("visit")
    assert play.open == ["visit"]
    assert play.do("visit").is_finished
    for faulty in (10**9, "many", None):
        with pytest.raises(StepRefused):
            Play(files, times=faulty)


def test_going_back_and_reopening() -> None:
    play = Play(lifecycle(), severity=2)
    play.do("file", "accept")
    play.do("dispatch")
    assert play.run().returnable() == ["dispatch", "file"]
    play.back("file")
    assert play.open == ["file"]
    for step, outcome in [
        ("file", "accept"),
        ("dispatch", ""),
        ("handle", ""),
        ("verify", "pass"),
        ("close", ""),
    ]:
        play.do(step, outcome)
    assert play.at.is_finished
    play.back("handle")
    assert (play.open, play.at.is_finished) == (["handle"], False)
    play.do("handle")
    play.do("verify", "pass")
    assert play.do("close").is_finished
    with pytest.raises(StepRefused):
        play.back("never_there")


def test_a_terminate_event_ends_everything() -> None:
    terminate = end("stop", "<bpmn:terminateEventDefinition/>")
    play = Play({"p.bpmn": bpmn(
        start(), element("parallelGateway", "split"), user("a"), user("b"), end(), terminate, flow("begin", "split"),
        flow("split", "a"), flow("split", "b"), flow("a", "finish"), flow("b", "stop"),
    )})  # fmt: skip
    play.do("b")
    assert (play.open, play.at.is_finished) == ([], True)


def test_stopping_leaves_nothing_open() -> None:
    play = Play(lifecycle(), severity=2)
    run = play.run()
    run.stop()
    assert run.progress().steps == ()
    assert run.progress().is_finished


def test_decision_tables_collect_and_default() -> None:
    files = {
        "p.bpmn": bpmn(
            start(), element("businessRuleTask", "who", **{"camunda:decisionRef": "table"}),
            element("exclusiveGateway", "any", default="any_finish"), user("tell"), end(),
            chain("begin", "who", "any"), flow("any", "tell", "count(bodies) > 1"), flow("any", "finish"),
            flow("tell", "finish"),
        ),
        "t.dmn": dmn(["depth", "kind"], ["bodies"],
                     [["> 10", "-", '"water"'], ["[5..20]", '"road","bridge"', '"traffic"']], hit="COLLECT"),
    }  # fmt: skip
    play = Play(files, depth=12, kind="road")
    assert play.open == ["tell"]
    assert play.run().variables()["bodies"] == ["water", "traffic"]
    assert Play(files, depth=12, kind="park").at.is_finished
