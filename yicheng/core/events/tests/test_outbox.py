"""Facts are told with what caused them and reach each reaction once, whatever breaks in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from yicheng.core.events import actions, queries
from yicheng.core.events.declare import EVENTS, REACTIONS, Event, Reaction
from yicheng.core.events.models import OutboxEvent, ParkedEvent
from yicheng.core.events.parking import RETRY_MINUTES
from yicheng.core.events.public import drain_outbox, publish
from yicheng.core.events.tests.conftest import Opened, Pump
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Forbidden, NotFound
from yicheng.core.people.public import SYSTEM, Viewer

pytestmark = pytest.mark.django_db
CLERK = Viewer(kind="staff", account_id=1)


def tell(*valves: int) -> None:
    for valve in valves:
        publish("works.opened", Opened(valve, by="王"), subject=f"valve/{valve}", division="410105")


def test_a_fact_that_nobody_reacts_to_costs_nothing(
    pump: Pump, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[..., Any]
) -> None:
    monkeypatch.setattr(REACTIONS, "_items", {})
    with django_assert_num_queries(0):
        tell(1)


def test_telling_is_one_row(pump: Pump, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(1):
        tell(1)


def test_a_wrong_payload_is_refused_where_it_is_told(pump: Pump) -> None:
    with pytest.raises(TypeError, match="takes a Opened"):
        publish("works.opened", {"valve": 1}, subject="valve/1")


def test_reactions_get_batches_in_order(pump: Pump, django_assert_num_queries: Callable[..., Any]) -> None:
    tell(3, 1, 2)
    with django_assert_num_queries(5):  # one savepoint round the batch, one round the reaction, one DELETE
        assert drain_outbox() == 3
    assert pump.batches == [[3, 1, 2]]
    assert drain_outbox() == 0
    assert not OutboxEvent.objects.exists()


def test_what_is_rolled_back_was_never_told(pump: Pump) -> None:
    with transaction.atomic():
        tell(1)
        transaction.set_rollback(True)
    assert drain_outbox() == 0


def test_one_event_that_breaks_a_reaction_is_parked_alone(pump: Pump) -> None:
    pump.broken = {2}
    tell(1, 2, 3)
    assert drain_outbox() == 3
    assert pump.seen == [1, 3]
    [parked] = queries.parked_events(SYSTEM)
    assert (parked.subject, parked.reaction, parked.attempts) == ("valve/2", "works.pump", 1)
    assert queries.last_line(parked.error) == "RuntimeError: valve 2 is stuck"


def test_a_reactions_half_done_writes_are_undone(pump: Pump, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(events: Sequence[Event]) -> None:
        ParkedEvent.objects.create(
            event_id=0, reaction="half", key="k", subject="s", occurred_at=clock.now(), payload={}, error=""
        )
        raise RuntimeError

    monkeypatch.setattr(REACTIONS, "_items", {"works.half": Reaction("works.half", ("works.opened",), half)})
    tell(1)
    drain_outbox()
    assert [parked.reaction for parked in ParkedEvent.objects.all()] == ["works.half"]


def test_a_lost_connection_parks_nothing_and_everything_comes_again(
    pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(1)
    pump.broken = {1}
    with monkeypatch.context() as patch:
        patch.setattr(connection, "is_usable", lambda: False)
        with pytest.raises(RuntimeError):
            drain_outbox()
    pump.broken = set()
    assert drain_outbox() == 1
    assert pump.seen == [1]
    assert not ParkedEvent.objects.exists()


def test_an_event_of_a_part_that_is_gone_is_parked_and_read_when_it_is_back(pump: Pump) -> None:
    tell(1, 2)
    declared = EVENTS._items.pop("works.opened")
    assert drain_outbox() == 2
    assert [parked.reaction for parked in queries.parked_events(SYSTEM)] == ["", ""]
    assert pump.seen == []
    EVENTS._items["works.opened"] = declared
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert actions.retry_due() == 2
    assert pump.seen == [1, 2]


def test_a_payload_nobody_can_read_stops_nobody_else(pump: Pump) -> None:
    tell(1, 2)
    OutboxEvent.objects.filter(subject="valve/1").update(payload={"valve": "open"})
    assert drain_outbox() == 2
    assert pump.seen == [2]
    assert "Expected `int`" in queries.parked_events(SYSTEM).get().error


def test_parked_events_are_tried_later_and_later_then_left_to_people(pump: Pump) -> None:
    pump.broken = {1}
    tell(1)
    drain_outbox()
    moment = clock.now()
    for attempts, minutes in enumerate(RETRY_MINUTES, start=2):
        moment += timedelta(minutes=minutes, seconds=1)
        with clock.at(moment):
            assert actions.retry_due() == 0
        assert ParkedEvent.objects.get().attempts == attempts
    assert ParkedEvent.objects.get().next_attempt_at is None


def test_an_operator_tries_again(pump: Pump, recorded: list[str]) -> None:
    pump.broken = {1}
    tell(1)
    drain_outbox()
    parked_id = ParkedEvent.objects.get().pk
    assert actions.retry_now(SYSTEM, parked_id) is False
    pump.broken = set()
    assert actions.retry_now(SYSTEM, parked_id) is True
    assert pump.seen == [1]
    assert recorded == ["events.retry", "events.retry"]
    with pytest.raises(NotFound):
        actions.retry_now(SYSTEM, parked_id)


def test_an_operator_lets_go_and_the_trail_keeps_it(pump: Pump, recorded: list[str]) -> None:
    pump.broken = {1}
    tell(1)
    drain_outbox()
    actions.discard(SYSTEM, ParkedEvent.objects.get().pk, reason="the valve was removed")
    assert not ParkedEvent.objects.exists()
    assert recorded == ["events.discard"]


def test_who_lacks_the_right_sees_and_mends_nothing(pump: Pump) -> None:
    pump.broken = {1}
    tell(1)
    drain_outbox()
    parked_id = ParkedEvent.objects.get().pk
    for forbidden in (
        lambda: queries.parked_events(CLERK),
        lambda: queries.backlog(CLERK),
        lambda: actions.retry_now(CLERK, parked_id),
        lambda: actions.discard(CLERK, parked_id, reason=""),
    ):
        with pytest.raises(Forbidden):
            forbidden()
    assert ParkedEvent.objects.count() == 1


def test_the_backlog_is_told(pump: Pump) -> None:
    with clock.at(clock.now() - timedelta(hours=1)):
        tell(1)
    tell(2)
    backlog = queries.backlog(SYSTEM)
    assert backlog.waiting == 2
    assert backlog.oldest_at is not None
    assert backlog.oldest_at < clock.now() - timedelta(minutes=59)


def test_drain_raises_when_the_database_is_away(pump: Pump, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", away)
    with pytest.raises(OperationalError):
        drain_outbox()
