"""Events whose reaction failed: kept with their error, tried again later and later, shown to operators."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from yicheng.core.events.models import ParkedEvent
from yicheng.core.kernel import clock

RETRY_MINUTES = (1, 5, 30, 180)


def park(row: Sequence[Any], *, reaction: str, error: str) -> None:
    """Keep an outbox row (id, key, subject, division, occurred_at, payload) for one reaction, or for all ("")."""
    event_id, key, subject, division, occurred_at, payload = row
    ParkedEvent.objects.create(
        event_id=event_id,
        reaction=reaction,
        key=key,
        subject=subject,
        division_code=division,
        occurred_at=occurred_at,
        payload=json.loads(payload) if isinstance(payload, str) else payload,
        error=error,
        next_attempt_at=next_attempt(1),
    )


def next_attempt(attempts: int) -> datetime | None:
    """When to try again after so many attempts; None when only a person can decide."""
    if attempts > len(RETRY_MINUTES):
        return None
    return clock.now() + timedelta(minutes=RETRY_MINUTES[attempts - 1])
