"""Rules that staff make: drafted, tried on history, put into force, retired; the same kinds as declared ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from yicheng.core.alerts.actions.authoring import DraftCondition, DraftRule
from yicheng.core.alerts.conditions import Combination, Duration, Hours, On, RateOfChange, Threshold
from yicheng.core.alerts.models import Alert, Rule
from yicheng.core.alerts.public import (
    publish_rule,
    retire_rule,
    rule_detail,
    rules_for,
    save_rule,
    try_rule,
)
from yicheng.core.alerts.registry import live_rules
from yicheng.core.alerts.tests.conftest import DAMP, LONG, MINUTE, T0, Shelf, Town
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid

WARM = DraftRule(
    title="Too warm", severity=3, text="%(subject)s: %(value)s %(unit)s", property="temperature",
    conditions=[DraftCondition("threshold", above=25.0, hysteresis=1.0)],
)  # fmt: skip
DAY = timedelta(days=1)


def test_a_draft_raises_nothing_until_it_is_in_force(town: Town, shelf: Shelf) -> None:
    row = save_rule(town.engineer, WARM)
    shelf.says((0, 26.0), of="temperature")
    assert not Alert.objects.filter(rule=row).exists()
    publish_rule(town.engineer, row.pk)
    shelf.says((1, 26.0), of="temperature")
    assert Alert.objects.get(rule=row).subject == "trial.shelf/1"
    with pytest.raises(Conflict):
        save_rule(town.engineer, WARM, rule_id=row.pk)
    retire_rule(town.engineer, row.pk, reason="Seasonal")
    assert row.key not in live_rules().by_key
    with pytest.raises(Conflict):
        publish_rule(town.engineer, row.pk)


def test_a_draft_can_be_changed(town: Town) -> None:
    row = save_rule(town.engineer, WARM)
    again = save_rule(town.engineer, replace(WARM, title="Much too warm"), rule_id=row.pk)
    assert (again.pk, again.key) == (row.pk, row.key)
    assert Rule.objects.get(pk=row.pk).title == "Much too warm"
    assert rule_detail(town.engineer, row.pk).says == "Temperature above 25"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (
            DraftCondition("duration", above=25.0, period_s=1800),
            Duration(Threshold(above=25.0), timedelta(minutes=30)),
        ),
        (DraftCondition("rate", above=5.0, period_s=86_400), RateOfChange(DAY, rise=5.0)),
        (DraftCondition("threshold", above=30.0, below=5.0), Threshold(above=30.0, below=5.0)),
    ],
)
def test_kinds_of_conditions(town: Town, condition: DraftCondition, expected: Any) -> None:
    row = publish_rule(town.engineer, save_rule(town.engineer, replace(WARM, conditions=[condition])).pk)
    assert live_rules().by_key[row.key].rule.condition == expected


def test_two_conditions_are_a_combination_with_hours(town: Town) -> None:
    draft = replace(
        WARM, conditions=[*WARM.conditions, DraftCondition("threshold", "humidity", above=60.0)], start=time(22),
        end=time(6), weekdays=(0, 1),
    )  # fmt: skip
    row = publish_rule(town.engineer, save_rule(town.engineer, draft).pk)
    rule = live_rules().by_key[row.key].rule
    assert rule.condition == Combination(
        all_of=(
            On("temperature", Threshold(above=25.0, hysteresis=1.0)),
            On("humidity", Threshold(above=60.0)),
        ),
        within=timedelta(hours=1),
    )
    assert rule.scope.hours == Hours(time(22), time(6), (0, 1))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " "}, "title"),
        ({"text": "50% of %(value)"}, "text"),
        ({"property": "nothing", "conditions": [DraftCondition("threshold", above=1.0)]}, "property"),
        ({"conditions": []}, "conditions"),
        ({"conditions": [DraftCondition("threshold")]}, "conditions"),
        ({"conditions": [DraftCondition("duration", above=1.0)]}, "conditions"),
        ({"conditions": [DraftCondition("fact", event="cases.task_completed")]}, "event"),
        ({"severity": 9}, "severity"),
    ],
)
def test_what_is_not_complete_is_refused_by_field(town: Town, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        save_rule(town.engineer, replace(WARM, **more))
    assert field in refused.value.fields
    assert not Rule.objects.filter(origin="staff").exists()


def test_who_may_not_writes_no_rule(town: Town) -> None:
    row = save_rule(town.engineer, WARM)
    for deed in (
        lambda: save_rule(town.officer, WARM),
        lambda: publish_rule(town.officer, row.pk),
        lambda: retire_rule(town.officer, row.pk, reason="x"),
        lambda: try_rule(town.officer, DAMP, T0, T0 + DAY),
    ):
        with pytest.raises(Forbidden):
            deed()
    assert Rule.objects.get(pk=row.pk).status == "draft"
    assert row not in list(rules_for(town.officer))
    with pytest.raises(Forbidden):
        rules_for(town.clerk)


def test_a_trial_finds_what_live_running_found_and_writes_nothing(town: Town) -> None:
    shelf = Shelf(1, town.museum, loggers=2)
    shelf.says((0, 50.0), (10, 61.0), (20, 57.0), (30, 62.0), (90, 40.0))
    shelf.says((15, 66.0), (25, 50.0), logger=1, now=90)
    before = Alert.objects.count()
    trial = try_rule(town.engineer, DAMP, T0, T0 + DAY)
    found = sorted(
        ((one.raised_at - T0) / MINUTE, (one.ended_at - T0) / MINUTE) for one in trial.firings if one.ended_at
    )
    assert found == [(10, 25), (30, 90)]
    assert (trial.count, trial.series, trial.readings, trial.subjects) == (2, 2, 7, 1)
    assert trial.firings[0].title == "Shelf 1"
    assert list(trial.by_day.values()) == [2]
    assert Alert.objects.count() == before


def test_a_trial_of_a_duration_counts_by_the_clock(town: Town, shelf: Shelf) -> None:
    shelf.says((0, 71.0), (29, 60.0), (40, 71.0))
    trial = try_rule(town.engineer, LONG, T0, T0 + DAY)
    assert [((one.raised_at - T0) / MINUTE, one.ended_at) for one in trial.firings] == [(70, None)]


def test_a_draft_is_tried_without_being_kept(town: Town, shelf: Shelf) -> None:
    shelf.says((0, 20.0), (10, 26.0), of="temperature")
    assert try_rule(town.engineer, WARM, T0, T0 + DAY).count == 1
    assert not Rule.objects.filter(origin="staff").exists()
    with pytest.raises(Invalid):
        try_rule(town.engineer, WARM, T0, T0)
    with pytest.raises(Invalid):
        try_rule(town.engineer, WARM, T0, T0 + 500 * DAY)
