"""Status lists: every credential has a place of its own, and says there what became of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.credentials.licences import statuslist
from yicheng.core.credentials.licences.sdjwt import encode

KEY = b"key of the tests"


def test_places_of_a_list_are_a_shuffle() -> None:
    places = [statuslist.place(row, key=KEY) for row in statuslist.rows_of(3)]
    assert {number for number, _index in places} == {3}
    assert sorted(index for _number, index in places) == list(range(statuslist.SIZE))
    assert [index for _number, index in places[:50]] != list(range(50))


@given(st.dictionaries(st.integers(0, statuslist.SIZE - 1), st.integers(0, 3), max_size=40))
def test_statuses_come_back(statuses: dict[int, int]) -> None:
    claims = statuslist.token_claims(
        statuslist.packed(statuses.items()), address="https://city.example/s/1", now_s=1
    )
    for index, status in statuses.items():
        assert statuslist.status_in(claims, index) == status
        neighbour = (index + 1) % statuslist.SIZE
        assert statuslist.status_in(claims, neighbour) == statuses.get(neighbour, 0)


def test_example_of_the_draft() -> None:
    """The two-bit example of the draft's section on the bit order: 1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3."""
    row = statuslist.packed(list(enumerate([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3])))
    assert row[:3].hex() == "c944f9"


@pytest.mark.parametrize(
    "claims",
    [{}, {"status_list": {"bits": 3, "lst": encode(b"")}}, {"status_list": {"bits": 2, "lst": "eNo"}},
     {"status_list": {"bits": 2, "lst": "no zlib"}}],
)  # fmt: skip
def test_lists_that_are_none(claims: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        statuslist.status_in(claims, 5)
