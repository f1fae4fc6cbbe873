"""Facts that other parts may follow up."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class RelicRegistered:
    """A relic stands in the register."""

    relic_id: int
    number: str
    grade: str


@dataclass(frozen=True, slots=True)
class SiteChanged:
    """A site was registered or its entry changed."""

    site_id: int
    number: str


RELIC_REGISTERED = "heritage.relic_registered"
SITE_CHANGED = "heritage.site_changed"

EVENTS = (
    EventType(RELIC_REGISTERED, _("A relic was registered"), RelicRegistered),
    EventType(SITE_CHANGED, _("A protected site was registered or changed"), SiteChanged),
)
