"""A device's life: registered alone or in batches, bound, replaced, retired; watchers that fail; archive."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars
import pytest

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import SYSTEM, Viewer
from yicheng.core.sensing import draining, retention
from yicheng.core.sensing.archive import archive
from yicheng.core.sensing.draining import drain_all, retry_parked
from yicheng.core.sensing.facts import NewDevice, Source
from yicheng.core.sensing.models import Device, DeviceKey, ParkedBatch, Reading, Series
from yicheng.core.sensing.partitions import partitions
from yicheng.core.sensing.public import (
    bind,
    devices_of,
    issue_key,
    register_device,
    register_devices,
    replace,
    retire,
    take_readings,
    unbind,
)
from yicheng.core.sensing.tests.conftest import FAILING, NOW, SEEN, TRUSTED, reading

pytestmark = pytest.mark.django_db


def test_batch_tells_what_it_refused(models: None) -> None:
    rows = [NewDevice("A", "th1", number="A1"), NewDevice("B", "th1", number="A1"), NewDevice("", "none")]
    report = register_devices(SYSTEM, rows)
    assert report.registered == ["A1"]
    assert [row for row, _why in report.refused] == [2, 3]
    assert "A1" in report.refused[0][1]
    assert Device.objects.count() == 1


def test_keeper_keeps_only_their_county(models: None, keeper: Viewer) -> None:
    assert register_device(keeper, NewDevice("A", "th1", division_code="410102001")).number
    with pytest.raises(Forbidden):
        register_device(keeper, NewDevice("A", "th1", division_code="410103"))
    assert Device.objects.count() == 1


def test_bound_once_and_unbound(device: Device, keeper: Viewer) -> None:
    bind(keeper, device.pk, bearer_kind="trial.shelf", bearer_id=3, component="door")
    with pytest.raises(Conflict):
        bind(keeper, device.pk, bearer_kind="trial.shelf", bearer_id=4)
    (fact,) = devices_of([("trial.shelf", 3)])
    assert (fact.number, fact.component) == ("T1", "door")
    unbind(keeper, device.pk, reason="moved")
    assert devices_of([("trial.shelf", 3)]) == []
    assert device.bindings.get().unbound_at is not None


def test_unknown_bearers_bear_nothing(device: Device) -> None:
    with pytest.raises(NotFound):
        bind(SYSTEM, device.pk, bearer_kind="trial.nothing", bearer_id=1)
    device.refresh_from_db()
    assert device.bearer_kind == ""


def test_replaced_device_hands_its_place_on(device: Device) -> None:
    new = register_device(SYSTEM, NewDevice("New", "th1", number="T2"))
    bind(SYSTEM, device.pk, bearer_kind="trial.shelf", bearer_id=3, component="door")
    replace(SYSTEM, device.pk, by_id=new.pk, reason="worn out")
    (fact,) = devices_of([("trial.shelf", 3)])
    assert (fact.number, fact.component, fact.division_code) == ("T2", "door", "410102")
    device.refresh_from_db()
    assert (device.status, device.replaced_by_id) == ("retired", new.pk)
    with pytest.raises(Invalid):
        replace(SYSTEM, new.pk, by_id=new.pk, reason="x")


def test_retired_device_loses_its_keys(device: Device) -> None:
    issue_key(SYSTEM, device.pk)
    retire(SYSTEM, device.pk, reason="broken")
    assert DeviceKey.objects.get().revoked_at is not None
    with pytest.raises(Conflict):
        issue_key(SYSTEM, device.pk)


def test_watcher_that_fails_sees_the_batch_again(device: Device) -> None:
    FAILING.append(True)
    take_readings(TRUSTED, [reading(20)])
    drain_all()
    assert (SEEN, ParkedBatch.objects.count()) == ([], 1)
    FAILING.clear()
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert retry_parked() == 1
    assert [one.value for batch in SEEN for one in batch.readings] == [20]
    assert not ParkedBatch.objects.exists()


def test_second_worker_waits_for_the_first(device: Device) -> None:
    assert draining.drain() == 0


def test_cold_month_goes_out_and_is_dropped(device: Device, tmp_path: Path) -> None:
    old = NOW - timedelta(days=800)
    source = Source("file", is_trusted=True, is_history=True, received_at=NOW)
    take_readings(source, [reading(20 + step, at=old + step * timedelta(hours=1)) for step in range(10)])
    month = f"sensing_reading_{old:%Y%m}"
    assert month in partitions()
    lines = list(archive(tmp_path, months_kept=12, is_dropped=True))
    assert lines == [f"{tmp_path / month}.parquet: 10 readings", f"{month}: dropped"]
    kept = polars.read_parquet(tmp_path / f"{month}.parquet")
    assert kept["value"].to_list() == [20 + step for step in range(10)]
    assert set(kept["device"]) == {"T1"}
    assert month not in partitions()


def test_series_are_kept_as_long_as_they_say(device: Device) -> None:
    source = Source("file", is_trusted=True, is_history=True, received_at=NOW)
    take_readings(source, [reading(1, at=NOW - timedelta(days=40)), reading(2, at=NOW)])
    Series.objects.update(keep_days=30)
    with clock.at(NOW):
        retention.forget_old()
    assert list(Reading.objects.values_list("value", flat=True)) == [2]
