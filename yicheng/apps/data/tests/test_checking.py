"""Rules and kinds: exact verdicts, and the same verdict as the library that holds the standards."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from yicheng.apps.data.intake.checking import Checked, ColumnsChanged, check
from yicheng.apps.data.intake.identity import is_credit_code, is_identity, known_places
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.proposing import keys_of, propose
from yicheng.apps.data.intake.rules import Field, reason_text
from yicheng.apps.data.intake.sheet import Sheet
from yicheng.apps.data.intake.values import chinese_date

#: nobody's: the county part is a province as a whole, which issues no numbers
NOBODY = "41000019900307123"
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def sheet(*lines: str) -> Sheet:
    return open_sheet("\n".join(lines).encode())


def one_column(field: Field, *cells: str) -> Checked:
    return check(sheet("n," + field.column, *(f'{at},"{cell}"' for at, cell in enumerate(cells))), [field])


def values(kind: str, *cells: str, **rules: object) -> list[object]:
    return one_column(Field("x", "x", kind, **rules), *cells).sound["x"].to_list()  # type: ignore[arg-type]


def test_dates_as_they_are_written() -> None:
    written = (
        "2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日", "2026 年 3 月 5 日", "20260305", "二〇二六年三月五日",
        "２０２６－０３－０５", "46086", "2026-03-05 00:00:00", "2026年03月05号",
    )  # fmt: skip
    assert values("date", *written) == [date(2026, 3, 5)] * len(written)


@pytest.mark.parametrize(
    "text", ["2026-13-05", "2026-02-30", "5/3/2026", "26-3-5", "明天", "2026-03", "2026-03-05 14:00"]
)
def test_what_is_no_date(text: str) -> None:
    assert one_column(Field("x", "x", "date"), text).reasons == {"date:x": 1}


@pytest.mark.parametrize(
    ("text", "day"),
    [("二〇二六年十二月三十一日", date(2026, 12, 31)), ("一九九〇年十月十日", date(1990, 10, 10)), ("二〇二六年二月三十日", None),
     ("二〇二六年十三月一日", None), ("二六年三月一日", None)],
)  # fmt: skip
def test_dates_in_chinese_numerals(text: str, day: date | None) -> None:
    assert chinese_date(text) == day


def test_moments() -> None:
    written = (
        "2026-03-05 14:30",
        "2026/3/5 14:30:00",
        "2026年3月5日14时30分",
        "2026-03-05T14:30:00",
        "2026-03-05T06:30:00Z",
    )
    assert values("datetime", *written) == [datetime(2026, 3, 5, 14, 30)] * len(written)


def test_numbers() -> None:
    assert values("number", "1,234.50", "１２３", "-5", "1.2e3", "1，000") == [
        1234.5,
        123.0,
        -5.0,
        1200.0,
        1000.0,
    ]
    assert values("number", "12.5%", unit="%") == [12.5]
    assert values("integer", "1,234", "12.0", "-3") == [1234, 12, -3]
    assert one_column(Field("x", "x", "integer"), "1.5", "1,23", "十", "inf", "1e400").reasons == {
        "integer:x": 5
    }
    assert one_column(Field("x", "x", "number"), "nan", "inf", "12abc", "1,23").refused_count == 4


def test_yes_and_no() -> None:
    assert values("boolean", "是", "否", "√", "0", "TRUE") == [True, False, True, False, True]
    assert one_column(Field("x", "x", "boolean"), "可能").refused_count == 1


def test_every_rule_refuses_with_its_reason() -> None:
    fields = [
        Field("no", "No", is_key=True),
        Field("area", "Area", "number", lowest=Decimal(1), highest=Decimal("100.5")),
        Field("built", "Built", "date", earliest="2000-01-01", latest="2026-01-01"),
        Field("code", "Code", pattern="[A-Z]{2}"),
        Field("kind", "Kind", codes=("a", "b")),
        Field("owner", "Owner", reference="market.companies/name"),
        Field("must", "Must", is_required=True),
    ]
    found = check(
        sheet(
            "No,Area,Built,Code,Kind,Owner,Must",
            "1,1,2000-01-01,AB,a,Known,x",
            "2,0.5,1999-12-31,ABC,c,Unknown,",
            "3,101,2026-01-02,AB,b,,x",
            "3,5,,,,,x",
            ",5,,,,,x",
        ),
        fields,
        known={"market.companies/name": pl.Series(["Known"])},
    )
    assert found.sound.rows() == [("1", 1.0, date(2000, 1, 1), "AB", "a", "Known", "x")]
    assert [(one.row, one.reasons) for one in found.refused(most=9)] == [
        (3, ("lowest:area", "earliest:built", "pattern:code", "codes:kind", "reference:owner", "required:must")),
        (4, ("unique:no", "highest:area", "latest:built")),
        (5, ("unique:no",)),
        (6, ("required:no",)),
    ]  # fmt: skip
    by_key = {one.key: one for one in fields}
    assert reason_text("highest:area", by_key) == "“Area” must be at most 100.5."
    assert reason_text("codes:kind", by_key) == "“Kind” must be one of: a、b."
    assert reason_text("beyond", by_key) == "The row has more cells than the table has columns."


def test_a_reference_to_what_is_not_there_refuses_everything() -> None:
    assert one_column(Field("x", "x", reference="nobody.knows/it"), "1", "2").refused_count == 2


def test_changed_columns_are_told() -> None:
    with pytest.raises(ColumnsChanged, match=r"Missing: area\. New: size\."):
        check(sheet("no,size", "1,2"), [Field("no", "no"), Field("area", "area")])


def test_formula_cells_are_texts() -> None:
    assert values("text", "=1+1", "@SUM(A1)", "+86") == ["=1+1", "@SUM(A1)", "+86"]


def test_identity_numbers() -> None:
    good = NOBODY + ric.calc_check_digit(NOBODY + "0")
    wrong = NOBODY + ("1" if good[-1] != "1" else "2")
    found = one_column(
        Field("x", "x", "identity"), good, good.lower(), wrong, good[:15], "00000019900307123X", ""
    )
    assert found.sound["x"].to_list() == [good, good, None]
    assert found.reasons == {"identity:x": 3}


@settings(max_examples=300, deadline=None)
@given(
    place=st.sampled_from(["410105", "110101", "999999", "410000"]),
    day=st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    order=st.integers(0, 999),
    last=st.sampled_from("0123456789Xx"),
)
def test_identity_numbers_as_the_library_judges_them(place: str, day: date, order: int, last: str) -> None:
    """What the library accepts is accepted; what is accepted has its check digit and a date."""
    number = f"{place}{day:%Y%m%d}{order:03d}{last}".upper()
    frame = pl.DataFrame({"n": [number]})
    formed = frame.select(is_identity(pl.col("n"))).item()
    assert formed == (ric.calc_check_digit(number) == number[-1])
    if ric.is_valid(number):
        assert formed
        assert known_places(frame["n"]).item()


@settings(max_examples=300, deadline=None)
@given(st.from_regex(rf"\A[0-9]{{8}}[{SIGNS}]{{9}}\Z"), st.sampled_from(SIGNS), st.booleans())
def test_credit_codes_as_the_library_judges_them(start: str, last: str, make_right: bool) -> None:
    code = start + (uscc.calc_check_digit(start + "0") if make_right else last)
    assert pl.DataFrame({"n": [code]}).select(is_credit_code(pl.col("n"))).item() == uscc.is_valid(code)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=25))
def test_any_text_gets_a_verdict(text: str) -> None:
    frame = pl.DataFrame({"n": [text]})
    assert frame.select(is_credit_code(pl.col("n"))).item() in (True, False)
    assert frame.select(is_identity(pl.col("n"))).item() in (True, False)


@settings(max_examples=150, deadline=None)
@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"]),
)
def test_every_day_in_every_style(day: date, style: str) -> None:
    assert values("date", day.strftime(style)) == [day]


@settings(max_examples=150, deadline=None)
@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_with_and_without_separators(number: int) -> None:
    assert values("integer", str(number), f"{number:,}") == [number, number]


def test_a_proposal() -> None:
    identity = NOBODY + ric.calc_check_digit(NOBODY + "0")
    code = "91410100MA0000000"
    code += uscc.calc_check_digit(code + "0")
    found = propose(
        sheet(
            "许可证编号,持证人姓名,身份证号,统一社会信用代码,发证日期,经营面积（平方米）,是否注销,联系电话,经度",
            f'A001,张某,{identity},{code},2026年3月5日,"1,200",否,13800000000,113.6',
            f"A002,李某,{identity},{code},2026/3/6,80.5,是,0371-67880000,113.7",
        )
    )
    assert [(one.kind, one.sensitivity, one.unit) for one in found] == [
        ("text", 2, ""), ("text", 3, ""), ("identity", 4, ""), ("credit_code", 2, ""), ("date", 2, ""),
        ("number", 2, "m2"), ("boolean", 2, ""), ("phone", 3, ""), ("longitude", 2, ""),
    ]  # fmt: skip
    assert [one.key for one in found if one.is_key] == ["xu_ke_zheng_bian_hao"]
    assert found[5].title == "经营面积"


@given(st.lists(st.text(max_size=30), max_size=20))
def test_keys_are_names_of_columns_and_each_its_own(names: list[str]) -> None:
    import re

    keys = keys_of(names)
    assert len(set(keys)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,40}", key) for key in keys)
