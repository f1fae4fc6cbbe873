"""Messages into the table, many at a time in one transaction; what each of them was is told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import NamedTuple

from django.db import transaction

from yicheng.core.sensing.facts import NewReading, Receipt, Source
from yicheng.core.sensing.ingest import quarantine
from yicheng.core.sensing.ingest.taking import take_readings
from yicheng.core.sensing.models import Device
from yicheng.core.sensing.mqtt.mapping import Mapping, Unmapped, read
from yicheng.core.sensing.registry import Reason

#: readings that one device may send in a minute through a broker
PER_MINUTE = 12_000
_TRUSTED = Source("mqtt", is_trusted=True)


class Message(NamedTuple):
    """A message as it came; ``mark`` is what acknowledges it."""

    topic: str
    payload: bytes
    mark: tuple[int, int, int] = (0, 0, 0)


class Buckets:
    """How many readings each device still may send: a minute's share that fills steadily."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, device: str, count: int) -> bool:
        """Whether the device may send so many now."""
        now = monotonic()
        left, at = self._left.get(device, (float(self._per_minute), now))
        left = min(float(self._per_minute), left + (now - at) * self._per_minute / 60)
        is_allowed = count <= left
        self._left[device] = (left - count if is_allowed else left, now)
        if len(self._left) > 200_000:
            self._left.clear()
        return is_allowed


def store_messages(messages: Sequence[Message], mappings: Iterable[Mapping], *, buckets: Buckets) -> Receipt:
    """Store what these messages say, all or nothing; those that say nothing lie in quarantine afterwards."""
    own: list[NewReading] = []
    through: defaultdict[str, list[NewReading]] = defaultdict(list)
    faults: list[tuple[Message, str, str, int]] = []
    found = list(mappings)
    for message in messages:
        try:
            speaker, parsed = read(found, message.topic, message.payload)
        except Unmapped:
            faults.append((message, Reason.UNMAPPED, "", 1))
            continue
        if parsed.readings and not buckets.take(speaker, len(parsed.readings)):
            faults.append((message, Reason.TOO_MUCH, speaker, len(parsed.readings)))
            continue
        for reading in parsed.readings:
            (own if reading.device == speaker or not speaker else through[speaker]).append(reading)
        faults += [(message, Reason.MALFORMED, fault, 1) for _piece, fault in parsed.faults[:1]]
    with transaction.atomic():
        receipts = [take_readings(_TRUSTED, own)] if own else []
        receipts += [take_readings(_gateway(number), readings) for number, readings in through.items()]
        _keep(faults)
    return Receipt(
        sum(one.stored for one in receipts),
        sum(one.repeated for one in receipts),
        sum(one.set_aside for one in receipts),
        sum(one.refused for one in receipts) + len(faults),
    )


def _gateway(number: str) -> Source:
    """The source that a topic's device is for readings of others: their gateway, or nobody."""
    device = (
        Device.objects.select_related("model").filter(number=number).first() if number.isprintable() else None
    )
    if device is None:
        return Source("mqtt")
    return Source("mqtt", device_id=device.pk, is_gateway=device.model.is_gateway)


def _keep(faults: Sequence[tuple[Message, str, str, int]]) -> None:
    """Each that could not be read by itself; a flood from one device as one line."""
    floods: defaultdict[str, list[tuple[Message, int]]] = defaultdict(list)
    for message, reason, detail, count in faults:
        if reason == Reason.TOO_MUCH:
            floods[detail].append((message, count))
            continue
        quarantine.keep(_TRUSTED, reason, message.payload, detail=detail, topic=message.topic)
    for device, dropped in floods.items():
        first, _count = dropped[0]
        quarantine.keep(
            _TRUSTED,
            Reason.TOO_MUCH,
            first.payload,
            detail=device,
            topic=first.topic,
            count=sum(count for _message, count in dropped),
        )
