"""A warning as a message, whatever the dialect it came in or goes out in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CapMessage:
    """One warning message. ``severity`` 1 (red) to 4 (blue), None: unknown. ``geocodes`` are division codes of 12 digits.

    ``polygon``: pairs "lat,lon" with blanks between, as CAP has them; ``circle``: "lat,lon radius km".
    """

    identifier: str
    sender: str
    sent_at: datetime
    status: str
    msg_type: str
    event_type: str
    severity: int | None
    headline: str
    description: str
    effective_at: datetime
    sender_code: str = ""
    scope: str = "Public"
    note: str = ""
    references: tuple[str, ...] = ()
    language: str = "zh-CN"
    event: str = ""
    urgency: str = "Unknown"
    certainty: str = "Unknown"
    onset_at: datetime | None = None
    expires_at: datetime | None = None
    sender_name: str = ""
    instruction: str = ""
    web: str = ""
    area: str = ""
    geocodes: tuple[str, ...] = ()
    polygon: str = ""
    circle: str = ""
