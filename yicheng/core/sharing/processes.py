"""How a request for data goes: the provider decides, a refusal may be disputed, the data office rules.

The drawing comes with the package (``drawings/sharing_request.bpmn``) and holds where a city pack draws no other.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.declare import Assignment, Outcome, ProcessType, TaskKind
from yicheng.core.cases.models import Case
from yicheng.core.people.public import bodies_holding
from yicheng.core.sharing.actions import deciding
from yicheng.core.sharing.forms import AnswerForm, DecideForm
from yicheng.core.sharing.models import Request


def _provider(case: Case) -> Assignment | None:
    return Assignment(case.organisation_id) if case.organisation_id else None


def _consumer(case: Case) -> Assignment | None:
    found = Request.objects.filter(case_id=case.pk).values_list("consumer_id", flat=True).first()
    return Assignment(found) if found else None


def _data_office(case: Case) -> Assignment | None:
    bodies = bodies_holding("sharing.arbitrate")
    return Assignment(bodies[0].id) if bodies else None


DECIDE = TaskKind(
    "sharing.decide",
    _("Decide on a request for data"),
    "sharing.decide",
    "decide",
    (
        Outcome("grant", _("Grant as asked"), "primary"),
        Outcome("narrow", _("Grant in part")),
        Outcome("refuse", _("Refuse the request"), "danger"),
    ),
    form=DecideForm,
    assign=_provider,
    done=deciding.decided,
)
ANSWER = TaskKind(
    "sharing.answer",
    _("Accept the refusal, or dispute it"),
    "sharing.ask",
    "answer",
    (
        Outcome("accept", _("Accept the refusal"), "primary"),
        Outcome("dispute", _("Take it to the data office"), "danger"),
    ),
    form=AnswerForm,
    assign=_consumer,
    done=deciding.answered,
)
ARBITRATE = TaskKind(
    "sharing.arbitrate",
    _("Settle the dispute"),
    "sharing.arbitrate",
    "arbitrate",
    (
        Outcome("grant", _("Grant as asked"), "primary"),
        Outcome("uphold", _("Uphold the refusal"), "danger"),
    ),
    form=AnswerForm,
    assign=_data_office,
    done=deciding.ruled,
)

#: the kinds of cases that this package has
PROCESSES = (
    ProcessType(
        key="sharing.request",
        title=_("Request for data"),
        application="sharing",
        start_right="sharing.ask",
        view_right="sharing.see",
        stages={
            "decide": _("With the provider"),
            "answer": _("Refused by the provider"),
            "arbitrate": _("With the data office"),
        },
        tasks=(DECIDE, ANSWER, ARBITRATE),
        variables={"outcome": "grant"},
        numbering="sharing.request",
    ),
)
