"""Silence: told once, cleared by itself, never while the platform itself was away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from yicheng.core.events import outbox
from yicheng.core.events.declare import REACTIONS, Event, Reaction
from yicheng.core.events.public import drain_outbox
from yicheng.core.kernel import clock
from yicheng.core.sensing import retention
from yicheng.core.sensing.draining import drain_all
from yicheng.core.sensing.facts import Source
from yicheng.core.sensing.models import Device, Hearing
from yicheng.core.sensing.public import take_readings
from yicheng.core.sensing.silence import check_silence
from yicheng.core.sensing.tests.conftest import NOW, reading

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
TOLD: list[str] = []


def _listen(events: Sequence[Event]) -> None:
    TOLD.extend(event.key for event in events)


@pytest.fixture(autouse=True)
def listener() -> Iterator[None]:
    TOLD.clear()
    one = Reaction(
        "trial.silence", ("sensing.device_silent", "sensing.device_heard", "sensing.clock_skewed"), _listen
    )
    REACTIONS.fill("sensing", [one])
    outbox._index.clear()
    yield
    REACTIONS._items.pop(one.key)
    REACTIONS._owners.pop(one.key)
    outbox._index.clear()


def speak(minutes: int) -> None:
    at = NOW + minutes * MINUTE
    with clock.at(at):
        take_readings(Source("platform", is_trusted=True, received_at=at), [reading(at=at)])
        drain_all()


def look(first: int, last: int) -> tuple[int, int]:
    """Look every minute; answers how many fell silent and came back."""
    silent = heard = 0
    for minutes in range(first, last + 1):
        with clock.at(NOW + minutes * MINUTE):
            one, other = check_silence()
        silent, heard = silent + one, heard + other
    drain_outbox()
    return silent, heard


@pytest.fixture
def speaking(device: Device) -> Device:
    Device.objects.update(registered_at=NOW - timedelta(days=1))
    with clock.at(NOW):
        check_silence()
    speak(0)
    return device


def test_silence_is_told_once_and_clears_itself(speaking: Device) -> None:
    assert look(1, 5) == (0, 0)  # three intervals of a minute and two minutes besides
    assert look(6, 9) == (1, 0)
    speak(10)
    assert look(10, 10) == (0, 0)  # once may be chance
    speak(11)
    assert look(11, 12) == (0, 1)
    assert TOLD == ["sensing.device_silent", "sensing.device_heard"]


def test_platform_that_was_away_accuses_nobody(speaking: Device) -> None:
    assert look(60, 65) == (0, 0)
    assert look(66, 67) == (1, 0)


def test_only_devices_in_service_that_should_speak(speaking: Device) -> None:
    Device.objects.update(status="in_store")
    assert look(1, 9) == (0, 0)
    Device.objects.update(status="in_service", interval_s=0)
    assert look(10, 19) == (0, 0)


def test_wrong_clock_is_told_once_and_is_no_silence(speaking: Device) -> None:
    for minutes in (4, 5):
        at = NOW + minutes * MINUTE
        with clock.at(at):
            source = Source("platform", is_trusted=True, received_at=at)
            take_readings(source, [reading(at=NOW.replace(year=1970))])
    drain_outbox()
    assert TOLD == ["sensing.clock_skewed"]
    assert look(6, 9) == (0, 0)
    assert not Hearing.objects.get().is_silent
    with clock.at(NOW + timedelta(minutes=30)):
        assert retention.mend_clocks() == 0
    with clock.at(NOW + timedelta(hours=2)):
        assert retention.mend_clocks() == 1
