"""Plain tables of readings: a column of time, columns of values, as the mapping says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from yicheng.core.sensing.loggers.logged import (
    Column,
    Logged,
    LoggerFile,
    UnreadableFile,
    number,
    table,
    text_of,
)


@dataclass(frozen=True, slots=True)
class PlainMapping:
    """Which column is what. ``logger``: the column that names the logger, "" none."""

    time: str
    columns: tuple[Column, ...]
    logger: str = ""


def mapping_of(time: str, columns: Iterable[str], *, logger: str = "") -> PlainMapping:
    """From words: ``temp_c=temperature:Cel`` or ``value=temperature:[degF]:channel``. Raises ``ValueError``."""
    read = []
    for words in columns:
        label, equals, rest = words.partition("=")
        name, unit, channel = [*rest.split(":"), "", ""][:3]
        if not equals or not name:
            raise ValueError(f"“{words}” maps nothing: write column=property:unit")
        read.append(Column(label.strip(), name.strip(), unit.strip(), channel.strip()))
    return PlainMapping(time, tuple(read), logger)


def read_plain(data: bytes, mapping: PlainMapping) -> LoggerFile:
    """What the table holds. Raises ``UnreadableFile`` when it lacks a column."""
    lines = table(text_of(data))
    _line, heading = next(lines, (0, []))
    heading = [cell.lstrip("\ufeff") for cell in heading]
    wanted = [mapping.time, *(column.label for column in mapping.columns), *filter(None, [mapping.logger])]
    missing = [label for label in wanted if label not in heading]
    if missing:
        raise UnreadableFile(f"the file has no column {', '.join(missing)}")
    at = heading.index(mapping.time)
    places = [heading.index(column.label) for column in mapping.columns]
    named = heading.index(mapping.logger) if mapping.logger else -1
    file = LoggerFile("CSV", mapping.columns)
    for line, cells in lines:
        if not any(cells):
            continue
        try:
            time = datetime.fromisoformat(cells[at])
            values = [number(cells[place]) for place in places]
            file.rows.append(Logged(line, time, values, cells[named] if named >= 0 else ""))
        except (ValueError, IndexError) as fault:
            file.faults.append((line, str(fault)))
    return file
