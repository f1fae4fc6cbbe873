"""Tables of government services: one module a subject."""

from yicheng.core.services.models.applications import (
    Application,
    Consent,
    KnownField,
    Opinion,
    Result,
    Signature,
)
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
from yicheng.core.services.models.kiosks import Kiosk
from yicheng.core.services.models.materials import Material, MissingNotice
from yicheng.core.services.models.ratings import (
    Rating,
    RatingInvitation,
    RatingMonth,
    RatingReason,
    Rectification,
)

__all__ = [
    "Application",
    "Consent",
    "FormVersion",
    "Hall",
    "ItemElement",
    "ItemVersion",
    "Kiosk",
    "KnownField",
    "LifeEvent",
    "Material",
    "MissingNotice",
    "Opinion",
    "Rating",
    "RatingInvitation",
    "RatingMonth",
    "RatingReason",
    "Rectification",
    "Reservation",
    "Result",
    "ServiceItem",
    "ServiceMaterial",
    "Signature",
    "Theme",
    "Window",
]
