"""Writing facts beside what caused them, and running reactions in batches afterwards.

The worker takes the oldest rows with ``FOR UPDATE SKIP LOCKED``, runs each reaction on
its share of the batch inside a savepoint, and deletes the rows in the same transaction:
a ``kill -9`` in between rolls everything back and the batch comes again. A reaction
that raises is tried once more event by event; those that still fail are parked, and so
is an event that nobody can read any more. A lost connection is not a reaction's fault:
it is raised, and everything comes again.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection, transaction

from yicheng.core.events import parking
from yicheng.core.events.declare import EVENTS, REACTIONS, Event, Reaction
from yicheng.core.kernel import clock, statements
from yicheng.core.kernel.slots import UnknownDeclaration

log = logging.getLogger(__name__)


_INSERT = """
INSERT INTO events_outboxevent (key, subject, division_code, occurred_at, payload)
SELECT key, subject, division_code, occurred_at, payload FROM jsonb_to_recordset(%(told)s::jsonb)
    AS r(key text, subject text, division_code text, occurred_at timestamptz, payload jsonb)
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened, to be told: the arguments of ``publish``."""

    key: str
    payload: Any
    subject: str
    division: str = ""


def publish(key: str, payload: Any, *, subject: str, division: str) -> None:
    rows = _told([Fact(key, payload, subject, division)])
    if rows:
        statements.run(_INSERT, {"told": _json(rows)})


def telling(facts: Sequence[Fact]) -> statements.Part | None:
    rows = _told(facts)
    return statements.Part(f"told AS ({_INSERT})", {"told": _json(rows)}) if rows else None


def _told(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """The outbox rows of these facts; none for those that nobody reacts to."""
    rows = []
    for fact in facts:
        expected = EVENTS.get(fact.key).payload
        if not isinstance(fact.payload, expected):
            raise TypeError(f"{fact.key} takes a {expected.__name__}, not a {type(fact.payload).__name__}")
        if fact.key in _reactions_by_key():
            rows.append(
                {
                    "key": fact.key,
                    "subject": fact.subject,
                    "division_code": fact.division,
                    "occurred_at": clock.now(),
                    "payload": fact.payload,
                }
            )
    return rows


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()


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
        rows = sorted(cursor.fetchall())
        for reaction, batch in _shares(_readable(rows)):
            _run(reaction, batch)
    return len(rows)


def reactions_to(key: str) -> list[Reaction]:
    """The reactions that an event of this key brings about."""
    return _reactions_by_key().get(key, [])


def _reactions_by_key() -> dict[str, list[Reaction]]:
    if not _index and len(REACTIONS):
        for reaction in REACTIONS:
            for key in reaction.events:
                _index[key].append(reaction)
    return _index


_index: defaultdict[str, list[Reaction]] = defaultdict(list)


def _shares(events: Iterable[Event]) -> list[tuple[Reaction, list[Event]]]:
    index = _reactions_by_key()
    shares: dict[str, tuple[Reaction, list[Event]]] = {}
    for event in events:
        for reaction in index.get(event.key, ()):
            shares.setdefault(reaction.key, (reaction, []))[1].append(event)
    return list(shares.values())


def _run(reaction: Reaction, batch: list[Event]) -> None:
    if attempt(reaction, batch) is None:
        return
    for event in batch:
        error = attempt(reaction, [event])
        if error is not None:
            parking.park(_row(event), reaction=reaction.key, error=error)


def attempt(reaction: Reaction, batch: Sequence[Event]) -> str | None:
    """Run a reaction in a savepoint; None when it ran, else the traceback. Raises when the connection is lost."""
    try:
        with transaction.atomic():
            reaction.handle(batch)
    except Exception:  # the outermost loop over other parts' code: one fault must not stop the city
        if not connection.is_usable():
            raise
        log.exception("reaction %s failed on %d event(s)", reaction.key, len(batch))
        return traceback.format_exc()
    return None


def _readable(rows: Iterable[Sequence[Any]]) -> Iterator[Event]:
    """The events; what cannot be read (its part is gone, its payload changed) is parked for all reactions."""
    for row in rows:
        try:
            yield read(row)
        except (UnknownDeclaration, msgspec.ValidationError) as error:
            log.warning("event %s cannot be read: %s", row[1], error)
            parking.park(row, reaction="", error=str(error))


def read(row: Sequence[Any]) -> Event:
    """(id, key, subject, division, occurred_at, payload) as an event."""
    event_id, key, subject, division, occurred_at, payload = row
    raw = json.loads(payload) if isinstance(payload, str) else payload
    return Event(event_id, key, subject, division, occurred_at, msgspec.convert(raw, EVENTS.get(key).payload))


def _row(event: Event) -> tuple[Any, ...]:
    payload = json.loads(msgspec.json.encode(event.payload))
    return (event.id, event.key, event.subject, event.division, event.occurred_at, payload)
