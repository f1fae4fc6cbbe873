"""What a part may declare about facts, what follows from them, and what runs by the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from django.utils.functional import Promise

from yicheng.core.kernel.schedule import JOBS, LOOPS, Job, Loop
from yicheng.core.kernel.slots import Slot

__all__ = ["CHECKS", "EVENTS", "JOBS", "LOOPS", "REACTIONS", "Event", "EventType", "Job", "Loop", "Reaction"]


@dataclass(frozen=True, slots=True)
class EventType:
    """A fact that parts tell each other: ``urban.case_filed``. ``payload`` is a frozen dataclass.

    ``for_rules``: alert rules that staff make may wait for it (each one told costs a row of the outbox).
    """

    key: str
    title: str | Promise
    payload: type[Any]
    for_rules: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A fact as a reaction receives it. ``id`` grows; the same event may come twice."""

    id: int
    key: str
    subject: str
    division: str
    occurred_at: Any
    payload: Any


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a part does when a fact is told: ``handle`` gets a batch, in its own transaction, idempotent.

    ``to`` names event keys, or answers them once everything is declared. A key of an absent application
    sleeps; a misspelt one fails the check.
    """

    key: str
    to: tuple[str, ...] | Callable[[], Iterable[str]]
    handle: Callable[[Sequence[Event]], None]

    @property
    def events(self) -> tuple[str, ...]:
        """The event keys it answers to."""
        return tuple(self.to()) if callable(self.to) else self.to


EVENTS: Slot[EventType] = Slot("events.types", EventType, module="events", attribute="EVENTS")
REACTIONS: Slot[Reaction] = Slot("events.reactions", Reaction, module="reactions", attribute="REACTIONS")


def check_reactions() -> Iterable[str]:
    """Every reaction answers to a declared event, unless its application is absent."""
    present = {EVENTS.owner(event.key) for event in EVENTS}
    for reaction in REACTIONS:
        for key in reaction.events:
            if key not in EVENTS and key.partition(".")[0] in present:
                yield f"reaction {reaction.key}: there is no event {key!r}"


def check_payloads() -> Iterable[str]:
    """Payloads are frozen dataclasses, so that they can be stored and read back."""
    for event in EVENTS:
        if not is_dataclass(event.payload) or not fields(event.payload):
            yield f"event {event.key}: its payload must be a dataclass with fields"


CHECKS = (check_reactions, check_payloads)
