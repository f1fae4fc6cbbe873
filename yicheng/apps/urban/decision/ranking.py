"""Ranks bodies by a formula that stands beside the ranking. Pure.

The score is a weighted mean of shares, times 100: what GB/T 30428 assesses by (timeliness,
closing, rework) and the reporters' satisfaction. A part that cannot be told (nobody rated)
leaves its weight to the others. Few cases tell little: below ``LEAST`` a body is listed
without a rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from yicheng.apps.urban.decision.measures import Figures

LEAST = 10
#: part → weight; they sum to 1
WEIGHTS = {"on_time": 0.5, "closed": 0.2, "no_rework": 0.15, "satisfied": 0.15}


@dataclass(frozen=True, slots=True)
class Entry:
    """Who or what is ranked, with its figures; ``closed`` of them are closed."""

    key: Any
    name: str
    figures: Figures
    closed: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with its score (0 to 100) and rank; None with too few cases. ``parts`` are shares from 0 to 1."""

    entry: Entry
    score: float | None
    rank: int | None
    parts: dict[str, float | None]


def parts_of(entry: Entry) -> dict[str, float | None]:
    """The parts of the score, each from 0 (bad) to 1 (good), None where there is nothing to tell it by."""
    figures = entry.figures
    satisfaction = figures.satisfaction
    return {
        "on_time": figures.on_time_share,
        "closed": entry.closed / figures.cases if figures.cases else None,
        "no_rework": 1 - figures.reworked / figures.cases if figures.cases else None,
        "satisfied": None if satisfaction is None else (satisfaction - 1) / 4,
    }


def score_of(parts: dict[str, float | None]) -> float | None:
    """The weighted mean of what is known, times 100, to one decimal."""
    known = [(WEIGHTS[name], value) for name, value in parts.items() if value is not None]
    weight = sum(weight for weight, _value in known)
    return round(100 * sum(w * value for w, value in known) / weight, 1) if weight else None


def ranked(entries: Iterable[Entry], *, least: int = LEAST) -> Sequence[Ranked]:
    """Best first; equal scores share a rank; those with too few cases follow by name, without one."""
    judged: list[tuple[Entry, dict[str, float | None], float | None]] = []
    for entry in entries:
        parts = parts_of(entry)
        judged.append((entry, parts, score_of(parts) if entry.figures.cases >= least else None))
    return placed(
        judged,
        score=lambda one: one[2],
        name=lambda one: one[0].name,
        made=lambda one, rank: Ranked(one[0], one[2], rank, one[1]),
    )


def placed(
    rows: Sequence[Any],
    *,
    score: Callable[[Any], float | None],
    name: Callable[[Any], str],
    made: Callable[[Any, int | None], Any],
) -> list[Any]:
    """Rows in the order of their score with ranks (1, 2, 2, 4); those without a score last."""
    with_score = sorted(
        (row for row in rows if score(row) is not None), key=lambda row: (-(score(row) or 0), name(row))
    )
    without = sorted((row for row in rows if score(row) is None), key=name)
    result, rank, previous = [], 0, None
    for number, row in enumerate(with_score, start=1):
        if score(row) != previous:
            rank, previous = number, score(row)
        result.append(made(row, rank))
    return [*result, *(made(row, None) for row in without)]
