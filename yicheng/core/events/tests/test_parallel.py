"""Several workers at once double nothing, a killed one loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from django.db import connection

from yicheng.core.events import outbox
from yicheng.core.events.declare import REACTIONS, Event, Reaction
from yicheng.core.events.models import OutboxEvent
from yicheng.core.events.public import publish
from yicheng.core.events.tests.conftest import Opened, Pump

pytestmark = pytest.mark.django_db(transaction=True)
SOON_S = 20


def tell(count: int) -> None:
    for valve in range(count):
        publish("works.opened", Opened(valve), subject=f"valve/{valve}")


def test_two_workers_share_the_batch_and_double_nothing(pump: Pump, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(40)
    barrier = threading.Barrier(2, timeout=SOON_S)
    met = threading.local()

    def meet(events: Sequence[Event]) -> None:
        if not hasattr(met, "once"):
            met.once = True
            barrier.wait()  # both hold a batch at the same moment
        pump.handle(events)

    monkeypatch.setitem(REACTIONS._items, "works.pump", Reaction("works.pump", ("works.opened",), meet))
    outbox._index.clear()

    def drain() -> None:
        while outbox.drain(limit=10):
            pass
        connection.close()

    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON_S)
    assert sorted(pump.seen) == list(range(40))


def test_killed_in_the_middle_everything_comes_again_once(
    pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(3)

    def killed(events: Sequence[Event]) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setitem(REACTIONS._items, "works.pump", Reaction("works.pump", ("works.opened",), killed))
        outbox._index.clear()
        with pytest.raises(SystemExit):
            outbox.drain(limit=10)
    outbox._index.clear()
    assert OutboxEvent.objects.count() == 3
    assert outbox.drain(limit=10) == 3
    assert pump.seen == [0, 1, 2]
