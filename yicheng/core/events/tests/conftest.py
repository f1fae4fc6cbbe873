"""A made-up part that tells facts and reacts to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from yicheng.core.events import outbox
from yicheng.core.events.declare import EVENTS, REACTIONS, Event, EventType, Reaction
from yicheng.core.kernel.recording import RECORDERS, Recorder


@dataclass(frozen=True, slots=True)
class Opened:
    """A valve was opened."""

    valve: int
    by: str = ""


@dataclass
class Pump:
    """Reacts to opened valves; refuses those in ``broken``."""

    batches: list[list[int]] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)

    @property
    def seen(self) -> list[int]:
        return [valve for batch in self.batches for valve in batch]

    def handle(self, events: Sequence[Event]) -> None:
        valves = [event.payload.valve for event in events]
        stuck = self.broken.intersection(valves)
        if stuck:
            raise RuntimeError(f"valve {min(stuck)} is stuck")
        self.batches.append(valves)


@pytest.fixture
def pump(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pump]:
    """One event type and one reaction to it, and nothing else."""
    pump = Pump()
    monkeypatch.setattr(
        EVENTS, "_items", {"works.opened": EventType("works.opened", "A valve was opened", Opened)}
    )
    monkeypatch.setattr(
        REACTIONS, "_items", {"works.pump": Reaction("works.pump", ("works.opened",), pump.handle)}
    )
    outbox._index.clear()
    yield pump
    outbox._index.clear()


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The actions that reach the audit trail, in order."""
    actions: list[str] = []

    def keep(_viewer: Any, *, action: str, **_: Any) -> None:
        actions.append(action)

    monkeypatch.setattr(RECORDERS, "_items", {"test": Recorder("test", keep)})
    return actions
