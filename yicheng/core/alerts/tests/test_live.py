"""Readings through sensing's door to alerts: each kind of rule, in batches and by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yicheng.core.alerts.models import Alert, RuleState
from yicheng.core.alerts.public import acknowledge, take_out_of_service, text_of
from yicheng.core.alerts.tests.conftest import MINUTE, T0, Shelf, Town, wait_until
from yicheng.core.events.public import drain_outbox
from yicheng.core.kernel import clock
from yicheng.core.notices.models import Notice
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.public import bind, unbind


def standing(rule: str) -> list[tuple[str, str, float]]:
    """(subject, state, minute raised) of the open alerts of a rule."""
    rows = Alert.objects.filter(rule__key=rule, closed_at=None).order_by("id")
    return [(row.subject, row.state, (row.raised_at - T0) / MINUTE) for row in rows]


def test_a_limit_is_passed_and_comes_back(shelf: Shelf, town: Town) -> None:
    shelf.says((0, 55.0), (1, 59.0))
    assert standing("trial.damp") == []
    shelf.says((2, 61.5))
    assert standing("trial.damp") == [("trial.shelf/1", "unack", 2)]
    alert = Alert.objects.get(rule__key="trial.damp")
    assert (text_of(alert), alert.link) == ("Shelf 1: 61.5 %, above 60.", "/shelves/1/")
    assert (alert.organisation_id, alert.division_code) == (town.museum.pk, "410102")
    assert (
        Notice.objects.filter(account_id=town.officer.account_id or 0, kind="alerts.raised_orange").count()
        == 1
    )
    shelf.says((3, 59.0), (4, 62.0), (5, 58.5))
    assert standing("trial.damp") == [("trial.shelf/1", "unack", 2)]
    shelf.says((6, 58.0))
    assert standing("trial.damp") == [("trial.shelf/1", "returned", 2)]


def test_a_batch_holds_the_whole_course(shelf: Shelf) -> None:
    shelf.says((0, 55.0), (1, 61.0), (2, 57.0), (3, 62.0))
    alert = Alert.objects.get(rule__key="trial.damp")
    assert (alert.state, alert.count, alert.raised_at) == ("unack", 2, T0 + MINUTE)


def test_two_loggers_of_one_shelf_make_one_alert_that_ends_with_the_last(town: Town) -> None:
    shelf = Shelf(1, town.museum, loggers=2)
    shelf.says((0, 61.0), logger=0)
    shelf.says((1, 63.0), logger=1)
    shelf.says((2, 50.0), logger=0)
    assert standing("trial.damp") == [("trial.shelf/1", "unack", 0)]
    shelf.says((3, 50.0), logger=1)
    assert standing("trial.damp") == [("trial.shelf/1", "returned", 0)]


def test_the_clock_raises_what_lasts(shelf: Shelf) -> None:
    shelf.says((0, 71.0))
    wait_until(29)
    assert standing("trial.long") == []
    wait_until(30.1)
    assert standing("trial.long") == [("trial.shelf/1", "unack", 30)]
    wait_until(90)
    assert Alert.objects.filter(rule__key="trial.long").count() == 1


def test_silence_is_found_by_the_clock_and_over_with_the_next_reading(shelf: Shelf) -> None:
    shelf.says((0, 20.0), of="temperature")
    shelf.says((15, 20.0), of="temperature")
    wait_until(20.5)
    assert standing("trial.quiet") == []
    wait_until(35.5)
    assert standing("trial.quiet") == [("trial.shelf/1", "unack", 35)]
    shelf.says((40, 20.0), of="temperature")
    assert standing("trial.quiet") == [("trial.shelf/1", "returned", 35)]
    wait_until(59)
    wait_until(60.5)
    assert Alert.objects.get(rule__key="trial.quiet").count == 2


def test_a_standstill_of_the_platform_is_no_silence(shelf: Shelf) -> None:
    shelf.says((0, 20.0), of="temperature")
    wait_until(1)
    wait_until(100, stood_still=True)
    assert standing("trial.quiet") == []
    wait_until(120)
    assert standing("trial.quiet") == [("trial.shelf/1", "unack", 119)]


def test_a_jump_is_seen_over_batches(shelf: Shelf) -> None:
    shelf.says((0, 45.0))
    shelf.says((20, 50.0))
    assert standing("trial.jump") == []
    shelf.says((40, 55.5))
    assert standing("trial.jump") == [("trial.shelf/1", "unack", 40)]
    shelf.says((90, 55.6))
    assert standing("trial.jump") == [("trial.shelf/1", "returned", 40)]


def test_a_combination_of_two_devices(town: Town) -> None:
    shelf = Shelf(1, town.museum, loggers=2)
    shelf.says((0, 61.0))
    shelf.says((5, 26.0), of="temperature", logger=1)
    assert standing("trial.both") == [("trial.shelf/1", "unack", 5)]
    shelf.says((6, 20.0), of="temperature", logger=1)
    wait_until(15)
    assert standing("trial.both") == [("trial.shelf/1", "unack", 5)]
    wait_until(17)
    assert standing("trial.both") == [("trial.shelf/1", "returned", 5)]


def test_what_came_too_late_or_is_bad_raises_nothing(shelf: Shelf) -> None:
    shelf.says((0, 61.0), now=3 * 24 * 60)
    assert standing("trial.damp") == []
    shelf.says((5 * 24 * 60, 50.0))
    shelf.says((5 * 24 * 60 - 5, 65.0), now=5 * 24 * 60)
    assert standing("trial.damp") == []


def test_a_device_moved_to_another_shelf_takes_its_alert_along(shelf: Shelf) -> None:
    shelf.says((0, 65.0))
    with clock.at(T0 + MINUTE):
        unbind(SYSTEM, shelf.devices[0].pk, reason="Moved")
        bind(SYSTEM, shelf.devices[0].pk, bearer_kind="trial.shelf", bearer_id=2)
    shelf.says((2, 65.0))
    assert standing("trial.damp") == [("trial.shelf/1", "returned", 0), ("trial.shelf/2", "unack", 2)]


def test_a_device_taken_off_leaves_no_alert_behind(town: Town) -> None:
    shelf = Shelf(1, town.museum, loggers=2)
    shelf.says((0, 65.0), logger=0)
    shelf.says((1, 65.0), logger=1)
    for number, expected in ((0, "unack"), (1, "returned")):
        with clock.at(T0 + 2 * MINUTE):
            unbind(SYSTEM, shelf.devices[number].pk, reason="Repair", status="in_repair")
            while drain_outbox():
                pass
        assert standing("trial.damp") == [("trial.shelf/1", expected, 0)]
    assert not RuleState.objects.filter(is_raised=True).exists()


def test_shown_a_batch_again_nothing_is_told_twice(shelf: Shelf, town: Town) -> None:
    from yicheng.core.alerts.evaluation.live import watch
    from yicheng.core.sensing.models import Series
    from yicheng.core.sensing.public import Batch, raw_readings, series_facts

    shelf.says((0, 61.5))
    series = Series.objects.get(property="humidity").pk
    rows = raw_readings([series], since=T0, until=T0 + timedelta(hours=1))
    watch(Batch(rows, series_facts([series])))
    assert Alert.objects.filter(rule__key="trial.damp").count() == 1
    assert (
        Notice.objects.filter(account_id=town.officer.account_id or 0, kind="alerts.raised_orange").count()
        == 1
    )


def test_a_rule_out_of_service_goes_on_recording(shelf: Shelf, town: Town) -> None:
    take_out_of_service(town.engineer, "trial.damp", reason="Calibration")
    shelf.says((0, 65.0))
    assert standing("trial.damp") == [("trial.shelf/1", "out", 0)]
    assert not Notice.objects.filter(kind="alerts.raised_orange").exists()


def test_an_answered_alert_closes_by_itself(shelf: Shelf, town: Town) -> None:
    shelf.says((0, 65.0))
    acknowledge(town.officer, Alert.objects.get(rule__key="trial.damp").pk)
    shelf.says((1, 50.0))
    assert Alert.objects.get(rule__key="trial.damp").state == "normal"


def test_quiet_readings_cost_a_fixed_number_of_queries_and_write_nothing(town: Town) -> None:
    from yicheng.core.alerts.evaluation.live import watch
    from yicheng.core.sensing.models import Series
    from yicheng.core.sensing.public import Batch, Observed, series_facts

    counts = []
    for size in (1, 12):
        shelves = [Shelf(size * 100 + number, town.museum) for number in range(size)]
        for one in shelves:
            one.says((0, 50.0))
        series = list(
            Series.objects.filter(device__in=[one.devices[0] for one in shelves]).values_list("pk", flat=True)
        )
        RuleState.objects.all().delete()
        at = T0 + MINUTE
        batch = Batch([Observed(pk, at, 50.0, 0, 0, at) for pk in sorted(series)], series_facts(series))
        watch(batch)
        before = list(RuleState.objects.order_by("pk").values_list("pk", "is_met", "due_at"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            watch(
                Batch([Observed(pk, at + MINUTE / 2, 50.0, 0, 0, at) for pk in sorted(series)], batch.series)
            )
        counts.append(len(queries))
        assert list(RuleState.objects.order_by("pk").values_list("pk", "is_met", "due_at")) == before
    assert counts[0] == counts[1] <= 5


@pytest.mark.parametrize("hours", [47, 49])
def test_history_is_what_came_two_days_late(shelf: Shelf, hours: int) -> None:
    shelf.says((0, 65.0), now=hours * 60)
    assert bool(standing("trial.damp")) is (hours < 48)
