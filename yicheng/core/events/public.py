"""What other parts may call about events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from yicheng.core.events import outbox
from yicheng.core.events.actions import discard, retry_now
from yicheng.core.events.outbox import Fact
from yicheng.core.events.outgoing import Answer, Unreachable, call, check_url, safe_address
from yicheng.core.events.queries import Backlog, backlog, last_line, parked_event, parked_events, title_of

if TYPE_CHECKING:
    from yicheng.core.kernel.statements import Part

__all__ = [
    "Answer",
    "Backlog",
    "Fact",
    "Unreachable",
    "after_commit",
    "backlog",
    "call",
    "check_url",
    "discard",
    "drain_outbox",
    "last_line",
    "parked_event",
    "parked_events",
    "publish",
    "retry_now",
    "safe_address",
    "telling",
    "title_of",
]


def publish(key: str, payload: Any, *, subject: str, division: str = "") -> None:
    """Tell a fact: one outbox row in the caller's transaction; reactions run after commit, in the worker."""
    outbox.publish(key, payload, subject=subject, division=division)


def telling(facts: Sequence[Fact]) -> Part | None:
    """The rows that ``publish`` would write, as part of the caller's own statement; None: nobody reacts to any."""
    return outbox.telling(facts)


def drain_outbox(*, limit: int = 500) -> int:
    """Run the reactions to the next batch of events; returns how many were done (0: nothing waits)."""
    return outbox.drain(limit=limit)


def after_commit(job: Callable[[], None]) -> None:
    """Run when the transaction has committed, never when it rolls back."""
    outbox.after_commit(job)
