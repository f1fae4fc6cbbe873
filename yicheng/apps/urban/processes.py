"""The seven stages of digital urban management (GB/T 30428, CJJ/T 106) and the steps people take in them.

Collect and close belong to the supervision centre (监督中心), dispatch and feed back to the command
centre (指挥中心), handling to the departments. The order of the steps is drawn in the city pack
(``processes/urban_case.bpmn``); here stands what each step is.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import assignment
from yicheng.apps.urban.actions import steps
from yicheng.apps.urban.forms.steps import (
    AnswerForm,
    AssistForm,
    CheckForm,
    CloseForm,
    DispatchForm,
    FileForm,
    HandleForm,
    VerifyForm,
)
from yicheng.apps.urban.stages import STAGES
from yicheng.core.cases.declare import Outcome, ProcessType, TaskKind

VERIFY = TaskKind(
    "urban.verify",
    _("Verify on the spot"),
    "urban.verify_case",
    "collect",
    (
        Outcome("confirmed", _("It is so"), "primary"),
        Outcome("not_found", _("Nothing found"), "danger"),
    ),
    form=VerifyForm,
    assign=assignment.collectors,
    assign_many=assignment.read_duties,
    done=steps.verified,
)
FILE = TaskKind(
    "urban.file",
    _("File the case"),
    "urban.file_case",
    "file",
    (
        Outcome("file", _("File as a case"), "primary"),
        Outcome("duplicate", _("Same as another case")),
        Outcome("refuse", _("Do not file"), "danger"),
    ),
    form=FileForm,
    assign=assignment.supervision,
    done=steps.filed,
)
DISPATCH = TaskKind(
    "urban.dispatch",
    _("Dispatch to a department"),
    "urban.dispatch_case",
    "dispatch",
    (
        Outcome("dispatch", _("Dispatch"), "primary"),
        Outcome("joint", _("Dispatch to two departments")),
        Outcome("send_back", _("Send back to supervision"), "danger"),
    ),
    form=DispatchForm,
    assign=assignment.command,
    done=steps.dispatched,
)
HANDLE = TaskKind(
    "urban.handle",
    _("Handle the matter"),
    "urban.handle_case",
    "handle",
    (
        Outcome("done", _("Done"), "primary"),
        Outcome("not_ours", _("Not our task"), "danger"),
    ),
    form=HandleForm,
    assign=assignment.department,
    done=steps.handled,
)
LEAD = TaskKind(
    "urban.lead",
    _("Handle as the leading department"),
    "urban.handle_case",
    "handle",
    (Outcome("done", _("Done"), "primary"),),
    form=AssistForm,
    assign=assignment.department,
    done=steps.handled,
)
ASSIST = TaskKind(
    "urban.assist",
    _("Assist the leading department"),
    "urban.handle_case",
    "handle",
    (Outcome("done", _("Done"), "primary"),),
    form=AssistForm,
    assign=assignment.assisting_department,
    done=steps.handled,
)
FEED_BACK = TaskKind(
    "urban.feed_back",
    _("Accept the department's result"),
    "urban.feed_back_case",
    "feed_back",
    (
        Outcome("accept", _("Pass on to supervision"), "primary"),
        Outcome("rework", _("Handle again"), "danger"),
    ),
    form=AnswerForm,
    assign=assignment.command,
)
CHECK = TaskKind(
    "urban.check",
    _("Check on the spot"),
    "urban.check_case",
    "close",
    (
        Outcome("passed", _("It is solved"), "primary"),
        Outcome("failed", _("It is not solved"), "danger"),
    ),
    form=CheckForm,
    assign=assignment.collectors,
    assign_many=assignment.read_duties,
    done=steps.checked,
)
CLOSE = TaskKind(
    "urban.close",
    _("Close the case"),
    "urban.close_case",
    "close",
    (
        Outcome("close", _("Close"), "primary"),
        Outcome("rework", _("Dispatch again"), "danger"),
    ),
    form=CloseForm,
    assign=assignment.supervision,
)

URBAN_CASE = ProcessType(
    key="urban.case",
    title=_("Urban case"),
    application="urban",
    start_right="urban.report_case",
    view_right="urban.view_case",
    stages=STAGES,
    tasks=(VERIFY, FILE, DISPATCH, HANDLE, LEAD, ASSIST, FEED_BACK, CHECK, CLOSE),
    variables={
        "outcome": "dispatch",
        "kind": "event",
        "alarm_word": "",
        "reports_nearby": 0,
        "needs_verification": True,
        "owner_known": False,
    },
    numbering="urban.case",
)

PROCESSES = (URBAN_CASE,)
