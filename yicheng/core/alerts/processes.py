"""The generic process of an alert: confirm, handle, check. The order of its steps is drawn in the city pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.actions import incidents
from yicheng.core.cases.declare import Outcome, ProcessType, TaskKind
from yicheng.core.cases.models import Case, Task
from yicheng.core.people.public import Viewer


def _confirmed(viewer: Viewer, case: Case, task: Task, outcome: str, data: Mapping[str, Any]) -> None:
    incidents.confirmed(viewer, case.pk, outcome=outcome)


def _closed(case: Case) -> None:
    incidents.case_closed(case.pk)


CONFIRM = TaskKind(
    "alerts.confirm",
    _("Confirm the alert"),
    "alerts.answer",
    "confirm",
    (
        Outcome("confirmed", _("It is so"), "primary"),
        Outcome("over", _("It is over already")),
        Outcome("false_alarm", _("False alarm"), "danger"),
    ),
    done=_confirmed,
)
HANDLE = TaskKind(
    "alerts.handle",
    _("Handle the incident"),
    "alerts.handle",
    "handle",
    (Outcome("done", _("Done"), "primary"),),
)
CHECK = TaskKind(
    "alerts.check",
    _("Check that it is solved"),
    "alerts.answer",
    "check",
    (
        Outcome("passed", _("It is solved"), "primary"),
        Outcome("failed", _("It is not solved"), "danger"),
    ),
)
INCIDENT = ProcessType(
    key="alerts.incident",
    title=_("Incident of an alert"),
    application="alerts",
    start_right="alerts.raise",
    view_right="alerts.see_alerts",
    stages={"confirm": _("Confirming"), "handle": _("Handling"), "check": _("Checking")},
    tasks=(CONFIRM, HANDLE, CHECK),
    variables={"outcome": "confirmed"},
    numbering="alerts.incident",
    closed=_closed,
)
PROCESSES = (INCIDENT,)
