"""Reads the first sheet of an XLSX workbook, after making sure that it is no bomb."""

from __future__ import annotations

import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from yicheng.core.kernel.sheets.records import MOST_COLUMNS, Record, Sheet, Unreadable

LARGEST_UNPACKED_BYTES = 128 * 1024 * 1024
MOST_ENTRIES = 2_000
MOST_ROWS = 300_000
#: a floating number keeps 15 digits for certain
EXACT = 10**15
BLOCK = 1 << 16


def open_xlsx(file: BinaryIO) -> Sheet:
    """The first sheet's columns and records. Formulas count with the value they had when saved."""
    refuse_bombs(file)
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


def refuse_bombs(file: BinaryIO) -> None:
    """Unpack every entry without keeping it and stop at the limit: what an archive says of its size may be a lie."""
    left = LARGEST_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(file) as archive:
            if len(archive.infolist()) > MOST_ENTRIES:
                raise _bomb()
            for entry in archive.infolist():
                left = _unpack(archive, entry, left)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise Unreadable(_("This is no sound XLSX workbook (%(error)s)."), error=str(error)[:200]) from None


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    with archive.open(entry) as content:
        while block := content.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise _bomb()
    return left


def _bomb() -> Unreadable:
    return Unreadable(
        _("Unpacked, the workbook is larger than %(limit)d MB: save it as CSV, or split it."),
        limit=LARGEST_UNPACKED_BYTES >> 20,
    )


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
