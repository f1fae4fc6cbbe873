"""Working time: exact values over Chinese New Year, and what holds for every calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from yicheng.core.cases.calendar import UNITS, Hours, Leg, Pause, WorkingCalendar, counted_s, due_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = (Hours(time(9), time(12)), Hours(time(13, 30), time(17, 30)))
WEEK = {weekday: DAY if weekday < 5 else () for weekday in range(7)}
HOLIDAYS: dict[date, tuple[Hours, ...]] = {date(2026, 2, 15) + timedelta(days=n): () for n in range(9)}
MAKE_UP: dict[date, tuple[Hours, ...]] = {date(2026, 2, 14): DAY, date(2026, 2, 28): DAY}
CALENDAR = WorkingCalendar(WEEK, HOLIDAYS | MAKE_UP, zone=SHANGHAI, years=(2025, 2027))


def local(*parts: int) -> datetime:
    year, month, day, hour, minute = (*parts, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def test_exact_due_times() -> None:
    monday = local(2026, 3, 2, 10)
    assert due_at(CALENDAR, monday, [Leg(2, "work_hour")]) == local(2026, 3, 2, 12)
    assert due_at(CALENDAR, monday, [Leg(3, "work_hour")]) == local(2026, 3, 2, 14, 30)
    assert due_at(CALENDAR, monday, [Leg(1, "work_day")]) == local(2026, 3, 3, 10)
    assert due_at(CALENDAR, local(2026, 3, 6, 16), [Leg(2, "work_hour")]) == local(2026, 3, 9, 9, 30)
    assert due_at(CALENDAR, local(2026, 3, 7, 11), [Leg(1, "work_hour")]) == local(2026, 3, 9, 10)
    assert due_at(CALENDAR, monday, [Leg(4, "hour")]) == local(2026, 3, 2, 14)
    assert due_at(CALENDAR, monday, [Leg(2, "day")]) == local(2026, 3, 4, 10)


def test_holidays_and_make_up_days() -> None:
    friday = local(2026, 2, 13, 10)
    assert due_at(CALENDAR, friday, [Leg(1, "work_day")]) == local(2026, 2, 14, 10)
    assert due_at(CALENDAR, friday, [Leg(2, "work_day")]) == local(2026, 2, 24, 10)
    assert CALENDAR.is_working_day(date(2026, 2, 28))
    assert not CALENDAR.is_working_day(date(2026, 2, 17))


def test_pauses_and_extensions() -> None:
    begin = local(2026, 3, 2, 9)
    pause = Pause(local(2026, 3, 2, 10), local(2026, 3, 3, 11))
    assert due_at(CALENDAR, begin, [Leg(2, "work_hour")], [pause]) == local(2026, 3, 3, 12)
    assert due_at(CALENDAR, begin, [Leg(2, "hour")], [pause]) == local(2026, 3, 3, 12)
    assert due_at(CALENDAR, begin, [Leg(1, "work_hour")], [pause]) == local(2026, 3, 2, 10)
    assert due_at(CALENDAR, begin, [Leg(2, "work_hour"), Leg(1, "work_hour")], [pause]) == local(
        2026, 3, 3, 14, 30
    )
    assert due_at(CALENDAR, begin, [Leg(2, "work_hour")], [Pause(pause.begin, None)]) is None
    assert counted_s(CALENDAR, begin, local(2026, 3, 3, 12), work=True, pauses=[pause]) == 2 * 3600


def test_fast_enough_for_every_step() -> None:
    begin, pause = local(2026, 3, 2, 9), Pause(local(2026, 3, 2, 10), local(2026, 3, 3, 11))
    started = perf_counter()
    for _ in range(1000):
        due_at(CALENDAR, begin, [Leg(7, "work_day")], [pause])
    assert perf_counter() - started < 0.5


moments = st.datetimes(datetime(2025, 3, 1), datetime(2026, 6, 1)).map(
    lambda m: m.replace(tzinfo=UTC, microsecond=0)
)
lengths = st.timedeltas(timedelta(minutes=1), timedelta(days=30))
legs = st.builds(Leg, st.integers(1, 40).map(float), st.sampled_from(UNITS))
pauses = st.builds(lambda begin, length: Pause(begin, begin + length), moments, lengths)


@settings(max_examples=200, deadline=None)
@given(moments, legs, st.lists(pauses, max_size=4), pauses)
def test_a_pause_never_shortens(begin: datetime, leg: Leg, some: list[Pause], more: Pause) -> None:
    before, after = due_at(CALENDAR, begin, [leg], some), due_at(CALENDAR, begin, [leg], [*some, more])
    assert before is not None
    assert after is not None
    assert after >= before


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(1, 400), st.integers(1, 400), st.sampled_from(UNITS))
def test_more_time_is_later_and_time_adds_up(begin: datetime, one: int, two: int, unit: str) -> None:
    amounts = (one / 10, two / 10)
    first, second = (Leg(amount, unit) for amount in amounts)  # type: ignore[arg-type]
    together = due_at(CALENDAR, begin, [Leg(sum(amounts), unit)])  # type: ignore[arg-type]
    in_turn = due_at(CALENDAR, begin, [first, second])
    assert together is not None
    assert in_turn is not None
    assert abs((together - in_turn).total_seconds()) < 1
    alone = due_at(CALENDAR, begin, [first])
    assert alone is not None
    assert begin < alone <= in_turn


@settings(max_examples=200, deadline=None)
@given(moments, moments, legs)
def test_beginning_later_ends_no_earlier(one: datetime, two: datetime, leg: Leg) -> None:
    first, second = sorted((one, two))
    early, late = due_at(CALENDAR, first, [leg]), due_at(CALENDAR, second, [leg])
    assert early is not None
    assert late is not None
    assert early <= late


@settings(max_examples=200, deadline=None)
@given(moments, legs, st.lists(pauses, max_size=3))
def test_what_was_added_is_what_is_measured(begin: datetime, leg: Leg, some: list[Pause]) -> None:
    end = due_at(CALENDAR, begin, [leg], some)
    assert end is not None
    measured = counted_s(CALENDAR, begin, end, work=leg.counts_work, pauses=some)
    assert abs(measured - leg.seconds(CALENDAR)) < 1
