"""What a body does with a document that arrived: receives it, returns it with a reason, files it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.documents.events import DocumentReturned
from yicheng.core.credentials.models import DocumentRecipient
from yicheng.core.credentials.telling import tell_return
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer

RECEIVE = "credentials.receive_document"
State = DocumentRecipient.State


@transaction.atomic
def receive_document(viewer: Viewer, recipient_id: int) -> DocumentRecipient:
    """Sign for it: number, seal and pages are as they should be."""
    return _handled(viewer, recipient_id, before=(State.ARRIVED,), after=State.RECEIVED)


@transaction.atomic
def return_document(viewer: Viewer, recipient_id: int, *, reason: str) -> DocumentRecipient:
    """Send it back, with the reason, which its author's clerk reads."""
    if not reason.strip():
        text = _("Say why it goes back.")
        raise Invalid(text, fields={"words": text})
    before = (State.ARRIVED, State.RECEIVED)
    row = _handled(viewer, recipient_id, before=before, after=State.RETURNED, words=reason)
    tell_return(row)
    told = DocumentReturned(row.document_id, row.organisation_id, row.words)
    publish("credentials.document_returned", told, subject=f"document/{row.document_id}")
    return row


@transaction.atomic
def file_received(viewer: Viewer, recipient_id: int, *, words: str) -> DocumentRecipient:
    """Into the archive, with a word on how it was dealt with."""
    return _handled(viewer, recipient_id, before=(State.RECEIVED,), after=State.FILED, words=words)


def _handled(
    viewer: Viewer, recipient_id: int, *, before: tuple[str, ...], after: str, words: str = ""
) -> DocumentRecipient:
    rows = DocumentRecipient.objects.select_for_update(of=("self",)).select_related(
        "document", "organisation"
    )
    row = rows.filter(pk=recipient_id).exclude(state=State.NOT_SENT).first()
    if row is None:
        raise NotFound(_("No such document has arrived."))
    viewer.require(RECEIVE, organisation_id=row.organisation_id)
    if row.state not in before:
        raise Conflict(
            _("This document is %(state)s: reload the page."), state=DocumentRecipient.State(row.state).label
        )
    row.state, row.handled_by_id, row.handled_at = after, viewer.account_id, clock.now()
    row.words = words.strip()[:400] or row.words
    row.save(update_fields=["state", "handled_by", "handled_at", "words"])
    record(
        viewer,
        action=f"credentials.document_{after}",
        subject=f"document/{row.document_id}",
        division=row.organisation.division_code,
        detail={"recipient": row.organisation_id},
    )
    return row
