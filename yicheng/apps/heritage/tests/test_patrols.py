"""Patrols: rounds open one after another, every point is answered, what is wrong becomes an alert, the figure counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import get_default_timezone

from yicheng.apps.heritage.actions.patrols import (
    Answer,
    NewPlan,
    end_plan,
    open_rounds,
    plan_patrol,
    walk_round,
)
from yicheng.apps.heritage.kinds import PLACE
from yicheng.apps.heritage.models import PatrolPlan, PatrolRound
from yicheng.apps.heritage.permissions import HERITAGE_HEAD, PATROL, PLAN_PATROLS
from yicheng.apps.heritage.queries.patrols import narrowed, rounds
from yicheng.apps.heritage.queries.performance import Figure, figures, patrols_due
from yicheng.apps.heritage.queries.periods import period_of
from yicheng.apps.heritage.tests.conftest import Town
from yicheng.apps.heritage.tests.test_climate import rules_about
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, SignInRequired
from yicheng.core.people.models import Account, Appointment, Role
from yicheng.core.people.public import STRANGER, SYSTEM

FIRST = date(2026, 3, 1)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=get_default_timezone())


def a_plan(town: Town, **changes: object) -> NewPlan:
    given = {
        "thing": f"place/{town.store.pk}",
        "title": "Store",
        "every_days": 10,
        "points": ["Locks", " ", "Water"],
        "first_on": FIRST,
    }
    return NewPlan(**(given | changes))  # type: ignore[arg-type]


def fine(plan: PatrolPlan) -> dict[int, Answer]:
    return {one.pk: Answer(True) for one in plan.points.all()}


def test_rounds_follow_one_another_without_gaps(town: Town) -> None:
    with clock.at(noon(FIRST)):
        plan = plan_patrol(SYSTEM, a_plan(town))
        assert open_rounds() == 0
    with clock.at(noon(FIRST + timedelta(days=25))):
        assert open_rounds() == 2
        assert open_rounds() == 0
    found = list(PatrolRound.objects.order_by("opens_on").values_list("opens_on", "due_on"))
    assert found == [(date(2026, 3, 1), date(2026, 3, 10)), (date(2026, 3, 11), date(2026, 3, 20)), (date(2026, 3, 21), date(2026, 3, 30))]  # fmt: skip
    assert [one.text for one in plan.points.order_by("number")] == ["Locks", "Water"]
    end_plan(SYSTEM, plan.pk)
    with clock.at(noon(FIRST + timedelta(days=90))):
        assert open_rounds() == 0


def test_a_round_is_walked_once_and_whole_and_what_is_wrong_is_an_alert(town: Town) -> None:
    with clock.at(noon(FIRST)):
        plan = plan_patrol(SYSTEM, a_plan(town))
    row = PatrolRound.objects.get()
    locks, water = plan.points.order_by("number")
    for answers in ({locks.pk: Answer(True)}, {locks.pk: Answer(True), water.pk: Answer(False, " ")}):
        with pytest.raises(Invalid):
            walk_round(SYSTEM, row.pk, answers=answers)
    assert not row.answers.exists()
    subject = f"{PLACE}/{town.store.pk}"
    assert rules_about(subject) == set()
    with clock.at(noon(FIRST)):
        walk_round(SYSTEM, row.pk, answers={locks.pk: Answer(True), water.pk: Answer(False, "A pipe drips.")})
    assert rules_about(subject) == {"heritage.found_on_patrol"}
    with pytest.raises(Conflict):
        walk_round(SYSTEM, row.pk, answers=fine(plan))
    assert narrowed(rounds(SYSTEM), "found").get().not_fine == 1


def test_the_figure_counts_rounds_walked_by_their_last_day(town: Town) -> None:
    with clock.at(noon(FIRST)):
        plan = plan_patrol(SYSTEM, a_plan(town))
    with clock.at(noon(date(2026, 3, 25))):
        open_rounds()
    first, second, third = PatrolRound.objects.order_by("opens_on")
    with clock.at(noon(first.due_on)):
        walk_round(SYSTEM, first.pk, answers=fine(plan))
    with clock.at(noon(second.due_on + timedelta(days=1))):
        walk_round(SYSTEM, second.pk, answers=fine(plan))
    march, museum = period_of("2026-03"), town.museum.pk
    with clock.at(noon(third.due_on)):
        assert figures(patrols_due(SYSTEM, march)) == {museum: Figure(1, 2)}
        assert narrowed(rounds(SYSTEM), "walk").get() == third
        assert not narrowed(rounds(SYSTEM), "overdue").exists()
    with clock.at(noon(third.due_on + timedelta(days=1))):
        assert figures(patrols_due(SYSTEM, march)) == {museum: Figure(1, 3)}
        assert narrowed(rounds(SYSTEM), "overdue").get() == third
    assert figures(patrols_due(SYSTEM, period_of("2026-04"))) == {}


def test_only_those_with_the_right_plan_and_walk(town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        plan_patrol(SYSTEM, a_plan(town, thing="place/0", title="", every_days=0, points=[]))
    assert set(refused.value.fields) == {"thing", "title", "every_days", "points"}
    for viewer in (STRANGER, town.staff(town.bureau, PLAN_PATROLS), town.staff(town.museum, PATROL)):
        with pytest.raises((Forbidden, SignInRequired)):
            plan_patrol(viewer, a_plan(town))
    plan = plan_patrol(SYSTEM, a_plan(town))
    row = plan.rounds.first()
    assert row is not None
    for viewer in (STRANGER, town.staff(town.bureau, PATROL)):
        with pytest.raises((Forbidden, SignInRequired)):
            walk_round(viewer, row.pk, answers=fine(plan))
    assert not rounds(town.staff(town.bureau, PATROL)).exists()


def test_the_pages_plan_and_walk(town: Town) -> None:
    head = Account.objects.create(
        username="h", display_name="H", kind="staff", organisation=town.museum, language="en"
    )
    role = Role.objects.create(code=HERITAGE_HEAD, name="Head")
    Appointment.objects.create(account=head, role=role, organisation=town.museum)
    client = Client()
    client.force_login(head)
    assert "Plan a patrol" in client.get(reverse("heritage.patrols")).content.decode()
    today = clock.now().astimezone(get_default_timezone()).date()
    sent = {
        "thing": f"place/{town.store.pk}",
        "title": "Store",
        "every_days": 7,
        "first_on": today,
        "points": "Locks\nWater",
    }
    assert client.post(reverse("heritage.patrol_plan"), sent | {"points": " "}).status_code == 422
    assert client.post(reverse("heritage.patrol_plan"), sent).status_code == 302
    row = PatrolRound.objects.get()
    page = reverse("heritage.patrol", args=[row.pk])
    locks, water = row.plan.points.order_by("number")
    answers = {f"point_{locks.pk}": "fine", f"point_{water.pk}": "wrong"}
    assert client.post(page, answers).status_code == 422
    assert client.post(page, answers | {f"note_{water.pk}": "A pipe drips."}).status_code == 302
    shown = client.get(page).content.decode()
    assert "A pipe drips." in shown
    assert client.get(reverse("heritage.patrols") + "?show=found&export=csv").status_code == 200
    assert client.post(reverse("heritage.patrol_end", args=[row.pk])).status_code == 302
    assert Client().get(page).status_code == 302
