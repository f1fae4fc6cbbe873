"""How many cases to expect, class by class: the usual weekday, times the present level. Pure, and explainable.

The method, in words a page can print: each kind of day (Monday to Sunday, holiday) has its
usual share of the load, measured over twelve weeks; the present level is the mean of the
last days freed of that share, newer days counting more; the forecast is level × share. How
wrong it was is measured by doing the same from earlier days, when the answer is known; the
interval is as wide as that error was in eight of ten cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import sqrt

WINDOW_DAYS = 84
HALF_LIFE_DAYS = 14.0
ORIGINS = 14
COVERED = 0.8
#: an interval is never narrower than chance alone would make it (Poisson, eight of ten)
LEAST_SPREAD = 1.28
HOLIDAY, MAKE_UP = 7, 8
Calendar = Callable[[date], bool]
#: which kind a day is; see ``day_kinds``
Kinds = Callable[[date], int]


@dataclass(frozen=True, slots=True)
class DayForecast:
    """What to expect on a day: most likely so many, in eight of ten cases between ``low`` and ``high``."""

    day: date
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Days to come, and how good such forecasts were.

    ``error_share``: the sum of past misses over the sum of what came (None: nothing came).
    ``inside_share``: how many past days lay within their interval.
    """

    days: Sequence[DayForecast]
    level: float
    error_share: float | None
    inside_share: float | None

    @property
    def total(self) -> float:
        """Expected over all days."""
        return sum(day.expected for day in self.days)


def forecast(history: Mapping[date, int], *, today: date, ahead: int, kind_of: Kinds) -> Forecast:
    """From daily counts before ``today`` (absent days are 0) to the ``ahead`` days from ``today`` on."""
    past = _past_misses(history, today, kind_of)
    spread = max(_quantile([abs(miss) for _day, miss, _scale in past], COVERED), LEAST_SPREAD)
    level, profile = _fit(history, today, kind_of)
    days = []
    for number in range(ahead):
        day = today + timedelta(days=number)
        expected = level * profile[kind_of(day)]
        margin = spread * sqrt(expected + 1)
        days.append(DayForecast(day, expected, max(expected - margin, 0.0), expected + margin))
    came = sum(history.get(day, 0) for day, _miss, _scale in past)
    missed = sum(abs(miss) * scale for _day, miss, scale in past)
    inside = sum(abs(miss) <= spread for _day, miss, _scale in past)
    return Forecast(days, level, missed / came if came else None, inside / len(past) if past else None)


def day_kinds(is_working: Calendar) -> Kinds:
    """``day_kind`` by this calendar, each day asked once."""
    return cache(lambda day: day_kind(day, is_working))


def day_kind(day: date, is_working: Calendar) -> int:
    """0 Monday … 6 Sunday; a weekday off is a holiday, a weekend worked a make-up day."""
    working = is_working(day)
    if day.weekday() < 5:
        return day.weekday() if working else HOLIDAY
    return MAKE_UP if working else day.weekday()


def _fit(history: Mapping[date, int], today: date, kind_of: Kinds) -> tuple[float, dict[int, float]]:
    """The present level and the share of each kind of day (their mean over a plain week is 1)."""
    days = [today - timedelta(days=number) for number in range(1, WINDOW_DAYS + 1)]
    first = min(history, default=today)
    days = [day for day in days if day >= first] or days[:1]
    kinds = {day: kind_of(day) for day in days}
    profile = _profile({day: history.get(day, 0) for day in days}, kinds)
    weights = [0.5 ** (number / HALF_LIFE_DAYS) for number in range(len(days))]
    freed = [history.get(day, 0) / profile[kinds[day]] for day in days]
    return sum(w * value for w, value in zip(weights, freed, strict=True)) / sum(weights), profile


def _profile(counts: Mapping[date, int], kinds: Mapping[date, int]) -> dict[int, float]:
    """Share of each kind of day. One that was hardly seen takes that of the kind most like it."""
    seen: dict[int, list[int]] = defaultdict(list)
    for day, count in counts.items():
        seen[kinds[day]].append(count)
    means = {kind: sum(those) / len(those) for kind, those in seen.items() if len(those) >= 2}
    overall = sum(counts.values()) / len(counts)
    week = [means.get(kind, overall) for kind in range(7)]
    middle = sum(week) / 7
    if not middle:
        return dict.fromkeys(range(9), 1.0)
    shares = {kind: max(mean / middle, 0.05) for kind, mean in enumerate(week)}
    shares[HOLIDAY] = max(means.get(HOLIDAY, week[6]) / middle, 0.05)
    shares[MAKE_UP] = max(means.get(MAKE_UP, sum(week[:5]) / 5) / middle, 0.05)
    return shares


def _past_misses(history: Mapping[date, int], today: date, kind_of: Kinds) -> list[tuple[date, float, float]]:
    """(day, miss in units of its chance spread, that unit) of one-day to seven-day forecasts made before."""
    found = []
    first = min(history, default=today)
    for number in range(7, ORIGINS + 7):
        origin = today - timedelta(days=number)
        if (origin - first).days < 28:
            break
        level, profile = _fit(history, origin, kind_of)
        for ahead in range(7):
            day = origin + timedelta(days=ahead)
            expected = level * profile[kind_of(day)]
            scale = sqrt(expected + 1)
            found.append((day, (history.get(day, 0) - expected) / scale, scale))
    return found


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0
