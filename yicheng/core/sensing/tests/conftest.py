"""What the tests of this package share: a gateway, two thermometers, a kind of shelf that bears devices, a keeper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import translation

from yicheng.core.people.models import Account, Organisation
from yicheng.core.people.public import SYSTEM, Scope, Viewer
from yicheng.core.sensing import registry, remembered
from yicheng.core.sensing.actions import register
from yicheng.core.sensing.declare import BEARERS, WATCHERS, Bearer, Watcher
from yicheng.core.sensing.facts import Batch, NewDevice, NewReading, Source
from yicheng.core.sensing.ingest import keys, months
from yicheng.core.sensing.models import Device, DeviceModel

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TRUSTED = Source("platform", is_trusted=True, received_at=NOW)
SHELF = Bearer(
    "trial.shelf",
    "Shelf",
    name_of=lambda ids: {one: f"Shelf {one}" for one in ids},
    link=lambda one: f"/shelves/{one}/",
    may_view=lambda viewer, ids: list(ids) if viewer.is_signed_in or viewer.kind == "system" else [],
)
SEEN: list[Batch] = []


class Broken(Exception):
    """What the watcher of the tests raises when told to."""


FAILING: list[bool] = []


def _see(batch: Batch) -> None:
    if FAILING:
        raise Broken
    SEEN.append(batch)


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    """Texts in English, nothing remembered, one watcher and one bearer more."""
    for forget in (registry.forget, remembered.forget_facts, keys.forget_keys, months.forget_months):
        forget()
    SEEN.clear()
    FAILING.clear()
    BEARERS.fill("sensing", [SHELF])
    WATCHERS.fill("sensing", [Watcher("trial.watcher", _see)])
    with translation.override("en"):
        yield
    for slot, key in ((BEARERS, SHELF.key), (WATCHERS, "trial.watcher")):
        slot._items.pop(key)
        slot._owners.pop(key)


@pytest.fixture
def models(db: None) -> None:
    """A thermometer that speaks every minute, and a gateway."""
    DeviceModel.objects.create(code="th1", name="Thermometer", interval_s=60, calibrate_every_days=365)
    DeviceModel.objects.create(code="gw1", name="Gateway", interval_s=0, is_gateway=True)


@pytest.fixture
def device(models: None) -> Device:
    return register.register_device(
        SYSTEM, NewDevice("Thermometer", "th1", number="T1", division_code="410102", is_in_service=True)
    )


@pytest.fixture
def gateway(models: None) -> Device:
    return register.register_device(
        SYSTEM, NewDevice("Gateway", "gw1", number="G1", division_code="410102", is_in_service=True)
    )


@pytest.fixture
def keeper(db: None) -> Viewer:
    """Keeps the devices of one county."""
    museum = Organisation.objects.create(code="museum", name="Museum", kind="department", path="/1/")
    account = Account.objects.create(
        username="keeper", display_name="Keeper", kind="staff", organisation=museum
    )
    rights = ("view_devices", "keep_devices", "issue_keys", "import_readings", "view_refused")
    grants = {f"sensing.{name}": (Scope(division="410102"),) for name in rights}
    return Viewer("staff", account.pk, "Keeper", museum.pk, grants=grants)


def reading(
    value: float = 20.0, *, at: datetime | None = NOW, device: str = "T1", **more: object
) -> NewReading:
    return NewReading(device, str(more.pop("property", "temperature")), value, at, **more)  # type: ignore[arg-type]
