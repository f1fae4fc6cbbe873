"""What every file becomes before anybody looks at its meaning: columns, and records of text by line.

Whatever the format, a cell is text as a person would type it: ``"113.62"``, ``"2026-05-01"``,
``""``. A number that the file itself has already spoilt (a 16-digit code kept as a floating
number) arrives in scientific notation, so that the column's own check can say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from yicheng.core.kernel.errors import Refusal

FileFormat = Literal["csv", "xlsx", "geojson"]

#: columns that a report of refused rows adds; ignored when the corrected file comes back
REPORT_LINE, REPORT_REASON = "refused_line", "refused_reason"
REPORT_COLUMNS = frozenset({REPORT_LINE, REPORT_REASON})

LONGEST_CELL = 20_000
MOST_COLUMNS = 200


class Unreadable(Refusal):
    """The file as a whole cannot be read; nothing of it was taken."""

    status = 422
    code = "unreadable_file"


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a file. ``line`` counts from 1 as a person sees it in an editor or a spreadsheet
    (in GeoJSON: the feature's position). ``cells`` are stripped."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file, opened: its columns and, once, its records. ``notes`` tell how it was understood."""

    format: FileFormat
    columns: tuple[str, ...]
    records: Iterator[Record]
    encoding: str = "utf-8"
    delimiter: str = ""


def fitted(record: Record, width: int, *, pads: bool) -> tuple[str, ...] | None:
    """The record's cells as many as the header's; None where there are more, or fewer in a format that never drops any."""
    cells = record.cells
    if any(cells[width:]) or (len(cells) < width and not pads):
        return None
    return (cells + ("",) * width)[:width]
