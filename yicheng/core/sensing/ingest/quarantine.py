"""What cannot be taken in is kept for inspection: the bytes, the reason, from whom."""

from __future__ import annotations

from datetime import datetime

from yicheng.core.kernel import clock
from yicheng.core.sensing.facts import Source
from yicheng.core.sensing.models import RefusedPayload

MOST_KEPT = 4096


def keep(
    source: Source,
    reason: str,
    payload: bytes,
    *,
    detail: str = "",
    topic: str = "",
    address: str = "",
    count: int = 1,
    received_at: datetime | None = None,
) -> None:
    """Store one refused payload; never raises for what it holds."""
    RefusedPayload.objects.create(
        received_at=received_at or clock.now(),
        door=source.door,
        reason=reason,
        detail=_clean(detail, 300),
        topic=_clean(topic, 200),
        address=address[:45],
        key_id=source.key_id,
        count=count,
        size=len(payload),
        payload=payload[:MOST_KEPT],
    )


def _clean(text: str, most: int) -> str:
    """No NUL and no lone surrogates, which no column takes."""
    return text.replace("\0", "�").encode(errors="replace").decode(errors="replace")[:most]
