"""Facts about what the city signs."""

from yicheng.core.credentials.documents.events import DOCUMENT_EVENTS
from yicheng.core.credentials.licences.events import LICENCE_EVENTS

EVENTS = (*LICENCE_EVENTS, *DOCUMENT_EVENTS)
