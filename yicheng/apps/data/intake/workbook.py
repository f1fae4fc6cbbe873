"""XLSX as offices fill it in: titles over the table, merged cells, headings of two lines, totals below."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from yicheng.apps.data.intake.csvfile import without_feet
from yicheng.apps.data.intake.header import find_header
from yicheng.apps.data.intake.sheet import BLANKS, MOST_COLUMNS, ROW, Remark, Sheet, sheet_of
from yicheng.core.kernel.sheets.records import Unreadable
from yicheng.core.kernel.sheets.unpacking import refuse_bombs
from yicheng.core.kernel.sheets.xlsxfile import text_of

LARGEST_UNPACKED_BYTES = 256 * 1024 * 1024
MOST_CELLS = 12_000_000
Corner = tuple[int, int]


def read_workbook(content: bytes) -> Sheet:
    """The table of the first sheet that holds one. Raises ``Unreadable``."""
    refuse_bombs(io.BytesIO(content), most_bytes=LARGEST_UNPACKED_BYTES, most_cells=MOST_CELLS * 2)
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
    """A cell as a person would type it, without the blanks that office programs leave."""
    return cell.strip(BLANKS) if isinstance(cell, str) else text_of(cell)
