"""The rows of a query as files: CSV, JSON, NDJSON and GeoJSON by PostgreSQL's COPY, XLSX for small ones.

COPY is gathered to blocks of 256 KB: one write to the network per block, no row ever an
object of Python. Cells that a spreadsheet would run as a formula are put behind an
apostrophe (OWASP, CSV injection), in the database too. Parquet: ``parquet``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any, LiteralString

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from psycopg import sql

from yicheng.core.catalogue.facts import Field
from yicheng.core.catalogue.queries.readable import Query
from yicheng.core.kernel.errors import Invalid

BLOCK_BYTES = 256 * 1024
MOST_IN_XLSX = 20_000
BYTE_ORDER_MARK = "\ufeff".encode()
#: what spreadsheets take for the beginning of a formula, full-width forms too
FORMULA = "=+-@\t\r\n＝＋－＠"
_LINES = sql.SQL("FORMAT text")
_TABLE = sql.SQL("FORMAT csv")


def csv_blocks(query: Query) -> Iterator[bytes]:
    """A CSV file (RFC 4180, UTF-8 with byte-order mark, header of keys, times in UTC) in blocks."""
    header = ",".join(field.key for field in query.columns) + "\r\n"
    cells = sql.SQL(", ").join(_csv_cell(field) for field in query.columns)
    yield from gathered(_copied(query, cells, _TABLE), first=BYTE_ORDER_MARK + header.encode())


def ndjson_blocks(query: Query) -> Iterator[bytes]:
    """One JSON object a line, in blocks."""
    yield from gathered(_plain(_copied(query, _properties(query.columns), _LINES), end=b"\n"))


def json_blocks(query: Query) -> Iterator[bytes]:
    """One JSON array of objects, in blocks."""
    lines = _copied(query, _properties(query.columns), _LINES)
    yield from gathered(_separated(lines), first=b"[\n", last=b"\n]\n")


def geojson_blocks(query: Query, *, point: tuple[str, str] | None, geometry: str = "") -> Iterator[bytes]:
    """A GeoJSON FeatureCollection (RFC 7946) in blocks; rows without a place have no geometry."""
    lines = _copied(query, feature(query.columns, point, geometry), _LINES)
    first = b'{"type":"FeatureCollection","features":[\n'
    yield from gathered(_separated(lines), first=first, last=b"\n]}\n")


def xlsx(query: Query, *, title: str) -> BytesIO:
    """A workbook with titles as header, for people; refuses more than ``MOST_IN_XLSX`` rows."""
    if query.count(most=MOST_IN_XLSX + 1) > MOST_IN_XLSX:
        text = _("These are more than %(most)s rows: too many for a workbook. Take the CSV file.")
        raise Invalid(text, most=MOST_IN_XLSX)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31].translate(str.maketrans("[]:*?/\\", "       ")) or "1")
    sheet.append([_text_cell(sheet, field.title) for field in query.columns])
    for row in query.rows():
        sheet.append([_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def feature(
    columns: Iterable[Field],
    point: tuple[str, str] | None,
    geometry: str,
    *,
    row_id: sql.Composable | None = None,
) -> sql.Composable:
    """One column: the row as a GeoJSON feature, as text. ``row_id``: what goes into its ``id``."""
    columns = tuple(columns)
    keys = {field.key for field in columns}
    place: sql.Composable = sql.SQL("NULL::json")
    left_out: set[str] = set()
    if point and set(point) <= keys:
        left_out = set(point)
        place = sql.SQL(
            "CASE WHEN {lon} IS NOT NULL AND {lat} IS NOT NULL THEN json_build_object('type', 'Point',"
            " 'coordinates', json_build_array({lon}, {lat})) END"
        ).format(lon=sql.Identifier(point[0]), lat=sql.Identifier(point[1]))
    elif geometry in keys:
        left_out = {geometry}
        place = sql.Identifier(geometry)
    named = sql.SQL("'id', {},").format(row_id) if row_id is not None else sql.SQL("")
    return sql.SQL(
        "json_build_object('type', 'Feature', {} 'geometry', {}, 'properties', ({})::json)::text"
    ).format(named, place, _properties(field for field in columns if field.key not in left_out))


def gathered(
    pieces: Iterable[bytes | memoryview], *, first: bytes = b"", last: bytes = b""
) -> Iterator[bytes]:
    """The same bytes in blocks of ``BLOCK_BYTES`` and a rest."""
    held: list[bytes | memoryview] = [first]
    size = len(first)
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= BLOCK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join([*held, last])


def _properties(columns: Iterable[Field]) -> sql.Composable:
    """One column: the row as a JSON object, as text."""
    cells = [sql.Identifier(field.key) for field in columns]
    if not cells:
        return sql.SQL("'{{}}'::text").format()
    return sql.SQL("(SELECT row_to_json(properties) FROM (SELECT {}) AS properties)::text").format(
        sql.SQL(", ").join(cells)
    )


def _csv_cell(field: Field) -> sql.Composable:
    column = sql.Identifier(field.key)
    return sql.SQL(_CSV_CELLS.get(field.kind, "{0}")).format(column, sql.Literal(list(FORMULA)))


_GUARDED: LiteralString = "CASE WHEN left({0}::text, 1) = ANY({1}) THEN '''' || {0}::text ELSE {0}::text END"
_CSV_CELLS: dict[str, LiteralString] = {
    "datetime": """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
    "boolean": "CASE {0} WHEN true THEN 'true' WHEN false THEN 'false' END",
    "text": _GUARDED,
    "code": _GUARDED,
}


def _copied(query: Query, cells: sql.Composable, options: sql.Composable) -> Iterator[bytes | memoryview]:
    """The rows as COPY writes them: ``cells`` is SQL over the query's columns."""
    statement = sql.SQL("COPY (SELECT {} FROM ({}) AS wanted) TO STDOUT ({})").format(
        cells, query.sql, options
    )
    connection.ensure_connection()
    raw: Any = connection.connection
    with raw.cursor() as cursor, cursor.copy(statement, query.params) as copy:
        yield from copy


def _plain(lines: Iterable[bytes | memoryview], *, end: bytes) -> Iterator[bytes]:
    """COPY's text form doubles backslashes; JSON holds no other escape of it."""
    for line in lines:
        yield bytes(line).rstrip(b"\n").replace(b"\\\\", b"\\") + end


def _separated(lines: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Objects with commas between."""
    lead = b""
    for line in _plain(lines, end=b""):
        yield lead + line
        lead = b",\n"


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, dict):
        return _text_cell(sheet, str(value))
    return _text_cell(sheet, value) if isinstance(value, str) else value


def _text_cell(sheet: Any, text: str) -> Any:
    """Text that stays text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:32_767])
    cell.data_type = "s"
    return cell
