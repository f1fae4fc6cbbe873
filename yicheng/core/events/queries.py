"""Reads for operators: how far behind the worker is, which events are parked and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EVENTS
from yicheng.core.events.models import OutboxEvent, ParkedEvent
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer

#: the backlog is counted up to here
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in the outbox: how many events (counted up to ``COUNTED``), since when."""

    waiting: int
    oldest_at: datetime | None


def parked_events(viewer: Viewer) -> QuerySet[ParkedEvent]:
    """Events whose reaction failed; needs ``events.see_parked``."""
    viewer.require("events.see_parked")
    return ParkedEvent.objects.all()


def parked_event(viewer: Viewer, parked_id: int) -> ParkedEvent:
    """One of them. Raises ``NotFound`` when it was mended or let go meanwhile."""
    parked = parked_events(viewer).filter(pk=parked_id).first()
    if parked is None:
        raise NotFound(_("This event is not parked any more: it was mended or let go."))
    return parked


def backlog(viewer: Viewer) -> Backlog:
    """How far behind the worker is; needs ``events.see_parked``."""
    viewer.require("events.see_parked")
    oldest = OutboxEvent.objects.order_by("pk").values_list("occurred_at", flat=True).first()
    return Backlog(waiting=OutboxEvent.objects.order_by()[:COUNTED].count(), oldest_at=oldest)


def title_of(key: str) -> str | Promise:
    """What an event is called; its key where its part is gone."""
    return EVENTS.get(key).title if key in EVENTS else key


def last_line(trace: str) -> str:
    """What went wrong, without the way there."""
    return trace.strip().rpartition("\n")[2]
