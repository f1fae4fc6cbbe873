"""How a document goes: checked, countersigned by all who are asked, signed, numbered, sealed, sent, filed.

The drawing comes with the package (``drawings/credentials_document.bpmn``) and holds where a city pack draws no other.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.cases.declare import Assignment, Outcome, ProcessType, TaskKind
from yicheng.core.cases.models import Case
from yicheng.core.credentials.actions import passing
from yicheng.core.credentials.documents.course import PROCESS
from yicheng.core.credentials.documents.forms import CheckForm, FileForm, OpinionForm, SealForm
from yicheng.core.credentials.models import Document


def _author(case: Case) -> Assignment:
    return Assignment(case.organisation_id)


def _drafter(case: Case) -> Assignment:
    drafter = Document.objects.values_list("drafter_id", flat=True).get(case_id=case.pk)
    return Assignment(case.organisation_id, drafter)


def _asked(case: Case) -> Assignment:
    return Assignment(passing.next_opinion(case) or case.organisation_id)


CHECK_KIND = TaskKind(
    "credentials.check",
    _("Check the draft"),
    "credentials.check_document",
    "check",
    (
        Outcome("pass", _("Pass on for signature"), "primary"),
        Outcome("countersign", _("Ask other departments first")),
        Outcome("revise", _("Back to the drafter"), "danger"),
    ),
    form=CheckForm,
    assign=_author,
    done=passing.checked,
)
REVISE = TaskKind(
    "credentials.revise",
    _("Mend the draft"),
    "credentials.draft_document",
    "check",
    (Outcome("again", _("Hand in again"), "primary"),),
    assign=_drafter,
    done=passing.revised,
)
COUNTERSIGN = TaskKind(
    "credentials.countersign",
    _("Countersign"),
    "credentials.countersign_document",
    "countersign",
    (
        Outcome("agree", pgettext_lazy("document", "Agree"), "primary"),
        Outcome("object", _("State objections"), "danger"),
    ),
    form=OpinionForm,
    assign=_asked,
    done=passing.countersigned,
)
SIGN = TaskKind(
    "credentials.sign",
    _("Sign the document"),
    "credentials.sign_document",
    "sign",
    (
        Outcome("sign", pgettext_lazy("document", "Sign"), "primary"),
        Outcome("revise", _("Back to the drafter"), "danger"),
    ),
    assign=_author,
    done=passing.signed,
)
NUMBER = TaskKind(
    "credentials.number",
    _("Give the document its number"),
    "credentials.issue_document",
    "issue",
    (Outcome("number", _("Take the next number"), "primary"),),
    assign=_author,
    done=passing.numbered,
)
SEAL = TaskKind(
    "credentials.seal",
    _("Seal the document"),
    "credentials.issue_document",
    "issue",
    (Outcome("seal", _("Set the seal"), "primary"), Outcome("ask", _("Ask the custodian first"))),
    form=SealForm,
    assign=_author,
    done=passing.sealed,
)
DISPATCH = TaskKind(
    "credentials.dispatch",
    _("Send the document"),
    "credentials.issue_document",
    "send",
    (Outcome("send", _("Send it to all recipients"), "primary"),),
    assign=_author,
    done=passing.sent,
)
FILE = TaskKind(
    "credentials.file",
    _("File the document"),
    "credentials.issue_document",
    "file",
    (Outcome("file", _("Into the archive"), "primary"),),
    form=FileForm,
    assign=_author,
    done=passing.filed,
)

#: the kinds of cases that this package has
PROCESSES = (
    ProcessType(
        key=PROCESS,
        title=_("Official document"),
        application="credentials",
        start_right="credentials.draft_document",
        view_right="credentials.see_documents",
        stages={
            "check": pgettext_lazy("document", "Check"),
            "countersign": pgettext_lazy("document", "Countersignature"),
            "sign": pgettext_lazy("document", "Signature"),
            "issue": pgettext_lazy("document", "Number and seal"),
            "send": pgettext_lazy("document", "Dispatch"),
            "file": pgettext_lazy("document", "Archive"),
        },
        tasks=(CHECK_KIND, REVISE, COUNTERSIGN, SIGN, NUMBER, SEAL, DISPATCH, FILE),
        variables={"outcome": "pass", "bodies": 2},
        numbering="document",
    ),
)
