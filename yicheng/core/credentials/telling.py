"""Who is told what about seals and documents."""

from __future__ import annotations

from yicheng.core.credentials.models import Document, DocumentRecipient, SealRequest
from yicheng.core.notices.public import notify
from yicheng.core.people.public import account_ids_holding

CLERKS = "credentials.receive_document"


def tell_arrival(document: Document) -> None:
    """The clerks of every body that a document goes to."""
    for row in document.recipients.select_related("organisation"):
        notify(
            "credentials.document_arrived",
            account_ids_holding(CLERKS, organisation_ids=[row.organisation_id]),
            subject=f"document_recipient/{row.pk}",
            link=f"/desk/documents/{document.pk}/",
            values={"title": document.title, "author": str(document.organisation), "number": document.number},
        )


def tell_return(row: DocumentRecipient) -> None:
    """The clerks of the author, when a body sends its document back."""
    document = row.document
    notify(
        "credentials.document_returned",
        account_ids_holding(CLERKS, organisation_ids=[document.organisation_id]),
        subject=f"document_recipient/{row.pk}",
        link=f"/desk/documents/{document.pk}/",
        values={"title": document.title, "body": str(row.organisation), "reason": row.words},
    )


def tell_seal_asked(request: SealRequest) -> None:
    """The custodian."""
    _tell("credentials.seal_asked", request, request.seal.custodian_id)


def tell_seal_decided(request: SealRequest) -> None:
    """Who asked."""
    granted = request.state == SealRequest.State.GRANTED
    _tell(f"credentials.seal_{'granted' if granted else 'refused'}", request, request.asked_by_id)


def _tell(kind: str, request: SealRequest, account_id: int | None) -> None:
    notify(
        kind,
        [account_id] if account_id else [],
        subject=f"seal_request/{request.pk}",
        link=f"/desk/seals/{request.seal_id}/",
        values={"seal": str(request.seal), "reason": request.reason, "note": request.note},
    )
