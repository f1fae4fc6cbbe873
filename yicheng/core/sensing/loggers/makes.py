"""Six makes of data logger, each known by its heading; their files are read as they come."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from yicheng.core.sensing.loggers.logged import (
    Column,
    Logged,
    LoggerFile,
    UnreadableFile,
    guess,
    number,
    table,
    text_of,
)

Lines = Sequence[tuple[int, list[str]]]
Reader = Callable[[Lines], LoggerFile]


def read_file(data: bytes) -> LoggerFile:
    """What the file holds. Raises ``UnreadableFile`` when it is of no known make."""
    lines = list(table(text_of(data)))
    for fits, reader in MAKES:
        if fits(lines):
            return reader(lines)
    raise UnreadableFile("the heading is of no known make of data logger")


def hanwell(lines: Lines) -> LoggerFile:
    """“Database Valid”, facts one a line, then Time and values; 00:30:00 21/Nov/2025."""
    head = next((i for i, (_line, cells) in enumerate(lines) if cells[:1] == ["Time"]), len(lines) - 1)
    facts = {cells[0].rstrip(":"): cells[1] for _line, cells in lines[:head] if len(cells) > 1}
    columns = [_bracketed(label) for label in lines[head][1][1:] if label]
    return _filled(
        "Hanwell",
        lines[head + 1 :],
        columns,
        when=lambda cells: _time(cells[0], "%H:%M:%S %d/%b/%Y"),
        first=1,
        serial=facts.get("Serial No", ""),
    )


def meaco(lines: Lines) -> LoggerFile:
    """RECEIVER, TRANSMITTER, DATE and values; many transmitters in one file."""
    labels = lines[0][1]
    columns = [Column(label, *guess(label)) for label in labels[3:] if label]
    return _filled(
        "Meaco",
        lines[1:],
        columns,
        when=lambda cells: _time(cells[2], "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"),
        first=3,
        logger=lambda cells: cells[1],
    )


def rotronic(lines: Lines) -> LoggerFile:
    """Sections in brackets: [#1] names a value and its unit, [#H] the headings, [#D] the data; 24/01/2020, 13:37:22."""
    units: dict[str, str] = {}
    serial, labels, start = "", list[str](), len(lines)
    for position, (_line, cells) in enumerate(lines):
        name, _equals, value = (part.strip() for part in cells[0].partition("=")) if cells else ("", "", "")
        if name == "Serial Number":
            serial = value
        elif value and name not in units:
            units[name] = value
        elif name == "[#H]":
            labels = lines[position + 1][1] if position + 1 < len(lines) else []
        elif name == "[#D]":
            start = position + 1
            break
    columns = [Column(label, *guess(label, units.get(label, ""))) for label in labels[2:] if label]
    return _filled(
        "Rotronic",
        lines[start:],
        columns,
        when=lambda cells: _time(f"{cells[0]} {cells[1]}", "%d/%m/%Y %H:%M:%S"),
        first=2,
        serial=serial,
    )


def tandd(lines: Lines) -> LoggerFile:
    """Three lines of heading: number, name, unit; the time twice."""
    names, units = lines[1][1], lines[2][1]
    columns = [
        Column(name, *guess(name, unit), channel=str(position))
        for position, (name, unit) in enumerate(zip(names[2:], units[2:], strict=False), start=1)
    ]
    return _filled(
        "T&D", lines[3:], columns, when=lambda cells: _time(cells[0], "%Y-%m-%d %H:%M:%S"), first=2
    )


def tinytag(lines: Lines) -> LoggerFile:
    """Facts about each channel in rows above the data: serial number, type, description, property."""
    facts = {cells[0]: cells[2:] for _line, cells in lines[:12] if cells and cells[0]}
    labels = facts.get("Property", [])
    start = next(
        (i for i, (_line, cells) in enumerate(lines) if cells and cells[0] == "Property"), len(lines)
    )
    columns = [Column(label, *guess(label)) for label in labels]
    return _filled(
        "TinyTag",
        lines[start + 1 :],
        columns,
        when=lambda cells: _time(cells[1], "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S"),
        first=2,
        serial=next(iter(facts.get("S/N", [])), ""),
    )


def trend(lines: Lines) -> LoggerFile:
    """Timestamp, and headings of a building's management system with the unit in brackets; 01-Sep-21 12:30:00 am."""
    columns = [_bracketed(label) for label in lines[0][1][1:] if label]
    return _filled(
        "Trend", lines[1:], columns, when=lambda cells: _time(cells[0], "%d-%b-%y %I:%M:%S %p"), first=1
    )


def _filled(
    make: str,
    lines: Lines,
    columns: Sequence[Column],
    *,
    when: Callable[[list[str]], datetime],
    first: int,
    serial: str = "",
    logger: Callable[[list[str]], str] = lambda cells: "",
) -> LoggerFile:
    """The file of these lines; columns whose property nobody knows are skipped."""
    known = [position for position, column in enumerate(columns) if column.property]
    chosen = _told_apart([columns[position] for position in known])
    skipped = [column.label for column in columns if not column.property]
    file = LoggerFile(make, chosen, serial=serial, skipped=skipped)
    if not known:
        raise UnreadableFile("no column of this file is known")
    for line, cells in lines:
        if not any(cells):
            continue
        try:
            values = [_cell(cells, first + position) for position in known]
            file.rows.append(Logged(line, when(cells), values, logger(cells)))
        except (ValueError, IndexError) as fault:
            file.faults.append((line, str(fault)))
    return file


def _told_apart(columns: Iterable[Column]) -> list[Column]:
    """The first column of a property has no channel; further ones keep theirs, or their number."""
    seen: dict[str, int] = {}
    told = []
    for column in columns:
        seen[column.property] = count = seen.get(column.property, 0) + 1
        channel = "" if count == 1 else column.channel or str(count)
        told.append(Column(column.label, column.property, column.unit, channel))
    return told


def _cell(cells: Sequence[str], position: int) -> float | None:
    return number(cells[position]) if position < len(cells) else None


def _bracketed(label: str) -> Column:
    """“Temperature (C)”, “Humidity (RH(%))”, “… Space Temp 1] … (°C)”."""
    found = re.search(r"\(([^()]*(?:\([^()]*\))?[^()]*)\)\s*$", label)
    return Column(label, *guess(label, found.group(1) if found else ""))


def _time(text: str, *forms: str) -> datetime:
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  the caller knows the zone
        except ValueError:
            continue
    raise ValueError(f"“{text[:40]}” is no time")


def _begins(*words: str) -> Callable[[Lines], bool]:
    return lambda lines: bool(lines) and [word.lower() for word in lines[0][1][: len(words)]] == list(words)


MAKES: tuple[tuple[Callable[[Lines], bool], Reader], ...] = (
    (lambda lines: any(cells[:1] == ["Database Valid"] for _line, cells in lines[:4]), hanwell),
    (_begins("receiver", "transmitter", "date"), meaco),
    (lambda lines: bool(lines) and bool(lines[0][1]) and lines[0][1][0].startswith("[#I]"), rotronic),
    (lambda lines: len(lines) > 3 and lines[0][1][:2] == ["Date/Time", "Date/Time"], tandd),
    (_begins("", "time"), tinytag),
    (_begins("timestamp"), trend),
)
