"""Files as departments really send them, and files that mean harm: what is read, what is refused with which words."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable

import polars as pl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from yicheng.apps.data.intake import opening, workbook
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.sheet import Sheet
from yicheng.core.kernel.sheets.records import Unreadable

HEAD = "单位名称,负责人,面积（平方米）\n"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def rows(sheet: Sheet) -> list[tuple[object, ...]]:
    return sheet.cells.select(["row", *(str(at) for at in range(len(sheet.columns)))]).rows()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    sheet = open_sheet((HEAD + "第一小学,张三,1200\n").encode(encoding))
    assert sheet.columns == ("单位名称", "负责人", "面积（平方米）")
    assert rows(sheet) == [(2, "第一小学", "张三", "1200")]


def test_rare_signs_of_gb18030() -> None:
    assert rows(open_sheet("姓名,村\n㐂𠮷,䶮村\n".encode("gb18030"))) == [(2, "㐂𠮷", "䶮村")]


def test_titles_above_and_totals_below_are_left_out_and_told() -> None:
    text = (
        "学校台账,,\n单位：教育局,,2026年3月\n"
        + HEAD
        + "第一小学,张三,1200\n,,\n第二小学,李四,900\n合计,,2100\n填表人：王五,,\n"
    )
    sheet = open_sheet(text.encode("gbk"))
    assert [row[:2] for row in rows(sheet)] == [(4, "第一小学"), (6, "第二小学")]
    assert [str(remark) for remark in sheet.remarks] == [
        "2 lines above the header were left out.",
        "2 lines below the table (totals, signatures) were left out.",
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "，", "；"])
def test_separators(mark: str) -> None:
    assert rows(open_sheet(mark.join("甲乙丙").encode() + b"\n" + mark.join("123").encode())) == [
        (2, "1", "2", "3")
    ]


def test_a_row_with_too_many_cells_keeps_them_apart() -> None:
    sheet = open_sheet(b"a,b\n1,2\n3,4,5\n6\n")
    assert rows(sheet) == [(2, "1", "2"), (3, "3", "4"), (4, "6", None)]
    assert sheet.cells["beyond"].to_list() == [None, "5", None]


def test_quoted_lines_and_line_ends() -> None:
    assert rows(open_sheet(b'a,b\r\n"x\r\ny","say ""hi"""\r\n')) == [(2, "x\r\ny", 'say "hi"')]
    assert rows(open_sheet(b"a,b\r1,2\r")) == [(2, "1", "2")]
    assert rows(open_sheet(b'"a\nb",c\n1,2\n'))[0][1:] == ("1", "2")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (b"a,b\n\xff\xfe\xff,2\n", "line 2"),
        (b"a,b\n1,\x00\n", "NUL byte near line 2"),
        (b'a,b\n1,"2\n', "row 2"),
        (b"a,a\n1,2\n", "there twice"),
        (b"a,,b\n1,2,3\n", "Column 2 has no name"),
        (b"\xd0\xcf\x11\xe0 old", "old XLS"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 nothing", "no sound XLSX"),
        (b"\x1f\x8b broken", "damaged"),
        (b"PAR1 broken", "no sound Parquet"),
        (b'{"type": "Feature"}', "FeatureCollection"),
        (b"{" * 40_000, "no GeoJSON"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        open_sheet(content)


def xlsx(fill: Callable[[Workbook], None]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    fill(book)
    book.save(file)
    return file.getvalue()


def test_a_workbook_with_title_merged_cells_and_two_line_heading() -> None:
    def fill(book: Workbook) -> None:
        page = book.active
        page["A1"] = "中原区养老机构一览表"
        page.merge_cells("A1:E1")
        for at, name in enumerate(["街道", "名称", "联系方式", None, "床位"], 1):
            page.cell(2, at, name)
        page.cell(3, 3, "电话")
        page.cell(3, 4, "地址")
        page.merge_cells("A2:A3")
        page.merge_cells("B2:B3")
        page.merge_cells("C2:D2")
        page.merge_cells("E2:E3")
        page.append(["林山寨街道", "安康老年公寓", "0371-67890001", "一路1号", 120])
        page.append([None, "福寿苑", "0371-67890002", "二路2号", 80.5])
        page.merge_cells("A4:A5")
        page.append(["合计", None, None, None, 200.5])
        book.create_sheet("说明")

    sheet = open_sheet(xlsx(fill))
    assert sheet.columns == ("街道", "名称", "联系方式/电话", "联系方式/地址", "床位")
    assert rows(sheet) == [
        (4, "林山寨街道", "安康老年公寓", "0371-67890001", "一路1号", "120"),
        (5, "林山寨街道", "福寿苑", "0371-67890002", "二路2号", "80.5"),
    ]
    assert len(sheet.remarks) == 4


def test_numbers_that_a_spreadsheet_damaged_are_not_passed_for_whole() -> None:
    def fill(book: Workbook) -> None:
        book.active.append(["名称", "身份证号"])
        book.active.append(["甲", 410105199003071233])

    assert rows(open_sheet(xlsx(fill)))[0][2] == "4.10105199003071E+17"


def test_a_zip_bomb_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED_BYTES", 1 << 20)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (3 << 20))
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        open_sheet(file.getvalue())


def test_a_packed_bomb_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGEST_BYTES", 1 << 20)
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        open_sheet(gzip.compress(b"0" * (3 << 20)))


def test_two_lone_cells_in_opposite_corners_are_refused_before_they_are_laid_out() -> None:
    content = xlsx(lambda book: book.active.append(["a", "b"]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(Unreadable, match="reach too far"):
        open_sheet(file.getvalue())


def test_geojson() -> None:
    features = [
        {"type": "Feature", "id": 7, "properties": {"名称": "公园", "面积": 3.5, "开放": True},
         "geometry": {"type": "Point", "coordinates": [113.6, 34.7]}},
        {"type": "Feature", "properties": {"名称": "绿地"},
         "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}},
    ]  # fmt: skip
    sheet = open_sheet(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert sheet.columns == ("id", "名称", "面积", "开放", "lon", "lat", "outline")
    assert rows(sheet)[0][1:] == ("7", "公园", "3.5", "true", "113.6", "34.7", None)
    assert rows(sheet)[1][-1] == "LINESTRING (0 0, 1 1)"


def test_parquet() -> None:
    file = io.BytesIO()
    pl.DataFrame(
        {"名称": ["甲", None], "数": [1, 2], "日期": pl.Series(["2026-03-05", None]).str.to_date()}
    ).write_parquet(file)
    assert rows(open_sheet(file.getvalue())) == [(1, "甲", "1", "2026-03-05"), (2, None, "2", None)]


cells = st.text(
    alphabet=st.characters(codec="gb18030", exclude_characters="\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"]),
    max_size=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    table=st.lists(st.tuples(cells, cells, cells), max_size=12),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_whatever_a_spreadsheet_writes_is_read_back(table: list[tuple[str, str, str]], encoding: str) -> None:
    """What csv.writer wrote comes back cell by cell, whatever the text and the encoding."""
    import csv

    from yicheng.apps.data.intake.header import is_foot
    from yicheng.apps.data.intake.sheet import BLANKS

    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["编号", "名称", "备注"])
    writer.writerows([(f"K{at}", a, b) for at, (a, b, _c) in enumerate(table)])
    sheet = open_sheet(file.getvalue().encode(encoding))
    expected = [
        (f"K{at}", a.strip(BLANKS) or None, b.strip(BLANKS) or None) for at, (a, b, _c) in enumerate(table)
    ]
    assert not any(is_foot([cell or "" for cell in row]) for row in expected)
    assert [row[1:] for row in rows(sheet)] == expected


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: b"PAR1" + tail + b"PAR1"))
def test_any_bytes_are_read_or_refused_but_never_fall_over(content: bytes) -> None:
    try:
        sheet = open_sheet(content)
    except Unreadable:
        return
    assert sheet.columns
