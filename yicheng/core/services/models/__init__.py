"""Tables of government services: one module a subject."""

from yicheng.core.services.models.forms import FormVersion
from yicheng.core.services.models.halls import Hall, Reservation, Window
from yicheng.core.services.models.items import (
    ItemElement,
    ItemVersion,
    LifeEvent,
    ServiceItem,
    ServiceMaterial,
    Theme,
)
from yicheng.core.services.models.ratings import (
    Rating,
    RatingInvitation,
    RatingMonth,
    RatingReason,
    Rectification,
)

__all__ = [
    "FormVersion",
    "Hall",
    "ItemElement",
    "ItemVersion",
    "LifeEvent",
    "Rating",
    "RatingInvitation",
    "RatingMonth",
    "RatingReason",
    "Rectification",
    "Reservation",
    "ServiceItem",
    "ServiceMaterial",
    "Theme",
    "Window",
]
