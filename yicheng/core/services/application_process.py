"""How applications run: one family of processes, whose steps departments put together as they need.

A drawn ``review__fire`` goes to the body that the item's table names for it; reviews may stand side by side and
share the pool of materials, the clock and the number of the case.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.cases.declare import Outcome, ProcessType, TaskKind
from yicheng.core.services.actions.applications import steps
from yicheng.core.services.assigning import by_element
from yicheng.core.services.forms_of_steps import OpinionForm

ACCEPT = TaskKind(
    "services.accept",
    _("Check and accept the application"),
    "services.accept",
    "accept",
    (
        Outcome("accept", pgettext_lazy("application", "Accept"), "primary"),
        Outcome("refuse", pgettext_lazy("application", "Do not accept"), "danger"),
    ),
    form=OpinionForm,
    assign_step=by_element,
    done=steps.accepted,
)
REVIEW = TaskKind(
    "services.review",
    _("Review the application"),
    "services.review",
    "review",
    (
        Outcome("agree", pgettext_lazy("review", "Agree"), "primary"),
        Outcome("disagree", pgettext_lazy("review", "Do not agree"), "danger"),
    ),
    form=OpinionForm,
    assign_step=by_element,
    done=steps.reviewed,
)
INSPECT = TaskKind(
    "services.inspect",
    _("Inspect on the spot"),
    "services.review",
    "review",
    (
        Outcome("pass", pgettext_lazy("inspection", "In order"), "primary"),
        Outcome("fail", pgettext_lazy("inspection", "Not in order"), "danger"),
    ),
    form=OpinionForm,
    assign_step=by_element,
    done=steps.reviewed,
)
DECIDE = TaskKind(
    "services.decide",
    _("Decide on the application"),
    "services.decide",
    "decide",
    (
        Outcome("grant", pgettext_lazy("decision", "Grant"), "primary"),
        Outcome("refuse", pgettext_lazy("decision", "Refuse"), "danger"),
    ),
    form=OpinionForm,
    assign_step=by_element,
    done=steps.decided,
)
ISSUE = TaskKind(
    "services.issue",
    _("Issue the result"),
    "services.issue",
    "issue",
    (Outcome("done", pgettext_lazy("result", "Issue"), "primary"),),
    assign_step=by_element,
    done=steps.issued,
)
DELIVER = TaskKind(
    "services.deliver",
    _("Hand the result over"),
    "services.deliver",
    "deliver",
    (Outcome("done", pgettext_lazy("result", "Handed over"), "primary"),),
    assign_step=by_element,
    done=steps.delivered,
)

APPLICATION = ProcessType(
    key="services.application",
    title=_("Application for a service"),
    application="services",
    start_right="services.apply",
    view_right="services.view_application",
    stages={
        "accept": pgettext_lazy("stage of an application", "Acceptance"),
        "review": pgettext_lazy("stage of an application", "Review"),
        "decide": pgettext_lazy("stage of an application", "Decision"),
        "issue": pgettext_lazy("stage of an application", "Issuing"),
        "deliver": pgettext_lazy("stage of an application", "Delivery"),
    },
    tasks=(ACCEPT, REVIEW, INSPECT, DECIDE, ISSUE, DELIVER),
    variables={"outcome": "accept", "item": ""},
    numbering="application",
    closed=steps.closed,
    is_family=True,
)
