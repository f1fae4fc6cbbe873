"""How disagreements about data go: the source department decides a conflict, the data office a dispute."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.actions.bases import CONFLICT, conflict_decided
from yicheng.apps.data.actions.campaign import DISPUTE, dispute_decided
from yicheng.core.cases.declare import Assignment, Outcome, ProcessType, TaskForm, TaskKind
from yicheng.core.people.public import bodies_holding


class ConflictForm(TaskForm):
    """What is right, where it is not what the other source says; and why."""

    value = forms.CharField(
        label=_("The right value"), required=False, max_length=400,
        help_text=_("Empty: what the other source says is right."),
    )  # fmt: skip
    note = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class DisputeForm(TaskForm):
    """The verdict in words, and the new day where there is one."""

    due_on = forms.DateField(label=_("New due day"), required=False)
    note = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def _source_department(case: Any) -> Assignment | None:
    return Assignment(case.organisation_id) if case.organisation_id else None


def _data_office(_case: Any) -> Assignment | None:
    bodies = bodies_holding("data.decide_dispute")
    return Assignment(bodies[0].id) if bodies else None


DECIDE = TaskKind(
    "data.decide",
    _("Decide which source is right"),
    "data.decide_conflict",
    "decide",
    (
        Outcome("confirm", _("Our value stands"), "primary"),
        Outcome("correct", _("Our value is corrected")),
    ),
    form=ConflictForm,
    assign=_source_department,
    done=conflict_decided,
)
JUDGE = TaskKind(
    "data.judge",
    _("Decide the dispute"),
    "data.decide_dispute",
    "judge",
    (
        Outcome("uphold", _("It is owed as it stands"), "primary"),
        Outcome("move", _("It is due later")),
        Outcome("withdraw", _("It is not owed"), "danger"),
    ),
    form=DisputeForm,
    assign=_data_office,
    done=dispute_decided,
)

PROCESSES = (
    ProcessType(
        key=CONFLICT,
        title=_("Conflict between data"),
        application="data",
        start_right="data.keep_bases",
        view_right="data.view_case",
        stages={"decide": _("With the source department")},
        tasks=(DECIDE,),
        variables={"outcome": "confirm"},
        numbering="data.case",
    ),
    ProcessType(
        key=DISPUTE,
        title=_("Dispute about what is owed"),
        application="data",
        start_right="data.dispute_demand",
        view_right="data.view_case",
        stages={"judge": _("With the data office")},
        tasks=(JUDGE,),
        variables={"outcome": "uphold"},
        numbering="data.case",
    ),
)
