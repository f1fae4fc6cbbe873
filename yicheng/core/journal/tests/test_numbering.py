"""Numbers: unique under load, by the city's pattern, beginning anew with each period it shows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from yicheng.core.journal import numbering
from yicheng.core.journal.models import NumberSeries
from yicheng.core.journal.public import next_number
from yicheng.core.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    numbering.forget()
    yield
    numbering.forget()


def test_default_pattern() -> None:
    with clock.at(NOON):
        assert [next_number("UC") for _ in range(3)] == [
            "UC2026112300001",
            "UC2026112300002",
            "UC2026112300003",
        ]


def test_city_pattern_with_division_and_year() -> None:
    NumberSeries.objects.create(code="letter", pattern="{division}-{year}-{number:04}")
    with clock.at(NOON):
        assert next_number("letter", division="410102") == "410102-2026-0001"
        assert next_number("letter", division="410103") == "410103-2026-0001"
        assert next_number("letter", division="410102") == "410102-2026-0002"


def test_day_turns_in_the_citys_zone() -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert next_number("UC", when=late) == "UC2026112400001"


def test_two_processes_never_draw_the_same() -> None:
    drawn = set()
    for _ in range(4):
        numbering._blocks.clear()  # another process begins with nothing
        drawn |= {next_number("UC", when=NOON) for _ in range(50)}
    assert len(drawn) == 200


def test_threads_never_draw_the_same() -> None:
    def draw(_: int) -> list[str]:
        try:
            return [next_number("UC", when=NOON) for _ in range(100)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        drawn = [number for numbers in pool.map(draw, range(4)) for number in numbers]
    assert len(set(drawn)) == 400


@pytest.mark.parametrize(
    "pattern",
    ["UC", "{date}", "{number}{password}", "{number.__class__}", "{0}{number}", "{number:z}", "{number:099}"],
)
def test_faulty_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):
        numbering.placeholders(pattern)
