"""What a file of a data logger holds, whatever its make."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

MOST_BYTES = 256 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030", "cp1252", "latin-1")
_NUMBER = re.compile(
    r"\s*([-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?)\s*(?:°?[CF]|℃|%|%?rh|lx)?\s*", re.IGNORECASE
)
#: Chinese text of GB 2312 and its extensions: high bytes in pairs
_PAIRS = re.compile(rb"(?:[\x00-\x7f]|[\x81-\xfe][\xa1-\xfe])*[\x81-\xfe]?")
#: words in a heading (or its unit) → property, unit when the heading names none
GUESSES = (
    (re.compile(r"lxh|lx\.h|cumulative illum", re.IGNORECASE), "light_dose", "lx.h"),
    (re.compile(r"w/cm2h|cumulative amount of uv", re.IGNORECASE), "uv_dose", "mW/cm2h"),
    (re.compile(r"[muµ]w/|\buv\b", re.IGNORECASE), "uv", "mW/cm2"),
    (re.compile(r"\blx\b|lux|illum", re.IGNORECASE), "illuminance", "lx"),
    (re.compile(r"temp|°c|℃|°f|温度", re.IGNORECASE), "temperature", "Cel"),
    (re.compile(r"hum|\brh\b|%rh|rh_|湿度", re.IGNORECASE), "humidity", "%"),
    (re.compile(r"co2", re.IGNORECASE), "co2", "[ppm]"),
)


class UnreadableFile(ValueError):
    """The file is of no make that is known."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of values: its heading, what it observes, in which unit, on which channel."""

    label: str
    property: str
    unit: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of a file: when (as the logger's clock showed it, or aware), one value for each column or None."""

    line: int
    time: datetime
    values: Sequence[float | None]
    logger: str = ""


@dataclass(slots=True)
class LoggerFile:
    """A file as read. ``faults``: (line, what is wrong) for lines that could not be; ``skipped``: columns nobody knows."""

    make: str
    columns: Sequence[Column]
    rows: list[Logged] = field(default_factory=list)
    serial: str = ""
    faults: list[tuple[int, str]] = field(default_factory=list)
    skipped: Sequence[str] = ()


def text_of(data: bytes) -> str:
    """The text of a file: unpacked when it is gzip, by the first encoding that fits. Raises ``UnreadableFile``."""
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(data)) as file:
                data = file.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            raise UnreadableFile("the file is damaged gzip") from None
    if len(data) > MOST_BYTES:
        raise UnreadableFile("the file is too large when unpacked")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data[:4096]:
        raise UnreadableFile("the file is no text")
    for encoding in ENCODINGS:
        if encoding == "gb18030" and not _PAIRS.fullmatch(data[:65_536]):
            continue  # single high bytes: “°C” of another code page, which GB 18030 would read as a character
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("the file's encoding is unknown")


def table(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of comma, semicolon or tab separated text; cells stripped."""
    sample = text[:4000]
    separator = max((",", ";", "\t"), key=sample.count)
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=separator)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        yield reader.line_num, [cell.strip() for cell in cells]


def number(cell: str) -> float | None:
    """The value of a cell; None where it is empty. Raises ``ValueError``."""
    if not cell or cell.lower() in ("na", "nan", "n/a", "null", "-", "--", "---"):
        return None
    found = _NUMBER.fullmatch(cell)
    if found is None:
        raise ValueError(f"“{cell[:40]}” is no number")
    return float(found.group(1).replace(",", "."))


def guess(label: str, unit: str = "") -> tuple[str, str]:
    """(property, unit) of a heading; ("", "") when nothing in it is known."""
    from yicheng.core.sensing.units import is_unit

    for words in (unit, label):
        for pattern, key, usual in GUESSES:
            if words and pattern.search(words):
                return key, unit if is_unit(unit) else usual
    return ("humidity", "%") if unit == "%" else ("", "")
