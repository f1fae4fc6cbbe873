"""Bytes from outside into readings: JSON, NDJSON, compressed or not; what cannot be read is told apart, never raised.

A reading is ``{"device", "property", "value", "time", "unit", "channel", "quality", "sequence"}``. A device with
a key of its own may leave ``device`` out, ``values`` (``{"temperature": 21.5, "humidity": 40}``) stands for several
readings of one moment, ``true`` and ``false`` for 1 and 0, and ``time`` may be milliseconds since 1970.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid, Refusal
from yicheng.core.sensing.facts import NewReading

MOST_BYTES = 32 * 1024 * 1024
MOST_READINGS = 20_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: the first and last milliseconds that a moment can hold
_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_000

Short = Annotated[str, msgspec.Meta(max_length=100)]


class Wire(msgspec.Struct, gc=False):
    """One reading, or several of one moment, as a device may write it."""

    device: Short = ""
    property: Short = ""
    value: float | bool | None = None
    values: Annotated[dict[Short, float | bool], msgspec.Meta(max_length=100)] | None = None
    time: (
        Annotated[datetime, msgspec.Meta(tz=True)]
        | Annotated[int, msgspec.Meta(ge=_FIRST_MS, le=_LAST_MS)]
        | None
    ) = None
    unit: Short = ""
    channel: Short = ""
    quality: Literal["good", "uncertain", "bad"] = "good"
    sequence: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None


class _Envelope(msgspec.Struct):
    readings: list[msgspec.Raw]
    device: Short = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read, and (bytes, what is wrong) for each piece that could not be."""

    readings: Sequence[NewReading]
    faults: Sequence[tuple[bytes, str]] = ()


class TooLarge(Refusal):
    """More than one call may bring."""

    status = 413
    code = "too_large"


_plain = msgspec.json.Decoder(list[NewReading])
_wire = msgspec.json.Decoder(Wire)
_raws = msgspec.json.Decoder(list[msgspec.Raw])
_envelope = msgspec.json.Decoder(_Envelope)


def inflate(body: bytes, encoding: str) -> bytes:
    """The body unpacked. Raises ``TooLarge`` before a bomb has grown, ``Invalid`` for what is no gzip."""
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "deflate"):
        raise Invalid(_("Send the body plain or with Content-Encoding gzip."))
    stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = stream.decompress(body, MOST_BYTES)
    except zlib.error:
        raise Invalid(_("The body says that it is compressed and can't be unpacked.")) from None
    if stream.unconsumed_tail:
        raise TooLarge(_("The body is too large when unpacked. Send less at a time."))
    if not stream.eof:
        raise Invalid(_("The body says that it is compressed and can't be unpacked."))
    return plain


def parse(body: bytes, *, own_device: str = "", is_lines: bool = False) -> Parsed:
    """The readings of a body. Raises ``Invalid`` when it is no JSON at all, ``TooLarge`` for too many."""
    if not is_lines:
        try:
            return _checked(Parsed(_plain.decode(body)))
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass  # something in it is written otherwise: each piece by itself
    pieces, device = _pieces(body, is_lines=is_lines)
    return _checked(parse_each(pieces, own_device=device or own_device))


def parse_each(pieces: Iterable[bytes], *, own_device: str) -> Parsed:
    """Each piece by itself; those at fault don't stop the others."""
    readings: list[NewReading] = []
    faults: list[tuple[bytes, str]] = []
    for piece in pieces:
        try:
            readings += expand(_wire.decode(piece), own_device)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as fault:
            faults.append((bytes(piece), str(fault)))
    return Parsed(readings, faults)


def expand(wire: Wire, own_device: str) -> list[NewReading]:
    """The readings that one piece stands for. Raises ``ValueError`` where it says nothing."""
    device = wire.device or own_device
    time = wire.time
    if isinstance(time, int):
        time = _EPOCH + timedelta(milliseconds=time)
    pairs: dict[str, float | bool] = dict(wire.values or {})
    if wire.property and wire.value is not None:
        pairs[wire.property] = wire.value
    if not pairs:
        raise ValueError("neither property and value nor values")
    if not device:
        raise ValueError("no device")
    return [
        NewReading(device, name, float(value), time, wire.unit, wire.channel, wire.quality, wire.sequence)
        for name, value in pairs.items()
    ]


def _pieces(body: bytes, *, is_lines: bool) -> tuple[Sequence[Any], str]:
    if is_lines:
        return [line for line in body.splitlines() if line.strip()], ""
    text = body.lstrip()
    try:
        if text[:1] == b"[":
            return _raws.decode(body), ""
        if text[:1] == b"{":
            try:
                envelope = _envelope.decode(body)
            except msgspec.ValidationError:
                return [body], ""
            return envelope.readings, envelope.device
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Invalid(_("The body is no JSON: %(fault)s."), fault=str(fault)) from None
    raise Invalid(_("Send a JSON list of readings, one reading, or one per line (application/x-ndjson)."))


def _checked(parsed: Parsed) -> Parsed:
    if len(parsed.readings) + len(parsed.faults) > MOST_READINGS:
        raise TooLarge(
            _("At most %(most)s readings at a time. Send less at a time."), most=f"{MOST_READINGS:,}"
        )
    return parsed
