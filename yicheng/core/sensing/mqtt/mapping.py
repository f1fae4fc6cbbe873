"""A message's topic and payload into readings, by the mappings that the city's tables hold.

The device that the topic names is the one that speaks: the broker has let it publish there. What a
payload says of other devices is believed only where the topic's device is their gateway.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from yicheng.core.kernel.errors import Refusal
from yicheng.core.sensing.facts import NewReading
from yicheng.core.sensing.ingest.parsing import Parsed, parse
from yicheng.core.sensing.models import TopicMapping


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a payload: where it lies, what it is."""

    path: tuple[str, ...]
    property: str
    unit: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """A topic filter and how its payloads are read; see ``TopicMapping``."""

    topic: str
    kind: str
    device_level: int = 0
    device_path: tuple[str, ...] = ()
    property_level: int = 0
    property: str = ""
    unit: str = ""
    time_path: tuple[str, ...] = ()
    sequence_path: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()

    def fits(self, levels: Sequence[str]) -> bool:
        """Whether a topic, cut into levels, matches the filter."""
        wanted = self.topic.split("/")
        for position, level in enumerate(wanted):
            if level == "#":
                return True
            if position >= len(levels) or level not in ("+", levels[position]):
                return False
        return len(wanted) == len(levels)


#: what every platform listens to
USUAL = Mapping("devices/+/readings", "readings", device_level=2)


class Unmapped(Exception):
    """No mapping fits this topic."""


def mappings() -> list[Mapping]:
    """The city's mappings, and the usual one."""
    rows = TopicMapping.objects.prefetch_related("fields").order_by("key")
    return [*(_mapping(row) for row in rows), USUAL]


def read(found: Iterable[Mapping], topic: str, payload: bytes) -> tuple[str, Parsed]:
    """(the device that speaks, its readings). Raises ``Unmapped``; what cannot be read is in the faults."""
    levels = topic.split("/")
    mapping = next((one for one in found if one.fits(levels)), None)
    if mapping is None:
        raise Unmapped(topic)
    device = _level(levels, mapping.device_level)
    try:
        if mapping.kind == TopicMapping.Kind.READINGS:
            return device, parse(payload, own_device=device)
        if mapping.kind == TopicMapping.Kind.PLAIN:
            return device, Parsed([_plain(mapping, levels, device, payload)])
        document = msgspec.json.decode(payload)
        device = device or str(_at(document, mapping.device_path) or "")
        return device, Parsed(_fields(mapping, device, document))
    except (Refusal, msgspec.DecodeError, UnicodeDecodeError, ValueError, OverflowError) as fault:
        return device, Parsed([], [(payload, str(fault))])


def _mapping(row: TopicMapping) -> Mapping:
    return Mapping(
        row.topic,
        row.kind,
        row.device_level,
        _path(row.device_path),
        row.property_level,
        row.property,
        row.unit,
        _path(row.time_path),
        _path(row.sequence_path),
        tuple(
            Field(_path(field.path), field.property, field.unit, field.channel) for field in row.fields.all()
        ),
    )


def _path(text: str) -> tuple[str, ...]:
    return tuple(text.split(".")) if text else ()


def _level(levels: Sequence[str], number: int) -> str:
    return levels[number - 1] if 0 < number <= len(levels) else ""


def _plain(mapping: Mapping, levels: Sequence[str], device: str, payload: bytes) -> NewReading:
    text = payload[:100].decode().strip().lower()
    value = {"true": 1.0, "on": 1.0, "false": 0.0, "off": 0.0}.get(text)
    name = _level(levels, mapping.property_level) or mapping.property
    return NewReading(device, name, float(text) if value is None else value, None, mapping.unit)


def _fields(mapping: Mapping, device: str, document: Any) -> list[NewReading]:
    if not device:
        raise ValueError("no device in topic or payload")
    time, sequence = _time(_at(document, mapping.time_path)), _at(document, mapping.sequence_path)
    if sequence is not None and (not isinstance(sequence, int) or not 0 <= sequence < 2**63):
        raise ValueError("the sequence is no whole number")
    readings = []
    for field in mapping.fields:
        value = _at(document, field.path)
        if value is None:
            continue
        if not isinstance(value, int | float):
            raise ValueError(f"{'.'.join(field.path)} is no number")  # noqa: TRY004  one kind of fault
        readings.append(
            NewReading(
                device, field.property, float(value), time, field.unit, field.channel, sequence=sequence
            )
        )
    if not readings:
        raise ValueError("none of the mapped fields is in the payload")
    return readings


def _at(document: Any, path: tuple[str, ...]) -> Any:
    if not path:
        return None
    for step in path:
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document


def _time(value: Any) -> datetime | None:
    """ISO 8601 with its zone, seconds or milliseconds since 1970 (told apart by size), or none."""
    if value is None:
        return None
    if isinstance(value, bool):
        raise ValueError("the time is no time")  # noqa: TRY004  one kind of fault
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError("the time has no zone")
    return moment
