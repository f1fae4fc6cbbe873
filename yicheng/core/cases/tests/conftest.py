"""What the tests of this package share: a process of their own, three bodies, staff with and without rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import translation

from yicheng.core.cases import registry
from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.current import changed
from yicheng.core.cases.current import forget as forget_settings
from yicheng.core.cases.declare import PROCESSES, Assignment, Outcome, ProcessType, TaskKind
from yicheng.core.cases.events import EVENTS
from yicheng.core.cases.laying_down import LimitFacts, lay_down_limits
from yicheng.core.cases.models import CaseClass, DispatchRule, ProcessVersion
from yicheng.core.cases.tests.drawings import lifecycle
from yicheng.core.events import outbox
from yicheng.core.events.declare import REACTIONS, Reaction
from yicheng.core.people.declare import RIGHTS, Right
from yicheng.core.people.models import Account, Organisation
from yicheng.core.people.public import SYSTEM, Scope, Viewer
from yicheng.runtime.testing.rows import shared_rows

DONE = (Outcome("done", "Done"),)
CLOSED: list[int] = []


def _note_severity(viewer: Viewer, case: Any, task: Any, outcome: str, data: Mapping[str, Any]) -> None:
    """A step whose form changes the case."""
    if "severity" in data:
        case.severity = data["severity"]
    if "organisation_id" in data:
        case.organisation_id = data["organisation_id"]


def _centre(case: Any) -> Assignment:
    return Assignment(Organisation.objects.values_list("pk", flat=True).get(code="centre"))


PROCESS = ProcessType(
    key="trial.case",
    title="Trial",
    application="trial",
    start_right="trial.report",
    view_right="trial.view",
    stages={"intake": "Intake", "work": "Work", "end": "End"},
    tasks=(
        TaskKind("trial.file", "File", "trial.file", "intake", (Outcome("accept", "Accept"), Outcome("reject", "Reject")),
                 assign=_centre),
        TaskKind("trial.dispatch", "Dispatch", "trial.file", "intake", DONE, assign=_centre, done=_note_severity),
        TaskKind("trial.handle", "Handle", "trial.handle", "work", DONE),
        TaskKind("trial.verify", "Verify", "trial.file", "end", (Outcome("pass", "Pass"), Outcome("fail", "Fail")),
                 assign=_centre),
        TaskKind("trial.close", "Close", "trial.file", "end", DONE, assign=_centre),
    ),
    messages=("weather_cleared",),
    closed=lambda case: CLOSED.append(case.pk),
)  # fmt: skip
LISTENER = Reaction("trial.listen", tuple(event.key for event in EVENTS), lambda events: None)
TRIAL_RIGHTS = tuple(Right(f"trial.{name}", name) for name in ("report", "view", "file", "handle"))


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True, scope="module")
def trial_process() -> Iterator[None]:
    """The slots hold one more process during the tests of a module."""
    RIGHTS.fill("cases", TRIAL_RIGHTS)
    PROCESSES.fill("cases", [PROCESS])
    REACTIONS.fill("cases", [LISTENER])
    _forget()
    yield
    for slot, items in ((RIGHTS, TRIAL_RIGHTS), (PROCESSES, (PROCESS,)), (REACTIONS, (LISTENER,))):
        for item in items:
            del slot._items[item.key], slot._owners[item.key]
    _forget()


def _forget() -> None:
    registry.kinds_by_key.cache_clear()
    outbox._index.clear()


@dataclass(frozen=True)
class City:
    """Bodies and people of a small city with one process published."""

    centre: Organisation
    roads: Organisation
    water: Organisation
    version: ProcessVersion
    clerk: Viewer
    handler: Viewer
    waterman: Viewer
    manager: Viewer
    stranger_at_work: Viewer


def staff(name: str, body: Organisation, **grants: tuple[Scope, ...]) -> Viewer:
    account = Account.objects.create(
        username=name, kind="staff", display_name=name.title(), organisation=body
    )
    rights = {key.replace("__", "."): scopes for key, scopes in grants.items()}
    return Viewer("staff", account.pk, name, body.pk, grants=rights)


def body(code: str) -> Organisation:
    made = Organisation.objects.create(code=code, name=code.title(), kind="department", path="/")
    made.path = f"/{made.pk}/"
    made.save()
    return made


@pytest.fixture
def city(city_rows: City, db: None) -> Iterator[City]:
    """A small city, with nothing remembered of another test's."""
    forget_settings()
    yield deepcopy(city_rows)
    forget_settings()
    CLOSED.clear()


def build_city() -> City:
    """Bodies, classes, limits, a drawn process, and people."""
    centre, roads, water = body("centre"), body("roads"), body("water")
    for code, parent in (("01", None), ("0101", "01"), ("0102", "01")):
        CaseClass.objects.create(
            code=code, application="trial", kind="event", name=f"Class {code}", parent_id=parent
        )
    DispatchRule.objects.create(class_code="01", division_code="", organisation=roads)
    DispatchRule.objects.create(class_code="0102", division_code="410105", organisation=water)
    lay_down_limits(
        [
            LimitFacts("", "", "", None, "", 5.0, "work_day"),
            LimitFacts("", "0102", "", 1, "", 4.0, "hour"),
            LimitFacts("", "", "", None, "trial.handle", 2.0, "work_day"),
        ]
    )
    changed()
    everywhere = (Scope(),)
    of_roads, of_water = ((Scope(frozenset({one.pk})),) for one in (roads, water))
    files = {name: source.decode() for name, source in lifecycle().items()}
    version = publish_version(SYSTEM, save_version(SYSTEM, "trial.case", files=files).pk)
    return City(
        centre, roads, water, version,
        clerk=staff("clerk", centre, trial__report=everywhere, trial__file=everywhere, trial__view=everywhere),
        handler=staff("handler", roads, trial__handle=of_roads, trial__view=of_roads),
        waterman=staff("waterman", water, trial__handle=of_water, trial__view=of_water),
        manager=staff("manager", centre, cases__manage_case=everywhere, cases__decide_clock=everywhere,
                      cases__view_case=everywhere),
        stranger_at_work=staff("other", water),
    )  # fmt: skip


city_rows = shared_rows(build_city)
