"""What other parts hand in and get back: frozen facts, no tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Annotated, Literal, NamedTuple

import msgspec


class Quality(IntEnum):
    """What a reading is worth. ``BAD`` ones are stored and shown, never counted in roll-ups."""

    GOOD = 0
    UNCERTAIN = 1
    BAD = 2


class Timing(IntEnum):
    """How a stored reading came: as it was measured, long after, or behind a newer one of its series."""

    IN_TIME = 0
    LATE = 1
    OUT_OF_ORDER = 2


class NewReading(msgspec.Struct, frozen=True, gc=False):
    """One reading as a source says it. ``device`` is the device's number, ``property`` a declared key.

    ``time`` is aware; None: when it was received. ``unit`` is a UCUM code (``Cel``, ``[degF]``, ``%``), ""
    the property's own. ``sequence``: the device's own counter; the same one again is a repetition.
    """

    device: Annotated[str, msgspec.Meta(max_length=100)]
    property: Annotated[str, msgspec.Meta(max_length=100)]
    value: float
    time: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    unit: Annotated[str, msgspec.Meta(max_length=100)] = ""
    channel: Annotated[str, msgspec.Meta(max_length=100)] = ""
    quality: Literal["good", "uncertain", "bad"] = "good"
    sequence: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a batch comes from. ``may_speak_for``: ids of devices, None: for every device of the register.

    ``is_history``: files and replays bring old readings, which is no fault of a clock.
    """

    door: Literal["http", "mqtt", "file", "platform"] = "platform"
    key_id: int | None = None
    device_id: int | None = None
    is_gateway: bool = False
    is_trusted: bool = False
    is_history: bool = False
    received_at: datetime | None = None

    def may_speak_for(self, device_id: int, *, gateway_id: int | None) -> bool:
        """Whether this source may bring readings of the device: its own, or one behind its gateway."""
        if self.is_trusted or device_id == self.device_id:
            return True
        return self.is_gateway and gateway_id is not None and gateway_id == self.device_id


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch. ``refused`` ones lie in quarantine, ``set_aside`` ones (clock) with the odd readings."""

    stored: int = 0
    repeated: int = 0
    set_aside: int = 0
    refused: int = 0
    #: reason code → how many
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device to register. ``number`` "" : the next one of the city's series; ``model`` is a model's code.

    ``division_code`` may be left out where ``lon`` and ``lat`` (WGS 84) are given.
    """

    name: str
    model: str
    number: str = ""
    serial: str = ""
    organisation_id: int | None = None
    division_code: str = ""
    lon: float | None = None
    lat: float | None = None
    place: str = ""
    gateway: str = ""
    interval_s: int | None = None
    firmware: str = ""
    is_in_service: bool = False


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """What became of a batch of new devices: numbers registered, and (row from 1, sentence) for each refused one."""

    registered: Sequence[str]
    refused: Sequence[tuple[int, str]]
    device_ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class SeriesFact:
    """A series with what rules and pages ask of it. ``unit`` is UCUM; bearer 0 and "": borne by nothing."""

    id: int
    device_id: int
    device_number: str
    device_name: str
    property: str
    channel: str
    unit: str
    organisation_id: int | None
    division_code: str
    bearer_kind: str = ""
    bearer_id: int = 0
    component: str = ""
    lon: float | None = None
    lat: float | None = None


class Observed(NamedTuple):
    """A stored reading as watchers get it; the value is in the property's canonical unit."""

    series_id: int
    time: datetime
    value: float
    quality: int
    timing: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """Stored readings, oldest first within each series; ``series`` knows every series in it.

    A reading that came behind a newer one of its series has the timing ``OUT_OF_ORDER``.
    """

    readings: Sequence[Observed]
    series: Mapping[int, SeriesFact]


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest reading of a series."""

    series_id: int
    time: datetime
    value: float
    quality: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a chart: a stretch of time with the lowest, highest and mean value and how many readings."""

    time: datetime
    low: float
    high: float
    mean: float
    count: int


@dataclass(frozen=True, slots=True)
class DeviceFact:
    """A device as other parts show it."""

    id: int
    number: str
    name: str
    model: str
    status: str
    organisation_id: int | None
    division_code: str
    bearer_kind: str
    bearer_id: int
    component: str
    is_silent: bool
    heard_at: datetime | None
