"""Readings come in: stored once, told apart, converted, followed up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.draining import drain_all
from yicheng.core.sensing.facts import NewDevice, NewReading, Receipt, Source, Timing
from yicheng.core.sensing.models import Device, OddReading, Reading, RefusedPayload
from yicheng.core.sensing.public import (
    bind,
    latest,
    raw_readings,
    readings,
    register_device,
    retire,
    series_of,
    take_readings,
)
from yicheng.core.sensing.tests.conftest import NOW, SEEN, TRUSTED, reading

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_batch_is_stored_shown_and_summed(device: Device) -> None:
    taken = take_readings(TRUSTED, [reading(20 + i, at=NOW - i * MINUTE) for i in range(5)])
    assert taken == Receipt(stored=5)
    assert drain_all() == 1
    bind(SYSTEM, device.pk, bearer_kind="trial.shelf", bearer_id=7, component="lid")
    (series,) = series_of([("trial.shelf", 7)])
    assert (series.property, series.unit, series.component) == ("temperature", "Cel", "lid")
    assert latest([series.id])[series.id].value == 20
    (batch,) = SEEN
    assert [one.value for one in batch.readings] == [24, 23, 22, 21, 20]
    day = readings(SYSTEM, series.id, since=NOW - timedelta(days=1), until=NOW + timedelta(days=1), points=2)
    assert [(point.low, point.high, point.mean, point.count) for point in day] == [(20, 24, 22, 5)]
    raw = readings(SYSTEM, series.id, since=NOW - 5 * MINUTE, until=NOW + MINUTE, points=6)
    assert [point.mean for point in raw] == [24, 23, 22, 21, 20]
    assert len(raw_readings([series.id], since=NOW - 5 * MINUTE, until=NOW)) == 4


def test_units_are_converted(device: Device) -> None:
    take_readings(TRUSTED, [reading(50, unit="[degF]"), reading(300, unit="K", channel="2")])
    assert sorted(Reading.objects.values_list("value", flat=True)) == [
        pytest.approx(10),
        pytest.approx(26.85),
    ]


def test_repeated_and_contradicting_are_told_apart_and_kept(device: Device) -> None:
    take_readings(TRUSTED, [reading(20)])
    taken = take_readings(TRUSTED, [reading(20), reading(21), reading(22, at=NOW - timedelta(hours=1))])
    assert (taken.stored, taken.repeated) == (1, 2)
    assert Reading.objects.count() == 2
    assert sorted(OddReading.objects.values_list("kind", "value")) == [
        ("contradicting", 21),
        ("repeated", 20),
    ]
    drain_all()
    assert [(one.value, one.timing) for batch in SEEN for one in batch.readings] == [
        (22, Timing.OUT_OF_ORDER),
        (20, Timing.IN_TIME),
    ]


def test_late_and_out_of_order(device: Device) -> None:
    take_readings(TRUSTED, [reading(1, at=NOW - timedelta(hours=2))])
    take_readings(TRUSTED, [reading(2)])
    take_readings(TRUSTED, [reading(3, at=NOW - timedelta(hours=1))])
    assert dict(Reading.objects.values_list("value", "timing")) == {
        1: Timing.LATE,
        2: Timing.IN_TIME,
        3: Timing.OUT_OF_ORDER,
    }


@pytest.mark.parametrize("year", [1970, 2050])
def test_impossible_times_are_set_aside_and_told_once(device: Device, year: int) -> None:
    claimed = NOW.replace(year=year)
    taken = take_readings(TRUSTED, [reading(20, at=claimed), reading(21)])
    assert (taken.stored, taken.set_aside) == (1, 1)
    (odd,) = OddReading.objects.all()
    assert (odd.kind, odd.time) == ("clock", claimed)
    device.refresh_from_db()
    assert device.has_wrong_clock


def test_history_takes_old_times(device: Device) -> None:
    source = Source("file", is_trusted=True, is_history=True, received_at=NOW)
    assert take_readings(source, [reading(20, at=datetime.fromisoformat("2013-07-04T00:00:00Z"))]).stored == 1


def test_sequence_makes_a_message_unique(device: Device) -> None:
    first = take_readings(TRUSTED, [reading(20, at=None, sequence=7)])
    later = Source("platform", is_trusted=True, received_at=NOW + MINUTE)
    again = take_readings(later, [reading(20, at=None, sequence=7)])
    assert (first.stored, again.stored, again.repeated) == (1, 0, 1)


def test_nobody_speaks_for_others(device: Device, gateway: Device) -> None:
    other = register_device(SYSTEM, NewDevice("Other", "th1", number="T2", gateway="G1"))
    own = Source("http", device_id=device.pk, received_at=NOW)
    taken = take_readings(own, [reading(1), reading(2, device="T2"), reading(3, device="NONE")])
    assert (taken.stored, taken.reasons) == (1, {"foreign_device": 1, "unknown_device": 1})
    through = Source("http", device_id=gateway.pk, is_gateway=True, received_at=NOW)
    taken = take_readings(through, [reading(1, device="T2"), reading(2)])
    assert (taken.stored, taken.reasons) == (1, {"foreign_device": 1})
    assert other.pk
    assert RefusedPayload.objects.count() == 3


def test_refusals_have_reasons(device: Device) -> None:
    taken = take_readings(
        TRUSTED,
        [
            reading(1, property="mood"),
            reading(1, unit="kg"),
            reading(1, unit="hPa"),
            reading(float("inf")),
        ],
    )
    assert taken.reasons == {"unknown_property": 1, "unknown_unit": 2, "bad_value": 1}
    retire(SYSTEM, device.pk, reason="broken")
    assert take_readings(TRUSTED, [reading(1)]).reasons == {"retired_device": 1}


def test_implausible_is_bad_and_not_summed(device: Device) -> None:
    take_readings(TRUSTED, [reading(900), reading(20, at=NOW - timedelta(hours=1))])
    drain_all()
    (series_id,) = Reading.objects.values_list("series_id", flat=True).distinct()
    (point,) = readings(SYSTEM, series_id, since=NOW - timedelta(days=2), until=NOW + MINUTE, points=1)
    assert (point.high, point.count) == (20, 1)


def test_queries_of_a_batch_do_not_grow(device: Device, django_assert_max_num_queries) -> None:
    take_readings(TRUSTED, [NewReading("T1", "temperature", 1, NOW - timedelta(hours=1))])
    batch = [reading(i, at=NOW - timedelta(seconds=i)) for i in range(1000)]
    with django_assert_max_num_queries(7):
        assert take_readings(TRUSTED, batch).stored == 1000
