"""Other systems' cases: their own times and words, nothing invented, nothing lost."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from yicheng.apps.urban.imports.caserows import CaseReader, CheckedCase, OutsideCase
from yicheng.apps.urban.imports.mapping import read_mapping
from yicheng.core.kernel.sheets.files import open_sheet
from yicheng.core.kernel.sheets.records import Unreadable

MAPPING = """
[source]
system = "elsewhere"
time_zone = "America/New_York"
times = "%Y-%m-%d %H:%M:%S"
unknown_positions = [[-71.0, 42.0]]
title = "{type}"
address = "{quarter}"

[field.outside_id]
column = "id"
[field.class]
column = "type"
values = { "Hole" = "Pothole" }
[field.opened]
column = "opened"
[field.due]
column = "due"
[field.closed]
column = "closed"
[field.status]
column = "status"
values = { Closed = "closed", Open = "open" }
[field.timeliness]
column = "ontime"
values = { ONTIME = "on_time", OVERDUE = "late" }
[field.organisation]
column = "dept"
[field.division]
column = "ward"
values = { "Ward 1" = "100001", "01" = "100001" }
[field.lon]
column = "x"
[field.lat]
column = "y"
"""
HEADER = "id,type,opened,due,closed,status,ontime,dept,ward,x,y,quarter"
SOUND = "7,Hole,2011-07-01 01:32:33,2011-07-15 01:32:32,2011-07-01 05:06:58,Closed,ONTIME,PWD,Ward 1,-71.1,42.3,Fenway"


def read(text: str) -> list[CheckedCase]:
    reader = CaseReader(
        read_mapping(MAPPING),
        classes={"Pothole": "E0110", "E0110": "E0110"},
        organisations={"PWD": 3},
        divisions=frozenset({"100001"}),
        city="100000",
    )
    with override("en"):
        return list(reader.read(open_sheet(io.BytesIO(text.encode()))))


def only(line: str) -> CheckedCase:
    (checked,) = read(f"{HEADER}\n{line}\n")
    return checked


def test_a_sound_row_keeps_its_own_times() -> None:
    checked = only(SOUND)
    assert checked.faults == checked.doubts == ()
    assert checked.case == OutsideCase(
        outside_id="7",
        number="7",
        class_code="E0110",
        title="Hole",
        description="",
        channel="import",
        organisation_id=3,
        division_code="100001",
        lon=-71.1,
        lat=42.3,
        address="Fenway",
        status="closed",
        opened_at=datetime(2011, 7, 1, 5, 32, 33, tzinfo=UTC),
        due_at=datetime(2011, 7, 15, 5, 32, 32, tzinfo=UTC),
        closed_at=datetime(2011, 7, 1, 9, 6, 58, tzinfo=UTC),
        is_on_time=True,
        note="",
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (SOUND.replace("7,Hole", ",Hole"), "no number of its own"),
        (SOUND.replace("Hole", "Wormhole"), "no class “Wormhole”"),
        (SOUND.replace("2011-07-01 01:32:33", ""), "no time at which"),
        (SOUND.replace("2011-07-01 01:32:33", "01.07.2011"), "no time as the mapping"),
        (SOUND.replace("2011-07-01 01:32:33", "0011-07-01 01:32:33"), "before 1970"),
        (SOUND.replace("2011-07-01 05:06:58", "2011-06-01 05:06:58"), "closed before it was opened"),
        (SOUND.replace("2011-07-01 05:06:58", ""), "its time is missing"),
        (SOUND.replace(",Closed,", ",Lost,"), "status “Lost”"),
        (SOUND + ",extra", "13 cells"),
    ],
)
def test_a_faulty_row_is_refused_in_words(line: str, said: str) -> None:
    checked = only(line)
    assert checked.case is None
    assert any(said in reason for reason in checked.faults), checked.faults


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (SOUND.replace("2011-07-15 01:32:32", ""), "no due time"),
        (SOUND.replace("2011-07-15", "2011-06-15"), "before the opening"),
        (SOUND.replace("ONTIME", ""), "whether the case was on time"),
        (SOUND.replace("PWD", "ABC"), "no department “ABC”"),
        (SOUND.replace("Ward 1", ""), "division is unknown"),
        (SOUND.replace("-71.1,42.3", ","), "no position"),
        (SOUND.replace("-71.1,42.3", "-71.0,42.0"), "stand-in"),
        (SOUND.replace("-71.1,42.3", "-710,42.3"), "not on the map"),
        (SOUND.replace("2011-07-01 05:06:58", "2011-11-06 01:30:00"), "clocks repeat"),
    ],
)
def test_what_is_odd_is_taken_and_told(line: str, said: str) -> None:
    checked = only(line)
    assert checked.case is not None, checked.faults
    assert any(said in reason for reason in checked.doubts), checked.doubts


def test_the_repeated_hour_counts_as_its_first_pass() -> None:
    case = only(SOUND.replace("2011-07-01 05:06:58", "2011-11-06 01:30:00")).case
    assert case is not None
    assert case.closed_at == datetime(2011, 11, 6, 5, 30, tzinfo=UTC)


def test_the_same_number_twice_is_refused_the_second_time() -> None:
    assert [bool(one.case) for one in read(f"{HEADER}\n{SOUND}\n{SOUND}\n")] == [True, False]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('column = "ward"', 'column = "parish"', "“parish” of the mapping is not in the file"),
        ('"{quarter}"', '"{street}"', "“street” of the mapping is not in the file"),
        ('time_zone = "America/New_York"', 'time_zone = "Mars/Olympus"', "time_zone"),
        ("[field.opened]", "[field.began]", "Nobody knows “began”"),
        ('[field.opened]\ncolumn = "opened"', "", "where “opened” comes from"),
        ('Closed = "closed"', 'Closed = "shut"', "must be one of open, closed"),
        ("[source]", "[source", "no TOML"),
        ("[[-71.0, 42.0]]", "[5]", "unknown_positions"),
        ('system = "elsewhere"', "system = 5", "system"),
    ],
)
def test_a_faulty_mapping_is_refused_in_words(old: str, new: str, said: str) -> None:
    assert old in MAPPING
    with override("en"), pytest.raises(Unreadable) as caught:  # noqa: PT012 (either of the two refuses)
        mapping = read_mapping(MAPPING.replace(old, new))
        mapping.check_columns(HEADER.split(","))
    assert said in str(caught.value)


@given(st.text(max_size=200))
def test_any_text_is_a_mapping_or_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_mapping(text)


CELL = st.text(st.characters(exclude_characters='",\n\r\x00', exclude_categories=["Cs"]), max_size=15)


@given(
    st.lists(
        CELL | st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%d %H:%M:%S")),
        min_size=12,
        max_size=12,
    )
)
def test_any_row_is_sound_or_refused(cells: list[str]) -> None:
    for checked in read(f"{HEADER}\n{','.join(cells)}\n"):
        assert (checked.case is None) == bool(checked.faults)
