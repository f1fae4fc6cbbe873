"""Makes sure that a workbook is no bomb before a library opens it: neither in bytes nor in the reach of its cells."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.sheets.records import Unreadable

MOST_ENTRIES = 2_000
BLOCK = 1 << 16
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


def refuse_bombs(file: BinaryIO, *, most_bytes: int, most_cells: int) -> None:
    """Unpack every entry without keeping it and stop at the limit: what an archive says of its size may be a lie.

    ``most_cells``: as many as the table between a sheet's outermost cells may have. Raises ``Unreadable``.
    """
    left = most_bytes
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise _bomb(most_bytes)
            for entry in entries:
                reach = _Reach(most_cells) if entry.filename.startswith("xl/worksheets/") else None
                with archive.open(entry) as unpacked:
                    while block := unpacked.read(BLOCK):
                        left -= len(block)
                        if left < 0:
                            raise _bomb(most_bytes)
                        if reach is not None:
                            reach.see(block)
    except _BROKEN_ZIP as error:
        raise Unreadable(_("This is no sound XLSX workbook (%(error)s)."), error=str(error)[:200]) from None


class _Reach:
    """How far a sheet's cells reach: two lone cells in opposite corners would be a table of billions."""

    def __init__(self, most_cells: int) -> None:
        self.most_cells = most_cells
        self.row, self.column, self.rest = 1, 1, b""

    def see(self, block: bytes) -> None:
        seen = self.rest + block
        for letters, digits in _REFERENCE.findall(seen):
            self.row = max(self.row, int(digits))
            self.column = max(self.column, _column(letters))
        if self.row * self.column > self.most_cells:
            raise Unreadable(
                _("The sheet's cells reach too far: delete what stands far below or beside the table.")
            )
        self.rest = seen[-40:]


def _column(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found


def _bomb(most_bytes: int) -> Unreadable:
    return Unreadable(
        _("Unpacked, the workbook is larger than %(limit)d MB: save it as CSV, or split it."),
        limit=most_bytes >> 20,
    )
