"""Facts about documents that other parts may follow up."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class DocumentSent:
    """A sealed document went out."""

    document_id: int
    organisation_id: int
    number: str


@dataclass(frozen=True, slots=True)
class DocumentReturned:
    """A body sent a document back."""

    document_id: int
    organisation_id: int
    reason: str


DOCUMENT_EVENTS = (
    EventType("credentials.document_sent", _("A document was sent"), DocumentSent),
    EventType("credentials.document_returned", _("A document was returned"), DocumentReturned),
)
