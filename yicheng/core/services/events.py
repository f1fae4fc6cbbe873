"""Facts of government services that other parts may follow up."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class Rated:
    """A transaction was rated, 1 (very dissatisfied) to 5."""

    rating_id: int
    subject: str
    level: int
    organisation_id: int
    item_id: int | None
    window_id: int | None


@dataclass(frozen=True, slots=True)
class RatingAppealed:
    """Somebody is not content with what became of their low rating."""

    rating_id: int
    case_id: int
    organisation_id: int


@dataclass(frozen=True, slots=True)
class ApplicationMoved:
    """``account_id`` follows the application; ``decision`` is granted, refused or "" ; no personal data."""

    application_id: int
    number: str
    item: str
    item_version_id: int
    organisation_id: int
    hall_id: int | None
    window_id: int | None
    source: str
    case_id: int | None
    party_id: int
    account_id: int | None
    status: str
    decision: str = ""
    is_on_time: bool | None = None


RATED = "services.rated"
RATING_APPEALED = "services.rating_appealed"

EVENTS = (
    EventType(RATED, _("Service rated"), Rated),
    EventType(RATING_APPEALED, _("Answer to a rating appealed against"), RatingAppealed),
    EventType("services.application_submitted", _("An application was handed in"), ApplicationMoved, True),
    EventType("services.application_accepted", _("An application was accepted"), ApplicationMoved),
    EventType("services.application_decided", _("An application was decided"), ApplicationMoved, True),
    EventType("services.application_issued", _("The result of an application was issued"), ApplicationMoved),
    EventType("services.application_delivered", _("A result was delivered"), ApplicationMoved),
    EventType("services.application_withdrawn", _("An application was withdrawn"), ApplicationMoved),
)
