"""Reads for operators: which events wait, which are parked and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from yicheng.core.events.declare import EVENTS
from yicheng.core.events.models import OutboxEvent, ParkedEvent
from yicheng.core.people.public import Viewer

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked event as an operator reads it. ``error`` is the last line of the traceback, ``trace`` all of it."""

    id: int
    title: str | Promise
    key: str
    subject: str
    reaction: str
    occurred_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    error: str
    trace: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in the outbox: how many events (counted up to 10,000), since when."""

    waiting: int
    oldest_at: datetime | None


def parked_events(viewer: Viewer, *, after: int = 0) -> Sequence[Parked]:
    """Parked events in the order they were told; needs ``events.see_parked``."""
    viewer.require("events.see_parked")
    return [_shown(parked) for parked in ParkedEvent.objects.filter(pk__gt=after).order_by("pk")[:PAGE_SIZE]]


def backlog(viewer: Viewer) -> Backlog:
    """How far behind the worker is; needs ``events.see_parked``."""
    viewer.require("events.see_parked")
    oldest = OutboxEvent.objects.order_by("pk").values_list("occurred_at", flat=True).first()
    return Backlog(waiting=OutboxEvent.objects.order_by()[:10_000].count(), oldest_at=oldest)


def _shown(parked: ParkedEvent) -> Parked:
    trace = parked.error.strip()
    return Parked(
        id=parked.pk,
        title=EVENTS.get(parked.key).title if parked.key in EVENTS else parked.key,
        key=parked.key,
        subject=parked.subject,
        reaction=parked.reaction,
        occurred_at=parked.occurred_at,
        attempts=parked.attempts,
        next_attempt_at=parked.next_attempt_at,
        error=trace.rpartition("\n")[2],
        trace=trace,
    )
