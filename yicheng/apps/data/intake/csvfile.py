"""CSV as departments export it: any usual separator, GBK, titles above the header, totals below.

The fast way reads a million rows a second; where a line is ragged or a quotation mark stands alone
the file is read once more, line by line, so that the fault is told with its row.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Sequence

import polars as pl
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.intake.encoding import to_utf8
from yicheng.apps.data.intake.header import LOOKED_AT, Header, find_header, is_foot
from yicheng.apps.data.intake.sheet import BEYOND, BLANKS, ROW, Remark, Sheet, sheet_of
from yicheng.core.kernel.sheets.csvfile import DELIMITERS
from yicheng.core.kernel.sheets.records import Unreadable

START = 1 << 18
LONGEST_CELL = 1 << 20


def read_csv(content: bytes) -> Sheet:
    """The table of a CSV file. Raises ``Unreadable``."""
    text, encoding = to_utf8(content)
    if b"\n" not in text and b"\r" in text:
        text = text.replace(b"\r", b"\n")
    first = _first_records(text)
    delimiter, rows = first
    header = find_header(rows)
    if header is None:
        raise Unreadable(_("The file is empty: one of its first lines must name the columns."))
    cells = _fast(text, delimiter, header) if len(delimiter.encode()) == 1 else None
    if cells is None:
        cells = _line_by_line(text, delimiter, header)
    remarks = [Remark(_("%(count)d lines above the header were left out."), header.at)] if header.at else []
    cells, feet = without_feet(cells, len(header.names))
    if feet:
        remarks.append(Remark(_("%(count)d lines below the table (totals, signatures) were left out."), feet))
    return sheet_of(cells, header.names, format="csv", encoding=encoding, remarks=remarks)


def without_feet(cells: pl.DataFrame, width: int) -> tuple[pl.DataFrame, int]:
    """The rows without totals and signatures at the end, and how many those were."""
    names = [str(at) for at in range(width)]
    tail = cells.tail(LOOKED_AT).select(names)
    feet = 0
    found = 0
    for row in reversed(tail.rows()):
        texts = [(cell or "").strip(BLANKS) for cell in row]
        if any(texts):
            if not is_foot(texts):
                break
            found += 1
        feet += 1
    return (cells.head(cells.height - feet), found) if found else (cells, 0)


def _first_records(text: bytes) -> tuple[str, list[list[str]]]:
    """The separator and the first records."""
    start = text[:START].decode("utf-8", errors="ignore")
    lines = start.splitlines()[:LOOKED_AT]
    plain = "\n".join("".join(line.split('"')[::2]) for line in lines)
    delimiter = max(DELIMITERS, key=plain.count)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):  # the whole file is about to be read, and will say where
        rows.extend(reader)
    return delimiter, rows


def _fast(text: bytes, delimiter: str, header: Header) -> pl.DataFrame | None:
    """All rows below the header; None where a line has more cells than columns or quotation is broken."""
    has_quotes = b'"' in text
    above = text.split(b"\n", header.at + 1)[: header.at + 1]
    if has_quotes and (text.count(b'"') % 2 or any(line.count(b'"') % 2 for line in above)):
        return None
    names = [str(at) for at in range(len(header.names))]
    try:
        found = pl.read_csv(
            io.BytesIO(text),
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            separator=delimiter,
            quote_char='"' if has_quotes else None,
            skip_lines=header.at + 1,
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if found.width != len(names):
        found = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return found.with_row_index(ROW, offset=header.at + 2)


def _line_by_line(text: bytes, delimiter: str, header: Header) -> pl.DataFrame:
    width = len(header.names)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(
        io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline=""), delimiter=delimiter, strict=True
    )
    rows, at = [], 0
    try:
        for at, record in enumerate(reader):
            if at > header.at:
                rows.append(_padded(at + 1, record, width))
    except csv.Error as error:
        raise Unreadable(
            _(
                "From row %(row)d on this is no CSV table (%(error)s): "
                "look for a quotation mark without its pair."
            ),
            row=at + 2,
            error=str(error),
        ) from None
    schema = {ROW: pl.UInt32, **{str(at): pl.String for at in range(width)}, BEYOND: pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _padded(number: int, record: Sequence[str], width: int) -> tuple[object, ...]:
    beyond = " | ".join(cell for cell in record[width:] if cell.strip(BLANKS)) or None
    cells = [*record[:width], *[None] * (width - len(record))]
    return number, *cells, beyond
