"""Reads CSV as people really send it: with a byte-order mark, in GB 18030, separated by semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.sheets.records import LONGEST_CELL, MOST_COLUMNS, Record, Sheet, Unreadable

DELIMITERS = (",", ";", "\t", "|", "，", "；")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
BLOCK = 1 << 20
LARGEST_BYTES = 1 << 30
#: the csv module has a limit of its own, which is the whole process's: others may have raised it
LARGEST_CELL = 1 << 17


def open_csv(file: BinaryIO) -> Sheet:
    """The file's columns and records. Raises ``Unreadable``; ``file`` must be seekable."""
    encoding = encoding_of(file)
    file.seek(0)
    text = TextIOWrapper(file, encoding=encoding, newline="")
    first = text.readline(LONGEST_CELL * 4)
    delimiter = delimiter_of(first)
    text.seek(0)
    lines = _records(text, delimiter)
    header = next((record for record in lines if any(record.cells)), None)
    if header is None:
        raise Unreadable(_("The file is empty: its first line must name the columns."))
    columns = tuple(_without_tail(header.cells))
    if len(columns) > MOST_COLUMNS:
        raise Unreadable(_("The file has more than %(limit)d columns."), limit=MOST_COLUMNS)
    return Sheet("csv", columns, lines, encoding=encoding.removesuffix("-sig"), delimiter=delimiter)


def encoding_of(file: BinaryIO) -> str:
    """``utf-8``, ``utf-8-sig``, ``utf-16`` or ``gb18030``: the first that reads the whole file."""
    file.seek(0)
    start = file.read(4)
    for mark, encoding in MARKS:
        if start.startswith(mark):
            _decode(file, encoding)
            return encoding
    for encoding in ("utf-8", "gb18030"):
        try:
            _decode(file, encoding)
        except Unreadable:
            if encoding == "gb18030":
                raise
        else:
            return encoding
    raise AssertionError("one of the two returned or raised")


def _decode(file: BinaryIO, encoding: str) -> None:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line, left = 1, LARGEST_BYTES
    try:
        while block := file.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise Unreadable(
                    _("The file is larger than %(limit)d MB: split it."), limit=LARGEST_BYTES >> 20
                )
            text = decoder.decode(block)
            if "\x00" in text:
                raise Unreadable(
                    _("There is a NUL byte near line %(line)d: this is no text file. Save it as CSV again."),
                    line=line + text.count("\n", 0, text.index("\x00")),
                )
            line += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("The bytes near line %(line)d are neither UTF-8 nor GB 18030: save the file as UTF-8."),
            line=line + error.object.count(b"\n", 0, error.start),
        ) from None


def delimiter_of(header: str) -> str:
    """The separator that divides the first line most often, outside quotation marks."""
    plain = "".join(part for at, part in enumerate(header.split('"')) if at % 2 == 0)
    return max(DELIMITERS, key=plain.count)


def _records(text: TextIOWrapper, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(len(cell) > LARGEST_CELL for cell in cells):
                raise csv.Error(f"field larger than field limit ({LARGEST_CELL})")
            yield Record(begins, tuple(cell.strip() for cell in cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            _(
                "From line %(line)d on this is no CSV table (%(error)s): look for a quotation mark without its pair."
            ),
            line=begins,
            error=str(error),
        ) from None
    finally:
        if not text.closed:
            text.detach()  # the file belongs to the caller


def _without_tail(cells: tuple[str, ...]) -> Iterator[str]:
    """Spreadsheets leave nameless columns at the end of a header."""
    last = max(at for at, cell in enumerate(cells) if cell)
    return iter(cells[: last + 1])
