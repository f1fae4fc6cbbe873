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


RATED = "services.rated"
RATING_APPEALED = "services.rating_appealed"

EVENTS = (
    EventType(RATED, _("Service rated"), Rated),
    EventType(RATING_APPEALED, _("Answer to a rating appealed against"), RatingAppealed),
)
