"""Rows of a resource as files: CSV and GeoJSON by PostgreSQL's COPY, XLSX for small ones.

COPY is gathered to blocks of 256 KB: one write to the network per block, no row ever an
object of Python. Cells that a spreadsheet would run as a formula are put behind an
apostrophe (OWASP, CSV injection), in the database too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from yicheng.core.catalogue.declare import Attribute
from yicheng.core.catalogue.queries import with_values
from yicheng.core.kernel.errors import Invalid

BLOCK_BYTES = 256 * 1024
MOST_IN_XLSX = 20_000
BYTE_ORDER_MARK = "\ufeff".encode()
#: what spreadsheets take for the beginning of a formula, full-width forms too
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"


def csv_blocks(rows: QuerySet[Any], shown: Sequence[Attribute]) -> Iterator[bytes]:
    """A CSV file (RFC 4180, UTF-8 with byte-order mark, header of keys, times in UTC) in blocks."""
    header = ",".join(attribute.key for attribute in shown) + "\r\n"
    cells = ", ".join(_csv_cell(attribute) for attribute in shown)
    yield from _gathered(_copied(rows, shown, cells, "FORMAT csv"), first=BYTE_ORDER_MARK + header.encode())


def geojson_blocks(
    rows: QuerySet[Any], shown: Sequence[Attribute], *, point: tuple[str, str] | None
) -> Iterator[bytes]:
    """A GeoJSON FeatureCollection (RFC 7946) in blocks; rows without a place have no geometry."""
    feature = _feature(shown, point)
    lines = _copied(rows, shown, feature, "FORMAT text")
    first = b'{"type":"FeatureCollection","features":[\n'
    yield from _gathered(_separated(lines), first=first, last=b"\n]}\n")


def xlsx(rows: QuerySet[Any], shown: Sequence[Attribute], *, title: str) -> BytesIO:
    """A workbook with titles as header, for people; refuses more than ``MOST_IN_XLSX`` rows."""
    columns = [f"a_{attribute.key}" for attribute in shown]
    found = with_values(rows, shown).order_by("pk").values_list(*columns)[: MOST_IN_XLSX + 1]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    sheet.append([_text_cell(sheet, str(attribute.title)) for attribute in shown])
    for number, row in enumerate(found.iterator(chunk_size=2000)):
        if number == MOST_IN_XLSX:
            text = _("These are more than %(most)s rows: too many for a workbook. Take the CSV file.")
            raise Invalid(text, most=MOST_IN_XLSX)
        sheet.append([_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _csv_cell(attribute: Attribute) -> str:
    column = f'"a_{attribute.key}"'
    if attribute.kind == "datetime":
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    if attribute.kind == "boolean":
        return f"CASE {column} WHEN true THEN 'true' WHEN false THEN 'false' END"
    if attribute.kind in ("text", "code"):
        text = f"{column}::text"
        return f"CASE WHEN {text} ~ '{_FORMULA}' THEN '''' || {text} ELSE {text} END"
    return column


def _feature(shown: Sequence[Attribute], point: tuple[str, str] | None) -> str:
    """One column: the feature as JSON text."""
    properties = [attribute.key for attribute in shown if attribute.key not in (point or ())]
    named = ", ".join(f'"a_{key}" AS "{key}"' for key in properties)
    content = f"(SELECT row_to_json(p) FROM (SELECT {named}) AS p)"  # noqa: S608  keys are checked words
    geometry = "NULL::json"
    if point and set(point) <= {attribute.key for attribute in shown}:
        lon, lat = (f'"a_{key}"' for key in point)
        place = f"json_build_object('type', 'Point', 'coordinates', json_build_array({lon}, {lat}))"
        geometry = f"CASE WHEN {lon} IS NOT NULL AND {lat} IS NOT NULL THEN {place} END"
    return f"json_build_object('type', 'Feature', 'geometry', {geometry}, 'properties', {content})::text"


def _copied(rows: QuerySet[Any], shown: Sequence[Attribute], cells: str, options: str) -> Iterator[bytes]:
    """The rows as COPY writes them: ``cells`` is SQL over the columns ``a_<key>``."""
    columns = [f"a_{attribute.key}" for attribute in shown]
    wanted = with_values(rows, shown).order_by("pk").values_list(*columns)
    sql, parameters = wanted.query.sql_with_params()
    database = connections[rows.db]
    database.ensure_connection()
    statement = f"COPY (SELECT {cells} FROM ({sql}) AS wanted) TO STDOUT ({options})"  # noqa: S608
    raw: Any = database.connection
    with raw.cursor() as cursor, cursor.copy(statement, parameters) as copy:
        for line in copy:
            yield bytes(line)


def _separated(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Features with commas between. COPY's text form doubles backslashes; JSON holds no other escape of it."""
    lead = b""
    for line in lines:
        yield lead + line.rstrip(b"\n").replace(b"\\\\", b"\\")
        lead = b",\n"


def _gathered(pieces: Iterable[bytes], *, first: bytes = b"", last: bytes = b"") -> Iterator[bytes]:
    held, size = [first], len(first)
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= BLOCK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join([*held, last])


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    return _text_cell(sheet, value) if isinstance(value, str) else value


def _text_cell(sheet: Any, text: str) -> Any:
    """Text that stays text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:32_767])
    cell.data_type = "s"
    return cell
