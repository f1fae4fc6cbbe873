"""Part codes: every code of a layout is taken apart and put together again; everything else is refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yicheng.apps.urban.codes import LAYOUTS, CodeLayout, parse_part_code
from yicheng.core.kernel.errors import Invalid


def digits(count: int, lowest: int = 0) -> st.SearchStrategy[str]:
    return st.integers(lowest, 10**count - 1).map(lambda number: f"{number:0{count}d}")


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@given(data=st.data())
def test_codes_survive_the_round_trip(layout: CodeLayout, data: st.DataObject) -> None:
    fields = (6, 0), (2, 1), (layout.minor_digits, 1), (layout.sequence_digits, 1)
    parts = [data.draw(digits(count, lowest)) for count, lowest in fields]
    code = parse_part_code("".join(parts), layout)
    assert [code.division, code.major, code.minor, code.sequence] == parts
    assert str(code) == "".join(parts)
    assert code.class_code == parts[1] + parts[2]


def test_the_standards_example() -> None:
    code = parse_part_code("3205080101000001", LAYOUTS["6-2-2-6"])
    assert (code.division, code.class_code, code.sequence) == ("320508", "0101", "000001")
    newer = parse_part_code("3205080100100001", LAYOUTS["6-2-3-5"])
    assert (newer.class_code, newer.sequence) == ("01001", "00001")


@given(st.text(max_size=40))
def test_anything_is_a_code_or_refused(text: str) -> None:
    try:
        code = parse_part_code(text, CodeLayout(2))
    except Invalid as refusal:
        assert str(refusal)  # noqa: PT017
    else:
        assert len(str(code)) == 16
        assert str(code).isascii()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3.20508E+15", "rounded"),
        ("3.20508010100000E+15", "rounded"),
        ("3205080101000001.0", "rounded"),
        ("320508010100001", "15 digits"),
        ("32050801010000011", "17 digits"),
        ("32050801010000O1", "sixteen digits"),
        ("３２０５０８０１０１００００００", "sequence number zero"),
        ("3205080001000001", "no class"),
        ("", "sixteen digits"),
    ],
)
def test_refusals_say_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        parse_part_code(text, CodeLayout(2))


def test_full_width_digits_and_a_leading_apostrophe_are_understood() -> None:
    assert str(parse_part_code(" '３２０５０８０１０１０００００１ ", CodeLayout(2))) == "3205080101000001"
