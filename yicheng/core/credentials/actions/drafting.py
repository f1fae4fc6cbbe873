"""Writing a document: drafting, changing the text while one may, handing it in. Every text left behind is a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import NewCase, start_case
from yicheng.core.credentials.documents.course import CASE_CLASS, PROCESS
from yicheng.core.credentials.facts import DocumentText
from yicheng.core.credentials.models import Document, DocumentRecipient, DocumentVersion
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Scope, Viewer

DRAFT = "credentials.draft_document"
CHECK = "credentials.check_document"
State = Document.State


@transaction.atomic
def draft_document(viewer: Viewer, text: DocumentText) -> Document:
    """A new draft of the viewer's organisation. Raises ``Invalid``, ``Forbidden``."""
    if viewer.organisation_id is None or viewer.account_id is None:
        raise Forbidden(_("Documents are written by staff of an organisation."))
    viewer.require(DRAFT, organisation_id=viewer.organisation_id)
    organisation = Organisation.objects.get(pk=viewer.organisation_id)
    document = Document(
        organisation=organisation,
        division_code=organisation.division_code,
        drafter_id=viewer.account_id,
        drafted_at=clock.now(),
    )
    _write(viewer, document, text)
    _noted(viewer, document, "draft")
    return document


@transaction.atomic
def change_document(viewer: Viewer, document_id: int, text: DocumentText) -> Document:
    """Another text: by its drafter while it is a draft or back with them, by who checks it while it is checked."""
    document = locked(document_id)
    if not may_write(viewer, document):
        raise Forbidden(_("The text can be changed by its drafter, and by the clerk while it is checked."))
    _write(viewer, document, text)
    _noted(viewer, document, "change")
    return document


@transaction.atomic
def submit_document(viewer: Viewer, document_id: int) -> Document:
    """Hand a draft in: its process begins with the check."""
    document = locked(document_id)
    if document.state != State.DRAFT:
        raise Conflict(_("This document was handed in already."))
    if viewer.account_id != document.drafter_id:
        raise Forbidden(_("Its drafter hands a document in."))
    document.state = State.CHECK
    document.save(update_fields=["state"])
    case = start_case(_allowed(viewer), _case(document)).case
    document.case = case
    document.save(update_fields=["case"])
    _noted(viewer, document, "submit", case=case.pk)
    return document


@transaction.atomic
def drop_document(viewer: Viewer, document_id: int) -> None:
    """Give up a draft that was never handed in; it stays readable to its drafter."""
    document = locked(document_id)
    if document.state != State.DRAFT or viewer.account_id != document.drafter_id:
        raise Conflict(_("Only a draft that was never handed in can be given up, by its drafter."))
    document.state = State.DROPPED
    document.save(update_fields=["state"])
    _noted(viewer, document, "drop")


def may_write(viewer: Viewer, document: Document) -> bool:
    """Whether the viewer may change the text as things stand."""
    if document.state in (State.DRAFT, State.REVISE):
        return viewer.account_id == document.drafter_id
    is_checked = document.state == State.CHECK
    return is_checked and viewer.may(CHECK, organisation_id=document.organisation_id)


def locked(document_id: int) -> Document:
    """The document, to be changed. Raises ``NotFound``."""
    rows = Document.objects.select_for_update(of=("self",)).select_related("organisation")
    document = rows.filter(pk=document_id).first()
    if document is None:
        raise NotFound(_("There is no such document."))
    return document


def _write(viewer: Viewer, document: Document, text: DocumentText) -> None:
    _check(document, text)
    document.kind, document.title, document.body = text.kind, text.title.strip(), _tidy(text.body)
    document.annexes = [one.strip() for one in text.annexes if one.strip()]
    document.note, document.urgency, document.openness = text.note.strip(), text.urgency, text.openness
    document.answers_id = text.answers_id
    document.save()
    _address(document, text)
    last = DocumentVersion.objects.filter(document=document).aggregate(last=Max("number"))["last"] or 0
    DocumentVersion.objects.create(
        document=document,
        number=last + 1,
        title=document.title,
        body=document.body,
        state=document.state,
        written_by_id=viewer.account_id,
        written_at=clock.now(),
    )


def _check(document: Document, text: DocumentText) -> None:
    faults: dict[str, str | Promise] = {}
    if text.kind not in Document.Kind.values:
        faults["kind"] = _("Choose a kind of document.")
    if not 2 <= len(text.title.strip()) <= 120:
        faults["title"] = _("A title has 2 to 120 characters.")
    if not text.body.strip():
        faults["body"] = _("Write the text.")
    if not text.main_ids and text.kind not in (Document.Kind.ANNOUNCEMENT, Document.Kind.MINUTES):
        faults["main_ids"] = _("Say to whom it goes.")
    if set(text.main_ids) & set(text.copy_ids):
        faults["copy_ids"] = _("Who gets the document as its addressee needs no copy.")
    wanted = {*text.main_ids, *text.copy_ids}
    if document.organisation_id in wanted:
        faults["main_ids"] = _("A document goes to other organisations.")
    elif Organisation.objects.filter(pk__in=wanted, is_active=True).count() != len(wanted):
        faults["main_ids"] = _("One of the organisations does not exist any more.")
    if faults:
        raise Invalid(_("Some fields need your attention."), fields=faults)


def _address(document: Document, text: DocumentText) -> None:
    DocumentRecipient.objects.filter(document=document).delete()
    roles = DocumentRecipient.Role
    wanted = [(one, roles.MAIN) for one in text.main_ids] + [(one, roles.COPY) for one in text.copy_ids]
    DocumentRecipient.objects.bulk_create(
        DocumentRecipient(document=document, organisation_id=one, role=role) for one, role in wanted
    )


def _tidy(body: str) -> str:
    return "\n".join(line.strip() for line in body.replace("\r\n", "\n").splitlines()).strip()


def _allowed(viewer: Viewer) -> Viewer:
    """The same person, allowed to start the case: the right over their own body was checked with the draft."""
    return replace(viewer, grants={**viewer.grants, DRAFT: (Scope(),)}, only=None)


def _case(document: Document) -> NewCase:
    return NewCase(
        process=PROCESS,
        class_code=CASE_CLASS,
        title=document.title[:200],
        source="desk",
        organisation_id=document.organisation_id,
        division_code=document.division_code,
        severity=1 if document.urgency != Document.Urgency.PLAIN else 2,
    )


def _noted(viewer: Viewer, document: Document, what: str, **detail: Any) -> None:
    told: Mapping[str, Any] = {"kind": document.kind, **detail}
    record(
        viewer,
        action=f"credentials.{what}_document",
        subject=f"document/{document.pk}",
        division=document.division_code,
        detail=told,
    )
