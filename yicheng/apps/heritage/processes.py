"""How a movement of a relic goes: approved by grade, handed over, received. Its order is drawn in the city pack."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.apps.heritage.actions import custody
from yicheng.apps.heritage.permissions import APPROVE, APPROVE_FIRST, HAND_OVER, ORDER, VIEW_RELICS
from yicheng.core.cases.declare import Assignment, Outcome, ProcessType, TaskKind
from yicheng.core.people.public import bodies_holding


def _keeper(case: Any) -> Assignment:
    return Assignment(case.organisation_id)


def _bureau(case: Any) -> Assignment | None:
    bodies = [one for one in bodies_holding(APPROVE_FIRST) if case.division_code.startswith(_zone(one))]
    bodies.sort(key=lambda one: len(_zone(one)))
    return Assignment(bodies[0].id) if bodies else None


def _zone(body: Any) -> str:
    return str(body.division_code)[:6].removesuffix("00")


_DECISIONS = (
    Outcome("approve", _("Approve the movement"), "primary"),
    Outcome("refuse", pgettext_lazy("movement of a relic", "Refuse"), "danger"),
)
TASKS = (
    TaskKind(
        "heritage.approve",
        _("Decide on the movement"),
        APPROVE,
        "approve",
        _DECISIONS,
        assign=_keeper,
        done=custody.approved,
    ),
    TaskKind(
        "heritage.approve_first",
        _("Decide on a first-grade relic's movement"),
        APPROVE_FIRST,
        "approve",
        _DECISIONS,
        assign=_bureau,
        done=custody.approved_first,
    ),
    TaskKind(
        "heritage.hand_over",
        _("Hand the relic over"),
        HAND_OVER,
        "move",
        (Outcome("done", _("Handed over"), "primary"),),
        assign=_keeper,
        done=custody.handed_over,
    ),
    TaskKind(
        "heritage.receive",
        _("Receive the relic"),
        HAND_OVER,
        "move",
        (Outcome("done", pgettext_lazy("movement of a relic", "Received"), "primary"),),
        assign=_keeper,
        done=custody.received,
    ),
)
PROCESSES = (
    ProcessType(
        key=custody.PROCESS,
        title=_("Movement of a relic"),
        application="heritage",
        start_right=ORDER,
        view_right=VIEW_RELICS,
        stages={"approve": _("With those who approve"), "move": _("Handing over")},
        tasks=TASKS,
        variables={"outcome": "approve", "grade": "first", "kind": "loan"},
        numbering="heritage.movement",
        closed=custody.closed,
    ),
)
