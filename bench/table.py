"""Figures, and the table they are printed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. ``limit`` is the raw limit of the same run; ``wanted`` the issue's line, in words."""

    name: str
    value: float
    unit: str
    wanted: str = ""
    limit: float | None = None
    limit_is: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.limit if self.limit else None


def markdown(figures: Sequence[Figure]) -> str:
    """The table, as it stands in ``docs/performance.md``."""
    head = "| what | figure | raw limit, same run | ratio | wanted | note |\n|---|---|---|---|---|---|"
    return "\n".join([head, *map(row, figures)])


def row(figure: Figure) -> str:
    """A figure as a line of the table."""
    limit = f"{_number(figure.limit)} {figure.unit} ({figure.limit_is})" if figure.limit else "–"
    ratio = f"{figure.ratio:.2f}" if figure.ratio else "–"
    value = f"{_number(figure.value)} {figure.unit}"
    return f"| {figure.name} | {value} | {limit} | {ratio} | {figure.wanted or '–'} | {figure.note} |"


def percentile(samples: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the samples lie."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
