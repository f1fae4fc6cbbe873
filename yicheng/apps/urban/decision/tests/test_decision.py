"""The decision pages count right, follow what happens, open onto their cases, and show nobody what is not theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from yicheng.apps.urban.decision import (
    chosen,
    drill,
    facts,
    measures,
    posts,
    published,
    ranking,
    rollups,
    spots,
    trends,
)
from yicheng.apps.urban.decision.forecast import day_kinds, forecast
from yicheng.apps.urban.decision.measures import Figures
from yicheng.core.cases.models import Case, CaseClass
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Forbidden, Invalid, SignInRequired
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import STRANGER, SYSTEM, Scope, Viewer

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PERIOD = chosen.Chosen(date(2026, 9, 1), date(2026, 11, 23))


@pytest.fixture
def some_cases(db: None) -> dict[str, Organisation]:
    """Cases of two bodies over three months; every verdict occurs."""
    CaseClass.objects.create(code="01", application="urban", kind="event", name="市容")
    CaseClass.objects.create(code="0101", application="urban", kind="event", name="垃圾", parent_id="01")
    roads, water = (
        Organisation.objects.create(code=code, name=code, kind="department", path=f"/{code}/")
        for code in ("roads", "water")
    )
    opened = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
    due = opened + timedelta(days=2)
    late = due + timedelta(days=1)

    def add(number: int, body: Organisation, **columns: Any) -> None:
        values = {
            "opened_at": opened,
            "due_at": due,
            "division_code": "410105001",
            "cell_code": "c1",
            **columns,
        }
        Case.objects.create(
            number=f"N{number}", application="urban", process="urban.case", case_class_id="0101", title="t",
            source="portal", stage="handle", organisation=body, **values,
        )  # fmt: skip

    add(1, roads, status="closed", closed_at=due, is_on_time=True)
    add(2, roads, status="closed", closed_at=late, is_on_time=False, rework_count=1)
    add(3, roads, status="closed", closed_at=late, is_on_time=None)
    add(4, roads, status="closed", closed_at=late, is_on_time=None, due_at=None)
    add(5, water, status="open")
    add(6, water, status="open", due_at=None)
    add(7, water, status="open", opened_at=NOW, due_at=NOW + timedelta(days=1))
    add(8, water, status="suspended")
    add(9, water, status="cancelled", closed_at=late)
    facts.reconcile()
    return {"roads": roads, "water": water}


def counted(viewer: Viewer = SYSTEM, period: chosen.Chosen = PERIOD) -> measures.Counted:
    with clock.at(NOW):
        return measures.count(period, chosen.where(viewer, period, ()))


def head_of(body: Organisation) -> Viewer:
    scope = (Scope(frozenset({body.pk})),)
    return Viewer("staff", 1, "Head", body.pk, grants={chosen.RIGHT: scope, "urban.view_case": scope})


@pytest.mark.parametrize("is_ahead", [False, True])
def test_every_case_is_counted_once_and_judged_right(some_cases: Any, is_ahead: bool) -> None:
    if is_ahead:
        assert rollups.count_months(date(2026, 11, 23)) == 2
    found = counted()
    assert (found.total.cases, found.total.on_time, found.total.late, found.total.reworked) == (9, 3, 2, 1)
    assert (found.total.open_on_time, found.total.open_late) == (1, 1)
    assert {key: figures.cases for key, figures in found.by["status"].items()} == {
        "closed": 4,
        "open": 3,
        "suspended": 1,
        "cancelled": 1,
    }
    for dimension in ("class_code", "county", "organisation_id", "source", "month"):
        assert sum(figures.cases for figures in found.by[dimension].values()) == 9, dimension


def test_a_change_makes_a_counted_month_unknown_until_it_is_counted_again(some_cases: Any) -> None:
    rollups.count_months(date(2026, 11, 23))
    case = Case.objects.get(number="N5")
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=NOW, is_on_time=False)
    assert counted().total.closed_late == 1
    assert facts.refresh([case.pk]) == 1
    assert date(2026, 9, 1) not in rollups.known_months()
    assert counted().total.closed_late == 2
    assert rollups.count_months(date(2026, 11, 23)) == 1
    assert counted().total.closed_late == 2
    assert facts.refresh([case.pk]) == 0, "what is true is not written again"


def test_comparison_mends_what_differs(some_cases: Any) -> None:
    assert facts.reconcile() == facts.Mended(0, 0)
    Case.objects.filter(number="N1").update(application="other")
    Case.objects.filter(number="N2").update(rework_count=4)
    assert facts.reconcile() == facts.Mended(1, 1)
    assert counted().total.cases == 8


def test_each_figure_opens_onto_as_many_cases(some_cases: Any) -> None:
    found = counted()
    with clock.at(NOW):
        sizes = {what: drill.cases_behind(SYSTEM, PERIOD, what=what).count() for what in drill.WHAT}
    assert (sizes[""], sizes["on_time"], sizes["late"]) == (9, found.total.on_time, found.total.late)
    assert (sizes["open"], sizes["closed"], sizes["reworked"], sizes["rated"]) == (4, 4, 1, 0)
    with pytest.raises(ValueError, match="sunny"):
        drill.cases_behind(SYSTEM, PERIOD, what="sunny")


def test_a_head_counts_the_own_body_only(some_cases: dict[str, Organisation]) -> None:
    found = counted(head_of(some_cases["water"]))
    assert found.total.cases == 5
    assert set(found.by["organisation_id"]) == {some_cases["water"].pk}
    with pytest.raises(SignInRequired):
        counted(STRANGER)
    with pytest.raises(Forbidden):
        counted(Viewer("resident", 2))
    with pytest.raises(Forbidden):
        posts.posts(Viewer("staff", 3), PERIOD)


def test_a_period_costs_three_statements(
    some_cases: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    where = chosen.where(SYSTEM, PERIOD, ())
    with django_assert_num_queries(5):  # the months known, memory, the count, in one savepoint
        measures.count(PERIOD, where)


def test_trend_and_spots(some_cases: Any) -> None:
    where = chosen.where(SYSTEM, PERIOD, ())
    days = trends.by_day(PERIOD, where)
    assert len(days) == PERIOD.days
    assert sum(day.opened for day in days) == 9
    [spot] = spots.repeat_spots(PERIOD, where)
    assert (spot.class_code, spot.spot, spot.cases, spot.open) == ("0101", "c1", 8, 4)


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-13-01"},
        {"from": "2026-11-02", "to": "2026-11-01"},
        {"from": "1990-01-01", "to": "2026-01-01"},
        {"organisation": "x"},
        {"county": "1"},
        {"class_code": "\0"},
    ],
)
def test_nonsense_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        chosen.parse(query, date(2026, 11, 23))


@given(
    begin=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    length=st.integers(0, 900),
    picked=st.sets(st.integers(0, 40)),
)
def test_months_and_gaps_cover_a_period_once(begin: date, length: int, picked: set[int]) -> None:
    end = begin + timedelta(days=length)
    whole = measures.whole_months(begin, end)
    known = [month for number, month in enumerate(whole) if number in picked]
    pieces = [(month, measures.month_end(month)) for month in known] + measures.gaps(begin, end, known)
    days = sorted(day for first, last in pieces for day in _days(first, last))
    assert days == _days(begin, end)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def test_forecast_knows_the_week_and_its_own_error() -> None:
    today = date(2026, 11, 23)
    usual = (100, 90, 80, 90, 100, 40, 30)
    history = {today - timedelta(days=n): usual[(today - timedelta(days=n)).weekday()] for n in range(1, 120)}
    off = today + timedelta(days=2)
    kinds = day_kinds(lambda day: day.weekday() < 5 and day != off)
    found = forecast(history, today=today, ahead=7, kind_of=kinds)
    assert [round(day.expected) for day in found.days] == [100, 90, 30, 90, 100, 40, 30]
    assert found.error_share == pytest.approx(0, abs=1e-9)
    assert all(day.low < day.expected < day.high for day in found.days)
    nothing = forecast({}, today=today, ahead=7, kind_of=kinds)
    assert (nothing.total, nothing.error_share) == (0, None)


def test_ranking_by_its_formula() -> None:
    good = ranking.Entry("a", "A", Figures(cases=20, closed_on_time=20), 20)
    bad = ranking.Entry("b", "B", Figures(cases=20, closed_on_time=10, closed_late=10, reworked=5), 20)
    few = ranking.Entry("c", "C", Figures(cases=2, closed_on_time=2), 2)
    found = ranking.ranked([few, bad, good])
    assert [(one.entry.key, one.rank) for one in found] == [("a", 1), ("b", 2), ("c", None)]
    assert found[0].score == 100.0
    assert found[1].score == round(100 * (0.5 * 0.5 + 0.2 * 1 + 0.15 * 0.75) / 0.85, 1)


PAGES = ("urban.decision", "urban.decision_ranking", "urban.decision_spots", "urban.decision_forecast")


@pytest.fixture
def leader(db: None) -> Client:
    account = Account.objects.create(username="leader", kind="staff", display_name="Lin", language="en")
    role = Role.objects.get_or_create(code="leader", defaults={"name": "Leader"})[0]
    Appointment.objects.create(account=account, role=role)
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


@pytest.mark.parametrize("name", PAGES)
def test_pages(some_cases: Any, leader: Client, name: str, django_assert_max_num_queries: Any) -> None:
    query = {"from": "2026-09-01", "to": "2026-11-23"}
    leader.get(reverse(name), query)
    with django_assert_max_num_queries(25):
        answer = leader.get(reverse(name), query)
    assert answer.status_code == 200
    assert Client().get(reverse(name)).status_code == 302


def test_spots_stand_on_a_map(some_cases: Any, leader: Client) -> None:
    Case.objects.update(lon=113.6012345, lat=34.7)
    query = {"from": "2026-09-01", "to": "2026-11-23"}
    assert "spots.geojson" in leader.get(reverse("urban.decision_spots"), query).content.decode()
    features = leader.get(reverse("urban.decision_points"), query).json()["features"]
    listed = spots.repeat_spots(PERIOD, chosen.where(SYSTEM, PERIOD, ()))
    assert [one["properties"]["cases"] for one in features] == [one.cases for one in listed]
    assert features[0]["geometry"]["coordinates"] == [113.60123, 34.7]
    assert Client().get(reverse("urban.decision_points")).status_code == 302


def test_everybody_sees_the_figures_and_no_person(
    some_cases: Any, django_assert_max_num_queries: Any
) -> None:
    cache.clear()
    with clock.at(NOW):
        found = published.published(90)
        private = measures.count(found.chosen, chosen.where(SYSTEM, found.chosen, ()))
        assert found.counted.total == private.total
        with django_assert_max_num_queries(8):
            page = Client(headers={"accept-language": "en"}).get(reverse("urban.figures"), {"days": "90"})
        assert page.status_code == 200
        assert f"{private.total.late}" in page.content.decode()
        assert "N1" not in page.content.decode()
        odd = Client().get(reverse("urban.figures"), {"days": "1; drop"})
    assert odd.status_code == 200
    cache.clear()


def test_table_and_cases_behind_it(some_cases: Any, leader: Client) -> None:
    query = {"from": "2026-09-01", "to": "2026-11-23"}
    with clock.at(NOW):
        table = leader.get(reverse("urban.decision_file", args=["county"]), query)
        data = table.content.decode("utf-8-sig")
        page = leader.get(reverse("urban.decision_cases"), {**query, "what": "late"}).content.decode()
    assert data.splitlines()[1].split(",")[1:4] == ["9", "3", "2"]
    assert "N2 t" in page
    assert "N1 t" not in page
    assert leader.get(reverse("urban.decision_cases"), {**query, "what": "sunny"}).status_code == 422
    assert leader.get(reverse("urban.decision_file", args=["moon"]), query).status_code == 404
