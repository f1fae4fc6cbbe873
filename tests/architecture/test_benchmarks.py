"""A benchmark comes to an end: what is slow is measured less often, and every figure is said when it is known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from bench.__main__ import told
from bench.reads import LEAST, TIMES, sampled
from bench.table import Figure


def _asked(seconds_each: float) -> list[float]:
    now = [0.0]

    def ask() -> None:
        now[0] += seconds_each

    return sampled(ask, seconds=lambda: now[0])


@pytest.mark.parametrize(("seconds_each", "times"), [(0.01, TIMES), (1.0, 10), (30.0, LEAST)])
def test_a_slow_page_is_read_less_often(seconds_each: float, times: int) -> None:
    samples = _asked(seconds_each)
    assert samples == pytest.approx([seconds_each] * times)


def test_a_figure_is_said_before_the_next_is_sought(capsys: pytest.CaptureFixture[str]) -> None:
    def figures() -> Iterator[Figure]:
        for number in count():
            yield Figure(f"figure {number}", number, "ms")

    found = told(figures())
    assert next(found).name == "figure 0"
    assert "figure 0" in capsys.readouterr().err
