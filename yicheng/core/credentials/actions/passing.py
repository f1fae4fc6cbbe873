"""What each step of a document's process writes: check, countersign, sign, number, seal, send, file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.models import Case, Task
from yicheng.core.credentials.actions.asking import ask_for_seal
from yicheng.core.credentials.actions.setting import seal_pdf
from yicheng.core.credentials.documents.events import DocumentSent
from yicheng.core.credentials.documents.paper import paper
from yicheng.core.credentials.models import (
    Document,
    DocumentOpinion,
    DocumentPaper,
    DocumentRecipient,
    Letterhead,
    Seal,
)
from yicheng.core.credentials.telling import tell_arrival
from yicheng.core.events.public import publish
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.public import Viewer

Data = Mapping[str, Any]
State = Document.State


def document_of(case: Case) -> Document:
    """The document that a case is about, locked."""
    rows = Document.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(case_id=case.pk)


def checked(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """Passed on, sent to other departments first, or back to the drafter."""
    document = document_of(case)
    document.checked_by_id = viewer.account_id
    if outcome == "countersign":
        bodies = [int(one) for one in data.get("bodies", ())]
        _ask_opinions(document, bodies)
        _move(document, State.COUNTERSIGN, "checked_by")
        return {"bodies": len(bodies)}
    _move(document, State.SIGN if outcome == "pass" else State.REVISE, "checked_by")
    return None


def revised(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """The drafter hands it in again."""
    _move(document_of(case), State.CHECK)
    return None


def countersigned(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """One department's opinion; with the last one the document goes on."""
    document = document_of(case)
    waiting = document.opinions.filter(answer=DocumentOpinion.Answer.WAITS)
    mine = waiting.filter(organisation_id=task.organisation_id or 0).first()
    if mine is None:
        raise Conflict(_("Your department was not asked, or has answered already."))
    mine.answer = DocumentOpinion.Answer.AGREES if outcome == "agree" else DocumentOpinion.Answer.OBJECTS
    mine.words, mine.answered_by_id, mine.answered_at = _words(data), viewer.account_id, clock.now()
    mine.save(update_fields=["answer", "words", "answered_by", "answered_at"])
    if not waiting.exists():
        _move(document, State.SIGN)
    return None


def signed(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """Signed by who answers for it, or back to the drafter."""
    document = document_of(case)
    if outcome == "sign":
        document.signed_by_id, document.signed_at = viewer.account_id, clock.now()
    _move(document, State.SIGNED if outcome == "sign" else State.REVISE, "signed_by", "signed_at")
    return None


def numbered(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """The next number of the organisation's year: no gaps, none twice."""
    document = document_of(case)
    document.number = _next_number(document)
    _move(document, State.NUMBERED, "number")
    return None


def sealed(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """The paper is made and sealed; or the custodian is asked first, and the step comes again."""
    document = document_of(case)
    seal, subject = _seal(data, document), f"document/{document.pk}"
    if outcome == "ask":
        ask_for_seal(viewer, seal.code, subject=subject, reason=document.title)
        return None
    pdf = seal_pdf(viewer, paper(document), seal=seal.code, reason=document.title, subject=subject)
    DocumentPaper.objects.create(
        document=document,
        seal=seal,
        pdf=pdf,
        digest=hashlib.sha256(pdf).hexdigest(),
        sealed_at=clock.now(),
        sealed_by_id=viewer.account_id,
    )
    _move(document, State.SEALED)
    return None


def sent(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """It lies on the desks of all it goes to."""
    document = document_of(case)
    now = clock.now()
    document.recipients.update(state=DocumentRecipient.State.ARRIVED, arrived_at=now)
    document.sent_at = now
    _move(document, State.SENT, "sent_at")
    tell_arrival(document)
    told = DocumentSent(document.pk, document.organisation_id, document.number)
    publish("credentials.document_sent", told, subject=f"document/{document.pk}")
    return None


def filed(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """Into the archive, for as long as it says."""
    document = document_of(case)
    document.retention, document.filed_at = str(data["retention"]), clock.now()
    _move(document, State.FILED, "retention", "filed_at")
    return None


def next_opinion(case: Case) -> int | None:
    """The next department that was asked and has no task yet, marked as having one. For ``assign``."""
    rows = DocumentOpinion.objects.select_for_update().filter(
        document__case_id=case.pk, answer=DocumentOpinion.Answer.WAITS, is_on_desk=False
    )
    opinion = rows.order_by("id").first()
    if opinion is None:
        return None
    opinion.is_on_desk = True
    opinion.save(update_fields=["is_on_desk"])
    return opinion.organisation_id


def _ask_opinions(document: Document, bodies: Sequence[int]) -> None:
    if not bodies or document.organisation_id in bodies:
        text = _("Choose other departments that are concerned.")
        raise Invalid(text, fields={"bodies": text})
    last = document.opinions.aggregate(last=Max("round"))["last"] or 0
    DocumentOpinion.objects.bulk_create(
        DocumentOpinion(document=document, organisation_id=body, round=last + 1) for body in bodies
    )


def _next_number(document: Document) -> str:
    """``word〔2026〕12号``. The letterhead's row is the lock."""
    head = Letterhead.objects.select_for_update().filter(organisation_id=document.organisation_id).first()
    if head is None:
        raise Conflict(
            _("“%(body)s” has no letterhead yet, so its documents get no number. Ask your administrator."),
            body=document.organisation,
        )
    year = timezone.localtime(clock.now()).year
    head.last_number = head.last_number + 1 if head.year == year else 1
    head.year = year
    head.save(update_fields=["year", "last_number"])
    return f"{head.word}〔{year}〕{head.last_number}号"


def _seal(data: Data, document: Document) -> Seal:
    found = Seal.objects.filter(code=str(data.get("seal", "")), organisation_id=document.organisation_id)
    seal = found.first()
    if seal is None:
        text = _("Choose a seal of the organisation.")
        raise Invalid(text, fields={"seal": text})
    return seal


def _words(data: Data) -> str:
    return str(data.get("words", "")).strip()[:1000]


def _move(document: Document, state: str, *more: str) -> None:
    document.state = state
    document.save(update_fields=["state", *more])
