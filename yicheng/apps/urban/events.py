"""Facts of urban management that other parts may follow up; the life of a case itself is told by ``cases``."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class CaseSupported:
    """Another person reported the same matter; ``count`` of them so far."""

    case_id: int
    number: str
    count: int


@dataclass(frozen=True, slots=True)
class CaseRated:
    """The reporter's rating, 1 (very dissatisfied) to 5."""

    case_id: int
    number: str
    level: int
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class CaseDisputed:
    """The reporter does not agree that it is solved; the case is open again."""

    case_id: int
    number: str
    organisation_id: int | None = None


CASE_SUPPORTED = "urban.case_supported"
CASE_RATED = "urban.case_rated"
CASE_DISPUTED = "urban.case_disputed"

EVENTS = (
    EventType(CASE_SUPPORTED, _("Urban case reported by another person"), CaseSupported),
    EventType(CASE_RATED, _("Urban case rated by its reporter"), CaseRated),
    EventType(CASE_DISPUTED, _("Urban case reopened because its reporter disagrees"), CaseDisputed),
)
