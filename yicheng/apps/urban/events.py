"""Facts of urban management that other parts may follow up."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class CaseFact:
    """What happened to a case. ``organisation_id`` is the body it concerns, where there is one."""

    case_id: int
    number: str
    title: str
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class CaseRated:
    """The reporter's rating, 1 (very dissatisfied) to 5."""

    case_id: int
    number: str
    level: int
    organisation_id: int | None = None


CASE_REPORTED = "urban.case_reported"
CASE_SUPPORTED = "urban.case_supported"
CASE_FILED = "urban.case_filed"
CASE_REFUSED = "urban.case_refused"
CASE_MERGED = "urban.case_merged"
CASE_DISPATCHED = "urban.case_dispatched"
CASE_HANDLED = "urban.case_handled"
CASE_CLOSED = "urban.case_closed"
CASE_RATED = "urban.case_rated"
CASE_DISPUTED = "urban.case_disputed"

EVENTS = (
    EventType(CASE_REPORTED, _("Urban case reported"), CaseFact),
    EventType(CASE_SUPPORTED, _("Urban case reported by another person"), CaseFact),
    EventType(CASE_FILED, _("Urban case filed"), CaseFact),
    EventType(CASE_REFUSED, _("Urban case not filed"), CaseFact),
    EventType(CASE_MERGED, _("Urban case merged with an earlier one"), CaseFact),
    EventType(CASE_DISPATCHED, _("Urban case dispatched"), CaseFact),
    EventType(CASE_HANDLED, _("Urban case handled by the department"), CaseFact),
    EventType(CASE_CLOSED, _("Urban case closed"), CaseFact),
    EventType(CASE_RATED, _("Urban case rated by its reporter"), CaseRated),
    EventType(CASE_DISPUTED, _("Urban case reopened because its reporter disagrees"), CaseFact),
)
