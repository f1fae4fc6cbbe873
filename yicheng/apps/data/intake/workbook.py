"""XLSX as offices fill it in: titles over the table, merged cells, headings of two lines, totals below."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from yicheng.apps.data.intake.csvfile import without_feet
from yicheng.apps.data.intake.header import find_header
from yicheng.apps.data.intake.sheet import BLANKS, MOST_COLUMNS, ROW, Remark, Sheet, Unreadable, sheet_of

LARGEST_UNPACKED_BYTES = 256 * 1024 * 1024
MOST_ENTRIES = 2_000
MOST_CELLS = 12_000_000
BLOCK = 1 << 16
#: a floating number keeps fifteen digits for certain: longer ones were damaged by the spreadsheet
EXACT = 10**15
_REFERENCE = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
Corner = tuple[int, int]


def read_workbook(content: bytes) -> Sheet:
    """The table of the first sheet that holds one. Raises ``Unreadable``."""
    refuse_bombs(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        for name in names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_width > MOST_COLUMNS * 4 or sheet.total_height * sheet.total_width > MOST_CELLS:
                raise Unreadable(
                    _("The sheet “%(name)s” is too large: save it as CSV, or split it."), name=name
                )
            merged = list(sheet.merged_cell_ranges or ())
            table = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            if any(cell for row in table for cell in row):
                return _read(table, merged, sheets=len(names))
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(
            _("The workbook cannot be read (%(error)s): open it and save it as XLSX again."),
            error=str(error)[:200],
        ) from None
    raise Unreadable(_("The workbook is empty: one of its first lines must name the columns."))


def refuse_bombs(content: bytes) -> None:
    """Unpack every entry without keeping it and stop at the limit: what an archive says of its size may be a lie."""
    left = LARGEST_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise _bomb()
            for entry in entries:
                left = _unpack(archive, entry, left)
    except _BROKEN_ZIP as error:
        raise Unreadable(_("This is no sound XLSX workbook (%(error)s)."), error=str(error)[:200]) from None


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    reach = _Reach() if entry.filename.startswith("xl/worksheets/") else None
    with archive.open(entry) as unpacked:
        while block := unpacked.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise _bomb()
            if reach is not None:
                reach.see(block)
    return left


class _Reach:
    """How far a sheet's cells reach: two lone cells in opposite corners would be a table of billions."""

    def __init__(self) -> None:
        self.row, self.column, self.rest = 1, 1, b""

    def see(self, block: bytes) -> None:
        seen = self.rest + block
        for letters, digits in _REFERENCE.findall(seen):
            self.row = max(self.row, int(digits))
            self.column = max(self.column, _column(letters))
        if self.row * self.column > MOST_CELLS * 2:
            raise Unreadable(
                _("The sheet's cells reach too far: delete what stands far below or beside the table.")
            )
        self.rest = seen[-40:]


def _column(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found


def _bomb() -> Unreadable:
    return Unreadable(
        _("Unpacked, the workbook is larger than %(limit)d MB: save it as CSV, or split it."),
        limit=LARGEST_UNPACKED_BYTES >> 20,
    )


def _read(table: list[list[str]], merged: Sequence[tuple[Corner, Corner]], *, sheets: int) -> Sheet:
    deep = [1] * len(table)
    for (top, _left), (bottom, _right) in merged:
        if top < len(deep):
            deep[top] = max(deep[top], bottom - top + 1)
    _fill(table, [one for one in merged if _is_narrow(one, table)])
    header = find_header(table, deep=deep)
    if header is None:
        raise Unreadable(_("The workbook is empty: one of its first lines must name the columns."))
    begins = header.at + header.depth
    width = len(header.names)
    cells = _frame(table[begins:], width, first=begins + 1)
    cells, feet = without_feet(cells, width)
    remarks = list(_remarks(header.at, feet, begins=begins, merged=merged, sheets=sheets))
    return sheet_of(cells, header.names, format="xlsx", remarks=remarks)


def _is_narrow(merged: tuple[Corner, Corner], table: list[list[str]]) -> bool:
    """A title over the whole width is no value of every column."""
    (_top, left), (_bottom, right) = merged
    width = max(len(row) for row in table)
    return (right - left + 1) * 5 < width * 3 or right == left


def _fill(table: list[list[str]], merged: Sequence[tuple[Corner, Corner]]) -> None:
    """A merged cell's value counts for every cell that it covers."""
    left = MOST_CELLS
    for (top, first), (bottom, last) in merged:
        if top >= len(table) or first >= len(table[top]):
            continue
        value = table[top][first]
        for at in range(top, min(bottom + 1, len(table))):
            for column in range(first, min(last + 1, len(table[at]))):
                table[at][column] = value
                left -= 1
                if left < 0:
                    raise Unreadable(_("The sheet's merged cells cover too much: unmerge them."))


def _frame(rows: Sequence[Sequence[str]], width: int, *, first: int) -> pl.DataFrame:
    columns: dict[str, Any] = {ROW: pl.Series(range(first, first + len(rows)), dtype=pl.UInt32)}
    for at in range(width):
        columns[str(at)] = pl.Series([row[at] if at < len(row) else None for row in rows], dtype=pl.String)
    return pl.DataFrame(columns)


def _remarks(
    above: int, feet: int, *, begins: int, merged: Sequence[tuple[Corner, Corner]], sheets: int
) -> Iterator[Remark]:
    if above:
        yield Remark(_("%(count)d lines above the header were left out."), above)
    filled = sum(1 for (top, _left), _end in merged if top >= begins)
    if filled:
        yield Remark(_("%(count)d merged cells were filled down."), filled)
    if feet:
        yield Remark(_("%(count)d lines below the table (totals, signatures) were left out."), feet)
    if sheets > 1:
        yield Remark(_("The workbook has %(count)d sheets; only the first with content was read."), sheets)


def _text(cell: Any) -> str:
    """A cell as a person would type it."""
    if isinstance(cell, str):
        return cell.strip(BLANKS)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _number(value: float) -> str:
    if abs(value) >= EXACT:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)
