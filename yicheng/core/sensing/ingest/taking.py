"""A batch of readings, whatever the door: told apart, converted, stored; what is wrong is kept with its reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

import msgspec
from django.db import connection, transaction

from yicheng.core.events.public import publish
from yicheng.core.kernel import clock
from yicheng.core.sensing import packing
from yicheng.core.sensing.events import CLOCK_SKEWED, ClockSkewed
from yicheng.core.sensing.facts import NewReading, Quality, Receipt, Source
from yicheng.core.sensing.ingest import quarantine
from yicheng.core.sensing.ingest.months import ensure_months_of
from yicheng.core.sensing.ingest.store import Row, store
from yicheng.core.sensing.models import Device, Hearing, OddReading
from yicheng.core.sensing.registry import Reason, Slot, slots_of

#: older than this when it arrives: late
LATE = timedelta(minutes=5)
#: further ahead than this: the clock is wrong
AHEAD = timedelta(minutes=5)
#: a live device that claims to have measured before this long has lost its clock (1970, 1980, 2000)
OLDEST_LIVE = timedelta(days=3 * 366)
OLDEST_HISTORY = packing.micros(datetime.fromisoformat("1990-01-01T00:00:00Z"))
_SECOND = 1_000_000
_QUALITIES = {"good": int(Quality.GOOD), "uncertain": int(Quality.UNCERTAIN), "bad": int(Quality.BAD)}


class _Sorted:
    """The readings of a batch, told apart."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.wrong_clock: list[Row] = []
        self.refused: defaultdict[str, list[NewReading]] = defaultdict(list)
        self.newest: dict[Slot, int] = {}
        self.sequences: list[tuple[int, NewReading]] = []


def take_readings(source: Source, batch: Sequence[NewReading]) -> Receipt:
    """Take a batch in. All of it is in the database when this returns, or none when it raises."""
    received_at = source.received_at or clock.now()
    told = _tell_apart(source, batch, received_at)
    ensure_months_of(told.rows)
    with transaction.atomic():
        again = _known_sequences(told, received_at)
        stored = store(told.rows, received_at)
        _set_aside(told.wrong_clock, received_at)
        for reason, readings in told.refused.items():
            quarantine.keep(
                source,
                reason,
                msgspec.json.encode(readings[:20]),
                detail=_detail(reason, readings[0]),
                count=len(readings),
                received_at=received_at,
            )
    for slot, us in told.newest.items():
        slot.newest = max(slot.newest, us)
    reasons = Counter({reason: len(readings) for reason, readings in told.refused.items()})
    return Receipt(
        stored.count,
        len(stored.repeated) + again,
        len(told.wrong_clock),
        sum(reasons.values()),
        dict(reasons),
    )


def _tell_apart(source: Source, batch: Sequence[NewReading], received_at: datetime) -> _Sorted:
    told = _Sorted()
    names = [(one.device, one.property, one.channel, one.unit) for one in batch]
    slots = slots_of(names)
    received = packing.micros(received_at)
    late, ahead = received - LATE // timedelta(microseconds=1), received + AHEAD // timedelta(microseconds=1)
    oldest = OLDEST_HISTORY if source.is_history else received - OLDEST_LIVE // timedelta(microseconds=1)
    is_trusted, me = source.is_trusted, source.device_id
    behind_me = me if source.is_gateway else -1
    rows, newest, refused = told.rows, told.newest, told.refused
    make: Any = tuple.__new__  # a named tuple without the call into Python that its constructor costs
    for name, one in zip(names, batch, strict=True):
        slot = slots[name]
        if not (is_trusted or slot.device_id == me or slot.gateway_id == behind_me) or slot.reason:
            refused[_why(slot, is_trusted=is_trusted, me=me, behind_me=behind_me)].append(one)
            continue
        time = one.time
        us = received if time is None else round(time.timestamp() * _SECOND) - packing.EPOCH_US
        value = one.value * slot.factor + slot.offset
        if not isfinite(value):
            refused[Reason.BAD_VALUE].append(one)
            continue
        quality = _QUALITIES[one.quality] if slot.low <= value <= slot.high else 2
        if us > ahead or us < oldest:
            told.wrong_clock.append(Row(slot, us, value, quality, 0))
            continue
        if us < slot.newest:
            timing = 2
        else:
            timing = 1 if us < late else 0
            if us > newest.get(slot, slot.newest):
                newest[slot] = us
        if one.sequence is not None:
            told.sequences.append((len(rows), one))
        rows.append(make(Row, (slot, us, value, quality, timing)))
    return told


def _why(slot: Slot, *, is_trusted: bool, me: int | None, behind_me: int | None) -> str:
    """A foreign device and an unknown one are told apart for the keeper, not for the sender."""
    if slot.reason == Reason.UNKNOWN_DEVICE:
        return slot.reason
    if is_trusted or slot.device_id == me or slot.gateway_id == behind_me:
        return slot.reason
    return Reason.FOREIGN_DEVICE


def _detail(reason: str, reading: NewReading) -> str:
    if reason == Reason.UNKNOWN_UNIT:
        return f"{reading.device} {reading.property} {reading.unit}"
    return f"{reading.device} {reading.property}"


def _known_sequences(told: _Sorted, received_at: datetime) -> int:
    """Drop the rows whose device and counter were seen before; keep them as repeated. Answers how many."""
    if not told.sequences:
        return 0
    keys = [
        (told.rows[index].slot.device_id, one.sequence, one.property, one.channel)
        for index, one in told.sequences
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sensing_seensequence (device_id, sequence, property, channel, received_at)"
            " SELECT d, s, p, c, %s FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS t(d, s, p, c)"
            " ORDER BY d, s, p, c ON CONFLICT DO NOTHING RETURNING device_id, sequence, property, channel",
            [received_at, *(list(column) for column in zip(*keys, strict=True))],
        )
        new = set(cursor.fetchall())
    again = set()
    for (index, _one), key in zip(told.sequences, keys, strict=True):
        if key in new:
            new.discard(key)
        else:
            again.add(index)
    _keep(OddReading.Kind.REPEATED, [told.rows[index] for index in sorted(again)], received_at)
    told.rows[:] = [row for index, row in enumerate(told.rows) if index not in again]
    return len(again)


def _set_aside(rows: Sequence[Row], received_at: datetime) -> None:
    """Keep readings of an impossible time, and tell once that the device's clock is wrong."""
    if not rows:
        return
    _keep(OddReading.Kind.CLOCK, rows, received_at)
    claimed = {row.slot.device_id: row.us for row in rows}
    # a device with a wrong clock is not silent
    Hearing.objects.filter(device_id__in=claimed).update(heard_at=received_at)
    devices = Device.objects.select_for_update().filter(pk__in=claimed, has_wrong_clock=False).order_by("pk")
    for device in devices:
        device.has_wrong_clock = True
        device.save(update_fields=["has_wrong_clock"])
        fact = ClockSkewed(
            device.pk,
            device.number,
            packing.moment(claimed[device.pk]).isoformat(),
            received_at.isoformat(),
            device.bearer_kind,
            device.bearer_id,
            device.organisation_id,
        )
        publish(CLOCK_SKEWED, fact, subject=f"device/{device.pk}", division=device.division_code)


def _keep(kind: str, rows: Sequence[Row], received_at: datetime) -> None:
    OddReading.objects.bulk_create(
        [
            OddReading(
                series_id=row.slot.series_id,
                kind=kind,
                time=packing.moment(row.us),
                value=row.value,
                received_at=received_at,
            )
            for row in rows
        ],
        batch_size=1000,
    )
