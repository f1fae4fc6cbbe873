"""The standard that heritage speaks to the outside."""

from __future__ import annotations

from yicheng.core.web.declare import StandardDoor

STANDARD_DOORS = (
    StandardDoor(
        "heritage.linked_art",
        "linked-art/",
        "yicheng.apps.heritage.connectors.linked_art.urls",
        "Linked Art 1.0 (CIDOC CRM)",
    ),
)
