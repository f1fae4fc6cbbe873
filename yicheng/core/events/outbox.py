"""Writing facts beside what caused them, and running reactions in batches afterwards.

The worker takes the oldest rows with ``FOR UPDATE SKIP LOCKED``, runs each reaction on
its share of the batch inside a savepoint, and deletes the rows in the same transaction:
a ``kill -9`` in between rolls everything back and the batch comes again. A reaction
that raises is tried once more event by event; those that still fail are parked.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from django.db import connection, transaction

from yicheng.core.events.declare import EVENTS, REACTIONS, Event, Reaction
from yicheng.core.events.models import ParkedEvent
from yicheng.core.kernel import clock

CHANNEL = "yicheng_outbox"
_RETRY_MINUTES = (1, 5, 30, 180)
log = logging.getLogger(__name__)


def publish(key: str, payload: Any, *, subject: str, division: str) -> None:
    expected = EVENTS.get(key).payload
    if not isinstance(payload, expected):
        raise TypeError(f"{key} takes a {expected.__name__}, not a {type(payload).__name__}")
    if key not in _reactions_by_key():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_outboxevent (key, subject, division_code, occurred_at, payload)"
            " VALUES (%s, %s, %s, %s, %s)",
            [key, subject, division, clock.now(), msgspec.json.encode(payload).decode()],
        )


def after_commit(job: Callable[[], None]) -> None:
    transaction.on_commit(job)


def drain(*, limit: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM events_outboxevent WHERE id IN (SELECT id FROM events_outboxevent"
            " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)"
            " RETURNING id, key, subject, division_code, occurred_at, payload",
            [limit],
        )
        events = [_event(row) for row in sorted(cursor.fetchall())]
        for reaction, batch in _shares(events):
            _run(reaction, batch)
    return len(events)


def retry_parked(*, limit: int = 100) -> int:
    """Try parked events again whose time has come; returns how many were mended."""
    mended = 0
    with transaction.atomic():
        due = ParkedEvent.objects.select_for_update(skip_locked=True).filter(next_attempt_at__lte=clock.now())
        for parked in due.order_by("id")[:limit]:
            mended += _retry(parked)
    return mended


def _retry(parked: ParkedEvent) -> bool:
    event = _event(
        (parked.event_id, parked.key, parked.subject, parked.division_code, parked.occurred_at, parked.payload)
    )
    error = _attempt(REACTIONS.get(parked.reaction), [event])
    if error is None:
        parked.delete()
        return True
    parked.error, parked.attempts = error, parked.attempts + 1
    parked.next_attempt_at = _next_attempt(parked.attempts)
    parked.save()
    return False


def _reactions_by_key() -> dict[str, list[Reaction]]:
    if not _index and len(REACTIONS):
        for reaction in REACTIONS:
            for key in reaction.to:
                _index[key].append(reaction)
    return _index


_index: defaultdict[str, list[Reaction]] = defaultdict(list)


def _shares(events: Sequence[Event]) -> list[tuple[Reaction, list[Event]]]:
    index = _reactions_by_key()
    shares: dict[str, tuple[Reaction, list[Event]]] = {}
    for event in events:
        for reaction in index.get(event.key, ()):
            shares.setdefault(reaction.key, (reaction, []))[1].append(event)
    return list(shares.values())


def _run(reaction: Reaction, batch: list[Event]) -> None:
    if _attempt(reaction, batch) is None:
        return
    for event in batch:
        error = _attempt(reaction, [event])
        if error is not None:
            _park(reaction, event, error=error)


def _attempt(reaction: Reaction, batch: Sequence[Event]) -> str | None:
    """None when it ran, else the traceback."""
    try:
        with transaction.atomic():
            reaction.handle(batch)
    except Exception:  # the outermost loop over other parts' code: one fault must not stop the city
        log.exception("reaction %s failed on %d event(s)", reaction.key, len(batch))
        return traceback.format_exc()
    return None


def _park(reaction: Reaction, event: Event, *, error: str) -> None:
    ParkedEvent.objects.create(
        event_id=event.id,
        reaction=reaction.key,
        key=event.key,
        subject=event.subject,
        division_code=event.division,
        occurred_at=event.occurred_at,
        payload=json.loads(msgspec.json.encode(event.payload)),
        error=error,
        next_attempt_at=_next_attempt(1),
    )


def _next_attempt(attempts: int) -> Any:
    if attempts > len(_RETRY_MINUTES):
        return None
    return clock.now() + timedelta(minutes=_RETRY_MINUTES[attempts - 1])


def _event(row: Sequence[Any]) -> Event:
    event_id, key, subject, division, occurred_at, payload = row
    raw = json.loads(payload) if isinstance(payload, str) else payload
    return Event(event_id, key, subject, division, occurred_at, msgspec.convert(raw, EVENTS.get(key).payload))
