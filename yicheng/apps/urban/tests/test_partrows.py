"""Census rows: sound ones are resolved, every other one is refused with all its reasons, none is lost."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from yicheng.apps.urban.codes import LAYOUTS
from yicheng.apps.urban.imports.partrows import Checked, PartReader
from yicheng.core.kernel.sheets.files import open_sheet
from yicheng.core.kernel.sheets.records import Unreadable
from yicheng.core.places.public import Place

HEADER = "标识码,状态,主管部门代码,经度,纬度,名称,普查日期"
SOUND = "4101020101000001,完好,CGJ,113.62,34.75,上水井盖,2026-05-01"


def locate(points: Sequence[tuple[float, float]], _datum: str) -> list[Place | None]:
    """A city of one degree, whose northern half has cells."""
    return [
        Place(lon, lat, "410102001001", "410102001001001" if lat > 34.5 else "", "某社区")
        if 113 <= lon <= 114 and 34 <= lat <= 35
        else None
        for lon, lat in points
    ]


def reader() -> PartReader:
    return PartReader(LAYOUTS["6-2-2-6"], {"0101": "P0101", "0118": "P0118"}, {"CGJ": 7, "城管局": 7}, locate)


def read(text: str) -> list[Checked]:
    with override("en"):
        return list(reader().read(open_sheet(io.BytesIO(text.encode()))))


def only(line: str) -> Checked:
    (checked,) = read(f"{HEADER}\n{line}\n")
    return checked


def test_a_sound_row_is_resolved() -> None:
    checked = only(SOUND)
    assert checked.faults == checked.doubts == ()
    row = checked.row
    assert row is not None
    assert (str(row.code), row.class_code, row.state, row.owner_id) == (
        "4101020101000001",
        "P0101",
        "intact",
        7,
    )
    assert (row.place.cell_code, row.datum, row.surveyed_on) == (
        "410102001001001",
        "cgcs2000",
        date(2026, 5, 1),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (SOUND.replace("完好", "坏了"), "“坏了” must be one of"),
        (SOUND.replace("CGJ", "XYZ"), "no organisation with the code or name “XYZ”"),
        (SOUND.replace("0101000001", "9901000001"), "no class of parts “9901”"),
        (SOUND.replace("113.62", "203.62"), "not between -180 and 180"),
        (SOUND.replace("113.62", "nan"), "not between -180 and 180"),
        (SOUND.replace("113.62", "113,62"), "8 cells"),
        (SOUND.replace("113.62", "100.62"), "outside the city"),
        (SOUND.replace("34.75", ""), "“纬度” is empty"),
        (SOUND.replace("2026-05-01", "05/01/26"), "no date such as"),
        (SOUND.replace("4101020101000001", "4.10102E+15"), "rounded"),
    ],
)
def test_a_faulty_row_is_refused_in_words(line: str, said: str) -> None:
    checked = only(line)
    assert checked.row is None
    assert any(said in reason for reason in checked.faults), checked.faults


def test_every_fault_of_a_row_is_told_at_once() -> None:
    assert len(only("123,坏了,XYZ,x,y,名,明天").faults) == 6


def test_oddities_are_doubts_and_refuse_nothing() -> None:
    elsewhere = only(SOUND.replace("4101020101", "4101030101").replace("34.75", "34.25"))
    assert elsewhere.row is not None
    assert len(elsewhere.doubts) == 2


def test_the_same_code_twice_is_refused_the_second_time() -> None:
    first, second = read(f"{HEADER}\n{SOUND}\n{SOUND}\n")
    assert first.row is not None
    assert second.row is None
    assert "already on line 2" in second.faults[0]


def test_a_missing_column_is_named_with_what_is_there() -> None:
    with override("en"), pytest.raises(Unreadable) as caught:
        read("标识码,状态\n1,2\n")
    assert "主管部门代码" in str(caught.value)
    assert "标识码, 状态" in str(caught.value)


def test_a_corrected_report_of_refused_rows_is_taken() -> None:
    (checked,) = read(f"refused_line,refused_reason,{HEADER}\n7,坏了,{SOUND}\n")
    assert checked.row is not None


@given(st.lists(st.lists(st.text(max_size=20), min_size=7, max_size=7), max_size=5))
def test_any_cells_are_sound_or_refused_and_none_is_lost(rows: list[list[str]]) -> None:
    import csv

    target = io.StringIO(newline="")
    csv.writer(target).writerows([HEADER.split(","), *rows])
    try:
        checked = read(target.getvalue())
    except (Unreadable, UnicodeEncodeError):
        return
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(checked) == len(filled)
    assert all((one.row is None) == bool(one.faults) for one in checked)
