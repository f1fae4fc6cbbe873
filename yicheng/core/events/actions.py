"""Writes over parked events: tried again by the clock or by an operator, or let go with a record."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.events import outbox, parking
from yicheng.core.events.declare import REACTIONS, Event, Reaction
from yicheng.core.events.models import ParkedEvent
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound
from yicheng.core.kernel.recording import record
from yicheng.core.kernel.slots import UnknownDeclaration
from yicheng.core.people.public import Viewer


def retry_due(*, limit: int = 100) -> int:
    """Try parked events again whose time has come; returns how many were mended. Called by the clock."""
    mended = 0
    with transaction.atomic():
        due = ParkedEvent.objects.select_for_update(skip_locked=True).filter(next_attempt_at__lte=clock.now())
        for parked in due.order_by("id")[:limit]:
            mended += _retry(parked)
    return mended


def retry_now(viewer: Viewer, parked_id: int) -> bool:
    """Try one parked event now; returns whether it is mended. Raises ``NotFound`` when somebody was faster."""
    viewer.require("events.mend")
    with transaction.atomic():
        parked = _locked(parked_id)
        is_mended = _retry(parked)
        record(
            viewer,
            action="events.retry",
            subject=f"event/{parked.event_id}",
            detail={"reaction": parked.reaction, "mended": is_mended},
        )
    return is_mended


def discard(viewer: Viewer, parked_id: int, *, reason: str) -> None:
    """Let a parked event go: the reaction will never run on it. The audit trail keeps it with the reason."""
    viewer.require("events.mend")
    with transaction.atomic():
        parked = _locked(parked_id)
        record(
            viewer,
            action="events.discard",
            subject=f"event/{parked.event_id}",
            division=parked.division_code,
            detail={
                "reaction": parked.reaction,
                "key": parked.key,
                "about": parked.subject,
                "payload": parked.payload,
                "reason": reason,
            },
        )
        parked.delete()


def _locked(parked_id: int) -> ParkedEvent:
    parked = ParkedEvent.objects.select_for_update().filter(pk=parked_id).first()
    if parked is None:
        raise NotFound(_("This event is not parked any more: it was mended or let go."))
    return parked


def _retry(parked: ParkedEvent) -> bool:
    """Run what is left to run; the row goes when all of it ran."""
    error = _first_error(parked)
    if error is None:
        parked.delete()
        return True
    parked.error, parked.attempts = error, parked.attempts + 1
    parked.next_attempt_at = parking.next_attempt(parked.attempts)
    parked.save(update_fields=["error", "attempts", "next_attempt_at"])
    return False


def _first_error(parked: ParkedEvent) -> str | None:
    row = (
        parked.event_id,
        parked.key,
        parked.subject,
        parked.division_code,
        parked.occurred_at,
        parked.payload,
    )
    try:
        event = outbox.read(row)
        reactions = [REACTIONS.get(parked.reaction)] if parked.reaction else outbox.reactions_to(parked.key)
    except (UnknownDeclaration, msgspec.ValidationError) as error:
        return str(error)
    return _run_all(reactions, event)


def _run_all(reactions: Iterable[Reaction], event: Event) -> str | None:
    """All or none, so that a second try does not run one of them twice."""
    with transaction.atomic():
        for reaction in reactions:
            error = outbox.attempt(reaction, [event])
            if error is not None:
                transaction.set_rollback(True)
                return error
    return None
