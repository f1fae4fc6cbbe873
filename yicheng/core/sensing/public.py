"""What other parts may call about devices and what they observe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from yicheng.core.people.public import Viewer
from yicheng.core.sensing.facts import (
    Batch,
    DeviceFact,
    Latest,
    NewDevice,
    NewReading,
    Observed,
    Point,
    Quality,
    Receipt,
    RegisterReport,
    SeriesFact,
    Source,
    Timing,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from yicheng.core.sensing.models import Device
    from yicheng.core.sensing.mqtt.listening import Listener

__all__ = [
    "Batch",
    "DeviceFact",
    "Latest",
    "NewDevice",
    "NewReading",
    "Observed",
    "Point",
    "Quality",
    "Receipt",
    "RegisterReport",
    "SeriesFact",
    "Source",
    "Timing",
    "bind",
    "device",
    "devices_borne_by",
    "devices_of",
    "drain_readings",
    "issue_key",
    "latest",
    "mqtt_listener",
    "raw_readings",
    "readings",
    "register_device",
    "register_devices",
    "replace",
    "retire",
    "revoke_key",
    "series_facts",
    "series_of",
    "serve_broker",
    "take_readings",
    "unbind",
]


def register_device(viewer: Viewer, new: NewDevice) -> Device:
    """Register one device (right ``sensing.keep_devices``). Raises ``Invalid``, ``Forbidden``."""
    from yicheng.core.sensing.actions import register

    return register.register_device(viewer, new)


def register_devices(viewer: Viewer, rows: Sequence[NewDevice]) -> RegisterReport:
    """Register each row that holds, and say for each other one what is wrong with it. One transaction."""
    from yicheng.core.sensing.actions import register

    return register.register_devices(viewer, rows)


def issue_key(
    viewer: Viewer, device_id: int, *, per_minute: int | None = None, expires_at: datetime | None = None
) -> str:
    """A new key of the device (a gateway's speaks for the devices behind it); shown once, never kept."""
    from yicheng.core.sensing.actions import keys

    return keys.issue_key(viewer, device_id, per_minute=per_minute, expires_at=expires_at)


def revoke_key(viewer: Viewer, key_id: int) -> None:
    """Revoke a key; other processes refuse it within ten seconds."""
    from yicheng.core.sensing.actions import keys

    keys.revoke_key(viewer, key_id)


def bind(viewer: Viewer, device_id: int, *, bearer_kind: str, bearer_id: int, component: str = "") -> None:
    """Fix a device to a thing whose kind is a declared ``Bearer``; it stands in service from then on.

    Raises ``Conflict`` when it is bound already or retired, ``NotFound`` when the viewer may not see the bearer.
    """
    from yicheng.core.sensing.actions import life

    life.bind(viewer, device_id, bearer_kind=bearer_kind, bearer_id=bearer_id, component=component)


def unbind(viewer: Viewer, device_id: int, *, reason: str, status: str = "in_store") -> None:
    """Take a device off what bears it; ``status`` in_store or in_repair. Raises ``Conflict``."""
    from yicheng.core.sensing.actions import life

    life.unbind(viewer, device_id, reason=reason, status=status)


def replace(viewer: Viewer, device_id: int, *, by_id: int, reason: str, is_retired: bool = True) -> None:
    """Put another device in the place of this one: bearer, component, place and gateway go over."""
    from yicheng.core.sensing.actions import life

    life.replace(viewer, device_id, by_id=by_id, reason=reason, is_retired=is_retired)


def retire(viewer: Viewer, device_id: int, *, reason: str) -> None:
    """Take a device out of use for good: unbound, its keys revoked, its readings refused."""
    from yicheng.core.sensing.actions import life

    life.retire(viewer, device_id, reason=reason)


def device(viewer: Viewer, device_id: int) -> Device:
    """One device; also for who may see what bears it. Raises ``NotFound``."""
    from yicheng.core.sensing.queries import devices

    return devices.find_device(viewer, device_id)


def devices_of(bearers: Iterable[tuple[str, int]]) -> Sequence[DeviceFact]:
    """The devices fixed to these (kind, id); the caller has checked the right over them. One query."""
    from yicheng.core.sensing.queries import devices

    return devices.devices_of(bearers)


def devices_borne_by(kinds: Iterable[str]) -> QuerySet[Device]:
    """Devices in service that things of these kinds bear, with ``hearing``; the caller narrows them to its viewer."""
    from yicheng.core.sensing.queries import devices

    return devices.devices_borne_by(kinds)


def series_of(bearers: Iterable[tuple[str, int]]) -> Sequence[SeriesFact]:
    """The series of the devices fixed to these (kind, id); the caller has checked the right. One query."""
    from yicheng.core.sensing.queries import devices

    return devices.series_of(bearers)


def series_facts(series_ids: Iterable[int]) -> Mapping[int, SeriesFact]:
    """Device, property, unit and bearer of these series, as this process remembers them for some seconds."""
    from yicheng.core.sensing.remembered import facts_of

    return facts_of(series_ids)


def latest(series_ids: Iterable[int]) -> Mapping[int, Latest]:
    """The newest reading of each of these series that has one; the caller has checked the right. One query."""
    from yicheng.core.sensing.queries import readings as queries

    return queries.latest(series_ids)


def readings(
    viewer: Viewer, series_id: int, *, since: datetime, until: datetime, points: int = 500
) -> Sequence[Point]:
    """A stretch of a series for a chart: at most about ``points`` points of lowest, highest and mean value."""
    from yicheng.core.sensing.queries import readings as queries

    return queries.readings(viewer, series_id, since=since, until=until, points=points)


def raw_readings(
    series_ids: Iterable[int], *, since: datetime, until: datetime, limit: int = 200_000
) -> Sequence[Observed]:
    """The stored readings of series between two moments, oldest first within each; the caller has checked the right.

    For rules that are tried on history. Raises ``Invalid`` past ``limit``.
    """
    from yicheng.core.sensing.queries import readings as queries

    return queries.raw_readings(series_ids, since=since, until=until, limit=limit)


def take_readings(source: Source, batch: Sequence[NewReading]) -> Receipt:
    """Take readings in, whatever the door; all of them are in the database when this returns.

    ``Source("platform", is_trusted=True)`` speaks for every device (demonstrations, connectors); with
    ``is_history`` old times are no fault. Watchers see them when the worker, or ``drain_readings``, has run.
    """
    from yicheng.core.sensing.ingest import taking

    return taking.take_readings(source, batch)


def drain_readings() -> int:
    """Do now what the worker does with fresh readings (newest, sums, watchers); answers how many batches."""
    from yicheng.core.sensing import draining

    return draining.drain_all()


def mqtt_listener(
    url: str = "", *, client_id: str = "", per_minute: int | None = None, say: Callable[[str], None]
) -> Listener:
    """What listens to the broker at ``url`` (else the configured one): ``run()`` until ``stop()``. Raises ``ValueError``."""
    from yicheng.core.sensing.mqtt.configured import broker_of, configured_broker
    from yicheng.core.sensing.mqtt.listening import Listener

    broker = broker_of(url, client_id=client_id or "yicheng") if url else configured_broker()
    if broker is None:
        raise ValueError("name the broker: YICHENG_MQTT=mqtt://host:1883, or --broker")
    return Listener(broker, per_minute=per_minute, say=say)


def serve_broker(host: str, port: int, *, say: Callable[[str], None]) -> None:
    """A small MQTT broker for demonstrations and tests, until SIGTERM or SIGINT."""
    from yicheng.core.sensing.mqtt.broker import serve

    serve(host, port, say=say)
