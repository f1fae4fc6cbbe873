"""What each kind of condition finds, exactly: hysteresis, delays, rates, silence, hours, combinations, facts."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.alerts.conditions import (
    Absence,
    Anomaly,
    Combination,
    Duration,
    FactHappened,
    Hours,
    On,
    RateOfChange,
    Threshold,
    Where,
)
from yicheng.core.alerts.declare import AlertRule, Scope, Severity
from yicheng.core.alerts.evaluation.facts import fits
from yicheng.core.alerts.evaluation.replaying import Seen, Told, replay
from yicheng.core.alerts.evaluation.usual import learn

T0 = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
UTC_ZONE = ZoneInfo("UTC")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def rule(condition: Any, **more: Any) -> AlertRule:
    return AlertRule("t.rule", "T", Severity.BLUE, "T", condition=condition, **more)


def run(wanted: AlertRule, rows: list[Any], *, until: float = 0, usual: Any = ()) -> list[tuple[str, float]]:
    """Rows are (minutes, value[, property]) or (minutes, event, fields); answers (up or down, minutes)."""
    history = [
        Told(T0 + row[0] * MINUTE, row[1], row[2])
        if isinstance(row[1], str)
        else Seen(T0 + row[0] * MINUTE, row[1], row[2] if len(row) > 2 else "")
        for row in rows
    ]
    turns = replay(wanted, history, until=T0 + max(until, rows[-1][0]) * MINUTE, zone=UTC_ZONE, usual=usual)
    return [("up" if one.is_raise else "down", (one.at - T0) / MINUTE) for one in turns]


def test_threshold_with_hysteresis_does_not_chatter() -> None:
    rows = [(0, 60.0), (1, 60.1), (2, 59.0), (3, 60.5), (4, 58.1), (5, 58.0), (6, 59.9), (7, 61)]
    assert run(rule(Threshold(above=60, hysteresis=2)), rows) == [("up", 1), ("down", 5), ("up", 7)]
    assert run(rule(Threshold(above=60)), rows[:4]) == [("up", 1), ("down", 2), ("up", 3)]


def test_a_band_is_left_on_either_side() -> None:
    band = Threshold(above=60, below=45, hysteresis=1)
    rows = [(0, 50.0), (1, 44.9), (2, 45.5), (3, 46.0), (4, 61), (5, 59)]
    assert run(rule(band), rows) == [("up", 1), ("down", 3), ("up", 4), ("down", 5)]


def test_delays_guard_both_ways() -> None:
    damp = rule(Threshold(above=60), on_delay=5 * MINUTE, off_delay=10 * MINUTE)
    assert run(damp, [(0, 61.0), (4, 59.0), (5, 61), (12, 61)]) == [("up", 10)]
    rows = [(0, 61.0), (5, 61.0), (6, 59.0), (10, 61.0), (11, 59.0), (30, 59.0)]
    assert run(damp, rows) == [("up", 5), ("down", 21)]


def test_duration_is_raised_by_the_clock_and_begins_anew_after_a_break() -> None:
    long = rule(Duration(Threshold(above=60), lasting=HOUR))
    assert run(long, [(0, 61.0)], until=59) == []
    assert run(long, [(0, 61.0)], until=60) == [("up", 60)]
    assert run(long, [(0, 61.0), (30, 60.0), (31, 61.0), (80, 61.0)]) == []
    assert run(long, [(0, 61.0), (30, 60.0), (31, 61.0), (95, 50.0)]) == [("up", 91), ("down", 95)]


def test_rate_of_change_within_the_window_only() -> None:
    jump = rule(RateOfChange(per=DAY, rise=5.0, fall=5.0))
    slow = [(hour * 60, 50 + hour * 0.2) for hour in range(25)]
    assert run(jump, slow) == []
    fast = [(hour * 60, 50 + hour * 0.3) for hour in range(25)]
    assert run(jump, fast) == [("up", 17 * 60)]
    assert run(jump, [(0, 50.0), (30, 44.0)]) == [("up", 30)]
    assert run(jump, [(0, 50.0), (27 * 60, 44.0)]) == []


def test_absence_is_found_by_the_clock_and_over_with_the_next_reading() -> None:
    silence = rule(Absence(longer_than=30 * MINUTE))
    assert run(silence, [(0, 1.0), (20, 1.0)], until=49) == []
    assert run(silence, [(0, 1.0), (20, 1.0)], until=50) == [("up", 50)]
    assert run(silence, [(0, 1.0), (100, 1.0)]) == [("up", 30), ("down", 100)]


def test_hours_and_weekdays() -> None:
    night = rule(Threshold(above=0), scope=Scope(hours=Hours(time(22), time(6), (0, 1, 2, 3, 4))))
    rows = [(21 * 60, 1.0), (23 * 60, 1.0), (24 * 60 + 300, 1.0), (24 * 60 + 361, 1.0)]
    assert run(night, rows) == [("up", 23 * 60), ("down", 24 * 60 + 361)]
    saturday = 5 * 24 * 60
    assert run(night, [(saturday + 60, 1.0), (saturday + 23 * 60, 1.0)]) == [
        ("up", saturday + 60),
        ("down", saturday + 23 * 60),
    ]


def test_all_of_a_combination_within_a_time() -> None:
    both = rule(Combination(
        all_of=(On("humidity", Threshold(above=60)), On("temperature", Threshold(above=25))), within=10 * MINUTE
    ))  # fmt: skip
    assert run(both, [(0, 61.0, "humidity"), (5, 26.0, "temperature")]) == [("up", 5)]
    assert run(both, [(0, 61.0, "humidity"), (1, 50.0, "humidity"), (12, 26.0, "temperature")]) == []
    rows = [(0, 61.0, "humidity"), (5, 26.0, "temperature"), (6, 50.0, "humidity")]
    assert run(both, rows, until=15.9) == [("up", 5)]
    assert run(both, rows, until=16) == [("up", 5), ("down", 16)]


def test_a_fact_and_a_reading_together() -> None:
    moved = rule(Combination(
        all_of=(On("movement", Threshold(above=0)), FactHappened("t.night", until="t.day")), within=HOUR
    ))  # fmt: skip
    assert run(moved, [(0, "t.night", {}), (500, 1.0, "movement")]) == [("up", 500)]
    assert run(moved, [(0, "t.night", {}), (300, "t.day", {}), (500, 1.0, "movement")]) == []


def test_some_of_a_combination() -> None:
    two = rule(Combination(
        any_of=tuple(On(name, Threshold(above=0)) for name in "abc"), at_least=2, within=MINUTE
    ))  # fmt: skip
    assert run(two, [(0, 1.0, "a"), (1, 1.0, "a")]) == []
    assert run(two, [(0, 1.0, "a"), (0.5, 1.0, "c")]) == [("up", 0.5)]


def test_facts_begin_and_end() -> None:
    silent = rule(FactHappened("t.silent", (Where("grade", "is", 1),), until="t.heard"))
    rows = [(0, "t.silent", {"grade": 2}), (1, "t.silent", {"grade": 1}), (2, "t.silent", {"grade": 1}),
            (3, "t.heard", {})]  # fmt: skip
    assert run(silent, rows) == [("up", 1), ("down", 3)]


@pytest.mark.parametrize(
    ("where", "fields", "is_fit"),
    [
        (Where("a", "is", "1"), {"a": 1}, True),
        (Where("a", "is", "true"), {"a": True}, True),
        (Where("a", "is", "1"), {"a": True}, False),
        (Where("a", "is", "x"), {}, False),
        (Where("a", "is_not", "x"), {}, True),
        (Where("a", "above", "2"), {"a": 2.5}, True),
        (Where("a", "above", 2), {"a": "two"}, False),
        (Where("a", "below", 2), {"a": 1}, True),
        (Where("a", "contains", "ab"), {"a": "cabs"}, True),
        (Where("a", "contains", "ab"), {"a": None}, False),
    ],
)
def test_fields_of_facts(where: Where, fields: dict[str, Any], is_fit: bool) -> None:
    assert fits([where], fields) is is_fit


def test_an_anomaly_is_unlike_the_same_time_of_day() -> None:
    daily = [(T0 + hour * HOUR, 20.0 + 5 * (hour % 24 >= 12) + 0.1 * (hour % 7)) for hour in range(24 * 10)]
    unusual = Anomaly(deviations=6)
    usual = learn(unusual, daily)
    assert len(usual) == 24
    minute = 24 * 10 * 60
    assert run(rule(unusual), [(minute, 20.3)], usual=usual) == []
    assert run(rule(unusual), [(minute, 25.3)], usual=usual) == [("up", minute)]
    assert run(rule(unusual), [(minute + 12 * 60, 25.3)], usual=usual) == []
    assert learn(unusual, daily[: 24 * 6]) == ()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Threshold(),
        lambda: Threshold(above=1, below=2),
        lambda: Threshold(above=1, hysteresis=-1),
        lambda: Duration(Threshold(above=1), timedelta(0)),
        lambda: RateOfChange(DAY),
        lambda: Absence(timedelta(0)),
        lambda: Combination(),
        lambda: Combination(any_of=(FactHappened("a.b"),), at_least=2),
    ],
)
def test_nonsense_is_refused(make: Any) -> None:
    with pytest.raises(ValueError):
        make()


@given(
    st.lists(st.tuples(st.integers(0, 600), st.floats(0, 100)), min_size=1, max_size=60),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_turns_alternate_and_keep_the_order_of_time(
    rows: list[tuple[int, float]], on_minutes: int, off_minutes: int
) -> None:
    wanted = rule(
        Threshold(above=60, below=20, hysteresis=3),
        on_delay=on_minutes * MINUTE,
        off_delay=off_minutes * MINUTE,
    )
    turns = run(wanted, sorted(rows), until=1000)
    assert [way for way, _at in turns] == [("up", "down")[number % 2] for number in range(len(turns))]
    assert [at for _way, at in turns] == sorted(at for _way, at in turns)


@given(st.lists(st.tuples(st.integers(1, 2000), st.floats(-50, 50)), min_size=1, max_size=80))
def test_a_rate_is_never_missed_nor_made_up(rows: list[tuple[int, float]]) -> None:
    """Against the plain definition: a rise within the window raises; no rise within window and a 24th raises nothing."""
    rows = sorted(dict(rows).items())
    ups = [at for way, at in run(rule(RateOfChange(per=HOUR, rise=10)), rows) if way == "up"]

    def rises(at: float, value: float, window: float) -> bool:
        return any(value - low > 10 for when, low in rows if at - window <= when <= at)

    surely = [at for at, value in rows if rises(at, value, 60)]
    perhaps = {at for at, value in rows if rises(at, value, 62.5)}
    assert bool(ups) >= bool(surely)
    assert not surely or min(ups) <= min(surely)
    assert set(ups) <= perhaps
