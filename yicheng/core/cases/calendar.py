"""Working time: how long is it until …, and when is it over. Pure, precomputed, microseconds per question.

A calendar is a sorted list of working intervals (UTC seconds) with their running
total, so adding working time and measuring it are two bisections. Outside the years
it was built for, it goes on with the ordinary week.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

Unit = Literal["hour", "day", "work_hour", "work_day"]
UNITS: tuple[Unit, ...] = ("hour", "day", "work_hour", "work_day")
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours of one part of a day, local time."""

    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch of time that does not count; ``end`` None: it lasts."""

    begin: datetime
    end: datetime | None


class WorkingCalendar:
    """When a city works. ``week`` maps weekdays (Monday 0) to hours; ``days`` are exceptions by date."""

    def __init__(
        self,
        week: Mapping[int, Sequence[Hours]],
        days: Mapping[date, Sequence[Hours]],
        *,
        zone: tzinfo,
        years: tuple[int, int],
    ) -> None:
        if not any(week.values()):
            raise ValueError("a calendar needs at least one working day in the week")
        self.week, self.days, self.zone, self.years = week, days, zone, years
        self.begins: list[float] = []
        self.ends: list[float] = []
        self.totals: list[float] = []
        self._fill()
        self.day_s = self._usual_day_s()

    def is_working_day(self, day: date) -> bool:
        """Whether anybody works that day."""
        return bool(self.days.get(day, self.week.get(day.weekday(), ())))

    def worked_s(self, begin: datetime, end: datetime) -> float:
        """Working seconds between two moments (0 when ``end`` is not later)."""
        if end <= begin:
            return 0.0
        return self._total(end.timestamp()) - self._total(begin.timestamp())

    def after(self, begin: datetime, seconds: float) -> datetime:
        """The moment at which so many working seconds have passed since ``begin``."""
        if seconds <= 0:
            return begin
        goal = self._total(begin.timestamp()) + seconds
        place = bisect_right(self.totals, goal - 1e-6) - 1
        if place < 0:
            place = 0
        if place >= len(self.begins):
            return datetime.fromtimestamp(self.ends[-1], UTC)
        moment = self.begins[place] + (goal - self.totals[place])
        return datetime.fromtimestamp(min(moment, self.ends[place]), UTC)

    def _total(self, moment: float) -> float:
        """Working seconds from the calendar's beginning to a moment."""
        place = bisect_right(self.begins, moment) - 1
        if place < 0:
            return 0.0
        return self.totals[place] + min(moment, self.ends[place]) - self.begins[place]

    def _fill(self) -> None:
        first, last = date(self.years[0], 1, 1), date(self.years[1], 12, 31)
        total, day = 0.0, first
        while day <= last:
            for hours in self.days.get(day, self.week.get(day.weekday(), ())):
                begin = datetime.combine(day, hours.begin, self.zone).timestamp()
                end = datetime.combine(day, hours.end, self.zone).timestamp()
                self.begins.append(begin)
                self.ends.append(end)
                self.totals.append(total)
                total += end - begin
            day += timedelta(days=1)

    def _usual_day_s(self) -> float:
        lengths = [sum(_length_s(hours) for hours in part) for part in self.week.values() if part]
        return max(set(lengths), key=lengths.count)


def _length_s(hours: Hours) -> float:
    begin, end = hours.begin, hours.end
    return (end.hour - begin.hour) * 3600 + (end.minute - begin.minute) * 60 + end.second - begin.second


@dataclass(frozen=True, slots=True)
class Leg:
    """An amount of time in one unit: a limit, or an extension of it."""

    amount: float
    unit: Unit

    def seconds(self, calendar: WorkingCalendar) -> float:
        """Its length in counted seconds. A working day is the calendar's usual day."""
        length = {"hour": 3600, "work_hour": 3600, "day": DAY_S, "work_day": calendar.day_s}
        return self.amount * length[self.unit]

    @property
    def counts_work(self) -> bool:
        """Whether only working time counts."""
        return self.unit.startswith("work")


def due_at(
    calendar: WorkingCalendar, begin: datetime, legs: Iterable[Leg], pauses: Iterable[Pause] = ()
) -> datetime | None:
    """When the legs, one after the other, are over; pauses do not count. None: paused without end."""
    ordered = _merged(pauses)
    moment: datetime | None = begin
    for leg in legs:
        moment = _leg_end(calendar, moment, leg, ordered) if moment is not None else None
    return moment


def counted_s(
    calendar: WorkingCalendar, begin: datetime, end: datetime, *, work: bool, pauses: Iterable[Pause] = ()
) -> float:
    """Seconds that count between two moments."""
    total = _counted(calendar, begin, end, work=work)
    for pause in _merged(pauses):
        total -= _counted(calendar, max(pause.begin, begin), min(pause.end or end, end), work=work)
    return max(total, 0.0)


def _leg_end(
    calendar: WorkingCalendar, begin: datetime, leg: Leg, pauses: Sequence[Pause]
) -> datetime | None:
    left, moment = leg.seconds(calendar), begin
    for pause in pauses:
        if pause.end is not None and pause.end <= moment:
            continue
        until = _counted(calendar, moment, pause.begin, work=leg.counts_work)
        if until >= left:
            break
        left -= until
        if pause.end is None:
            return None
        moment = max(pause.end, moment)
    if leg.counts_work:
        return calendar.after(moment, left)
    return moment + timedelta(seconds=left)


def _counted(calendar: WorkingCalendar, begin: datetime, end: datetime, *, work: bool) -> float:
    if end <= begin:
        return 0.0
    return calendar.worked_s(begin, end) if work else (end - begin).total_seconds()


def _merged(pauses: Iterable[Pause]) -> list[Pause]:
    """Sorted, without overlaps."""
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.begin):
        last = merged[-1] if merged else None
        if last and (last.end is None or pause.begin <= last.end):
            ends = None if last.end is None or pause.end is None else max(last.end, pause.end)
            merged[-1] = Pause(last.begin, ends)
        else:
            merged.append(pause)
    return merged
