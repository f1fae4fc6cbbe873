"""Bringing a file of readings in: each value one reading, told apart and stored like any other, with a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.facts import NewReading, Source
from yicheng.core.sensing.ingest.taking import take_readings
from yicheng.core.sensing.loggers.logged import LoggerFile, UnreadableFile
from yicheng.core.sensing.loggers.makes import read_file
from yicheng.core.sensing.models import Device, ReadingImport
from yicheng.core.sensing.queries.devices import find_device

IMPORT = "sensing.import_readings"
AT_ONCE = 5000
FAULTS_KEPT = 50


def import_readings(
    viewer: Viewer,
    device_id: int,
    *,
    data: bytes,
    name: str,
    logger: str = "",
    zone: str = "",
    reader: Callable[[bytes], LoggerFile] = read_file,
) -> ReadingImport:
    """Store what the file says of this device; all of it, or nothing when it raises.

    ``logger`` picks one of several loggers in the file. ``zone``: that of times without one, the city's when
    left out. The same file again stores nothing and is told as repeated. Raises ``Invalid``, ``NotFound``.
    """
    device = find_device(viewer, device_id)
    viewer.require(IMPORT, organisation_id=device.organisation_id, division=device.division_code)
    try:
        file = reader(data)
    except UnreadableFile as fault:
        raise Invalid(_("“%(name)s” can't be read: %(fault)s."), name=name, fault=str(fault)) from None
    loggers = sorted({row.logger for row in file.rows})
    if not logger and len(loggers) > 1:
        raise Invalid(
            _("The file holds several loggers: %(loggers)s. Choose one."), loggers=", ".join(loggers[:20])
        )
    with transaction.atomic():
        return _store(viewer, device, file=file, name=name, logger=logger, zone=zone)


def _store(
    viewer: Viewer, device: Device, *, file: LoggerFile, name: str, logger: str, zone: str
) -> ReadingImport:
    source = Source("file", is_trusted=True, is_history=True)
    read = stored = repeated = refused = 0
    first: datetime | None = None
    last: datetime | None = None
    readings = _readings(file, device.number, logger=logger, zone=zone)
    while batch := list(islice(readings, AT_ONCE)):
        taken = take_readings(source, batch)
        read += len(batch)
        stored += taken.stored
        repeated += taken.repeated
        refused += taken.refused + taken.set_aside
        times = [one.time for one in batch if one.time is not None]
        first = min(times) if first is None else min(first, *times)
        last = max(times) if last is None else max(last, *times)
    row = ReadingImport.objects.create(
        file_name=name[-200:],
        make=file.make,
        device=device,
        serial=file.serial[:80],
        read_count=read,
        stored_count=stored,
        repeated_count=repeated,
        refused_count=refused,
        fault_count=len(file.faults),
        faults=[f"{line}: {fault}"[:200] for line, fault in file.faults[:FAULTS_KEPT]],
        skipped=[label[:200] for label in file.skipped[:FAULTS_KEPT]],
        first_at=first,
        last_at=last,
        account_id=viewer.account_id,
        created_at=clock.now(),
    )
    record(
        viewer,
        action="sensing.import_readings",
        subject=f"device/{device.pk}",
        division=device.division_code,
        detail={"file": row.file_name, "stored": stored},
    )
    return row


def _readings(file: LoggerFile, device: str, *, logger: str, zone: str) -> Iterator[NewReading]:
    local = ZoneInfo(zone) if zone else timezone.get_default_timezone()
    for row in file.rows:
        if logger and row.logger != logger:
            continue
        time = row.time if row.time.tzinfo else row.time.replace(tzinfo=local).astimezone(UTC)
        for column, value in zip(file.columns, row.values, strict=True):
            if value is not None:
                yield NewReading(device, column.property, value, time, column.unit, column.channel)
