"""Files from outside: read whatever their encoding and separator, or refused in words; never a crash, never a bomb."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from yicheng.core.kernel.sheets import csvfile, xlsxfile
from yicheng.core.kernel.sheets.files import open_sheet
from yicheng.core.kernel.sheets.records import Record, Sheet, Unreadable, fitted

CELL = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are compared in the source language."""
    with override("en"):
        yield


def sheet(raw: bytes) -> tuple[Sheet, list[Record]]:
    opened = open_sheet(io.BytesIO(raw))
    return opened, list(opened.records)


def refusal(raw: bytes) -> str:
    with override("en"), pytest.raises(Unreadable) as caught:
        sheet(raw)
    return str(caught.value)


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def table(rows: list[list[str]], delimiter: str = ",") -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_encodings_and_separators_are_found_out(encoding: str, delimiter: str) -> None:
    rows = [["标识码", "名称", "状态"], ["4101020101000001", "上水井盖, 圆形; 铸铁", "完好"]]
    opened, records = sheet(table(rows, delimiter).encode(encoding))
    assert opened.columns == ("标识码", "名称", "状态")
    assert records == [Record(2, tuple(rows[1]))]
    assert opened.delimiter == delimiter


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_was_written_is_read(rows: list[list[str]]) -> None:
    _opened, records = sheet(table([["one", "two", "three"], *rows]).encode())
    assert [list(record.cells) for record in records] == rows


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused(raw: bytes) -> None:
    try:
        sheet(raw)
    except Unreadable as fault:
        assert str(fault)  # noqa: PT017


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(st.binary(max_size=60), st.integers(0, 4000))
def test_a_damaged_workbook_is_refused(noise: bytes, at: int) -> None:
    sound = bytearray(workbook(["code", "name"], ["1", "2"]))
    sound[at : at + len(noise)] = noise
    try:
        sheet(bytes(sound))
    except Unreadable as fault:
        assert str(fault)  # noqa: PT017


def test_lines_are_those_a_person_sees() -> None:
    raw = b'code,name\n1,"two\nlines"\n\n   ,  \n2,after\n'
    _opened, records = sheet(raw)
    assert [(record.line, record.cells[0]) for record in records] == [(2, "1"), (6, "2")]


def test_blank_and_headerless_files() -> None:
    assert "empty" in refusal(b"")
    assert "empty" in refusal(b"\xef\xbb\xbf\n\n , \n")
    assert "empty" in refusal(workbook([]))


def test_a_column_there_twice_is_refused() -> None:
    assert "“code” is there twice" in refusal(b"code,name,code\n1,2,3\n")
    assert "“code” is there twice" in refusal(workbook(["code", "code"], [1, 2]))


def test_an_open_quotation_mark_is_told_by_line() -> None:
    assert "From line 3 on" in refusal(b'code,name\n1,sound\n2,"never ends\n3,x\n')


def test_a_huge_cell_is_refused() -> None:
    csv.field_size_limit(1 << 20)  # as another part may have left it
    assert "From line 2 on" in refusal(b"code,name\n1," + b"x" * 200_000 + b"\n")


def test_other_encodings_and_binaries_are_refused() -> None:
    assert "near line 2" in refusal(b"code\n\xff\xff\xff\n")
    assert "NUL byte near line 2" in refusal(b"code\na\x00b\n")
    assert "old XLS" in refusal(b"\xd0\xcf\x11\xe0" + b"\0" * 600)


def test_a_packed_csv_is_read_and_a_damaged_one_refused() -> None:
    packed = gzip.compress(b"code,name\n1,2\n")
    assert sheet(packed)[1] == [Record(2, ("1", "2"))]
    assert "damaged" in refusal(packed[:-12])


def test_a_packed_bomb_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvfile, "LARGEST_BYTES", 1 << 20)
    assert "larger than 1 MB" in refusal(gzip.compress(b"code,name\n" + b"1,2\n" * 1_000_000))


def test_workbook_cells_become_what_a_person_would_type() -> None:
    raw = workbook(
        ["code", "n", "f", "day", "moment", "yes", "text"],
        ["4101020101000001", 7, 113.625, date(2026, 5, 1), datetime(2026, 5, 1, 8, 30), True, " 井盖 "],
    )
    cells = sheet(raw)[1][0].cells
    assert cells == ("4101020101000001", "7", "113.625", "2026-05-01", "2026-05-01 08:30:00", "TRUE", "井盖")


def test_a_code_kept_as_a_number_arrives_as_spoilt() -> None:
    assert sheet(workbook(["code"], [4101020101000001]))[1][0].cells == ("4.10102010100000E+15",)


def test_formulas_count_with_their_saved_value_and_never_run() -> None:
    """openpyxl saves no value with a formula: an empty cell arrives, which a required column refuses."""
    assert sheet(workbook(["code", "name"], ["1", '=HYPERLINK("http://x","y")']))[1][0].cells == ("1", "")
    assert sheet(b"code,name\n1,=1+1\n")[1][0].cells == ("1", "=1+1")


def test_a_workbook_that_unpacks_too_large_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlsxfile, "LARGEST_UNPACKED_BYTES", 1 << 20)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (8 << 20))
    assert len(target.getvalue()) < 20_000
    assert "larger than 1 MB" in refusal(target.getvalue())


def test_two_lone_cells_in_opposite_corners_are_refused_before_they_are_laid_out() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(["a", "b"]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    lone = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", lone)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert "reach too far" in refusal(target.getvalue())


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"0" * 50_000)
    raw = target.getvalue().replace((50_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert "no sound XLSX" in refusal(raw)


def test_geojson_points_become_records() -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"code": "1", "n": 3, "deep": {"a": 1}},
            "geometry": {"type": "Point", "coordinates": [113.6, 34.7]},
        },
        {"type": "Feature", "properties": None, "geometry": None},
        {"type": "Feature", "properties": {"code": "3"}, "geometry": {"type": "Polygon", "coordinates": []}},
    ]
    raw = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    opened, records = sheet(raw)
    assert opened.columns == ("lon", "lat", "code", "n", "deep")
    assert [record.cells for record in records] == [
        ("113.6", "34.7", "1", "3", '{"a":1}'),
        ("", "", "3", "", ""),
    ]
    assert [record.line for record in records] == [1, 3]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4490", "EPSG:4326"])
def test_known_reference_systems(name: str) -> None:
    raw = json.dumps(
        {"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": name}}}
    ).encode()
    assert sheet(raw)[1] == []


def test_other_reference_systems_are_refused() -> None:
    raw = json.dumps(
        {"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG:3857"}}}
    ).encode()
    assert "EPSG:3857" in refusal(raw)
    assert "no GeoJSON FeatureCollection" in refusal(b'{"type": "Feature"}')
    assert "no GeoJSON FeatureCollection" in refusal(b'{"type": ')


def test_rows_of_another_width() -> None:
    assert fitted(Record(2, ("a", "b", "")), 2, pads=False) == ("a", "b")
    assert fitted(Record(2, ("a",)), 2, pads=True) == ("a", "")
    assert fitted(Record(2, ("a",)), 2, pads=False) is None
    assert fitted(Record(2, ("a", "b", "c")), 2, pads=True) is None
