"""What tests of applications do again and again: begin, fill in, hand in, do a step; the sources of their town."""

from __future__ import annotations

from typing import Any

import pytest

from yicheng.core.cases.models import Task
from yicheng.core.cases.public import complete_task
from yicheng.core.journal.public import receive_file
from yicheng.core.people.public import Viewer
from yicheng.core.services.actions import applications as acts
from yicheng.core.services.application_facts import NewApplication
from yicheng.core.services.declare import (
    PREFILL,
    PROOFS,
    RESULTS,
    Issued,
    Known,
    PrefillSource,
    Proof,
    ProofSource,
    ResultSource,
)
from yicheng.core.services.models import Application
from yicheng.core.services.tests.town import ANSWERS, Town, paper

ISSUED: list[int] = []


def _issue(viewer: Viewer, application: Any, answers: Any) -> list[Issued]:
    ISSUED.append(application.id)
    return [Issued("licence", "Kiosk permit", f"K{application.id}", "/licences/1/")]


SOURCES = (
    (
        PREFILL,
        PrefillSource(
            "town.base", "Base", lambda v, p, why: {"address": Known("9 Base Road", "Base data", "r-1")}
        ),
    ),
    (
        PROOFS,
        ProofSource(
            "town.cards",
            "Cards",
            lambda v, p, code, why: Proof("Identity card", "C1", "r-2") if code == "id_card" else None,
        ),
    ),
    (RESULTS, ResultSource("town.permits", _issue)),
)


def only_these_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a city would know, prove and issue; nobody else's sources."""
    for slot in (PREFILL, PROOFS, RESULTS):
        own = {key: item for key, item in slot._items.items() if key.startswith("services.")}
        monkeypatch.setattr(slot, "_items", own)
        monkeypatch.setattr(slot, "_owners", dict(slot._owners))
    for slot, source in SOURCES:
        slot.fill("town", [source])  # type: ignore[list-item]
    ISSUED.clear()


def begin(town: Town, viewer: Viewer | None = None, **more: Any) -> Application:
    new = NewApplication("open-kiosk", more.pop("party_id", town.li_id), **more)
    return acts.begin_application(viewer or town.li, new)


def filled(town: Town, viewer: Viewer | None = None, **more: Any) -> Application:
    who = viewer or town.li
    draft = begin(town, who, **more)
    acts.save_answers(who, draft.pk, ANSWERS, revision=0)
    acts.add_material(who, draft.pk, "plan", files=[receive_file(who, paper())])
    draft.refresh_from_db()
    return draft


def handed_in(town: Town) -> Application:
    draft = filled(town)
    return acts.submit_application(town.li, draft.pk, token=draft.token or "", is_true=True)


def task(application: Application, element: str) -> Task:
    return Task.objects.get(case=application.case_id, element_id=element, status="open")


def do(viewer: Viewer, application: Application, element: str, outcome: str, **data: Any) -> None:
    complete_task(viewer, task(application, element).pk, outcome=outcome, data=data)


def accepted(town: Town) -> Application:
    application = handed_in(town)
    do(town.clerk, application, "accept", "accept")
    return application


def granted(town: Town) -> Application:
    application = accepted(town)
    do(town.fireman, application, "review__fire", "agree")
    do(town.marketer, application, "review__market", "agree")
    do(town.head, application, "decide", "grant")
    return application
