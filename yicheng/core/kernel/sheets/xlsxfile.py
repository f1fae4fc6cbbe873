"""Reads the first sheet of an XLSX workbook, after making sure that it is no bomb."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from yicheng.core.kernel.sheets.records import MOST_COLUMNS, Record, Sheet, Unreadable
from yicheng.core.kernel.sheets.unpacking import refuse_bombs

LARGEST_UNPACKED_BYTES = 128 * 1024 * 1024
MOST_ROWS = 300_000
#: a floating number keeps 15 digits for certain
EXACT = 10**15


def open_xlsx(file: BinaryIO) -> Sheet:
    """The first sheet's columns and records. Formulas count with the value they had when saved."""
    refuse_bombs(file, most_bytes=LARGEST_UNPACKED_BYTES, most_cells=MOST_ROWS * MOST_COLUMNS)
    file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        sheets = [one.name for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        if not sheets:
            raise Unreadable(_("The workbook has no sheet."))
        sheet = workbook.get_sheet_by_name(sheets[0])
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            raise Unreadable(
                _(
                    "The sheet has more than %(rows)d rows or %(columns)d columns: save it as CSV, or split it."
                ),
                rows=MOST_ROWS,
                columns=MOST_COLUMNS,
            )
        table = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(
            _("The workbook cannot be read (%(error)s): open it and save it as XLSX again."),
            error=str(error)[:200],
        ) from None
    return _sheet(table)


def _sheet(table: list[list[Any]]) -> Sheet:
    rows = ((line, tuple(text_of(cell) for cell in row)) for line, row in enumerate(table, 1))
    header = next((cells for _line, cells in rows if any(cells)), None)
    if header is None:
        raise Unreadable(_("The first sheet is empty: its first line must name the columns."))
    width = max(at for at, cell in enumerate(header) if cell) + 1
    return Sheet("xlsx", header[:width], (Record(line, cells) for line, cells in rows))


def text_of(cell: Any) -> str:
    """A cell as a person would type it."""
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
    return str(cell).strip()


def _number(value: float) -> str:
    if abs(value) >= EXACT:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)
