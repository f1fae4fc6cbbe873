"""The campaign: demands, deliveries that count by themselves, verdicts, scores, disputes, the ranking's moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from yicheng.apps.data.actions.bases import declare_authority
from yicheng.apps.data.actions.campaign import (
    NewDemand,
    answer_with,
    ask_for,
    count_delivery,
    dispute_demand,
    judge_delivery,
    keep_scores,
    open_campaign,
)
from yicheng.apps.data.actions.demand_lists import take_demand_list
from yicheng.apps.data.actions.loading import publish_load, take_rows
from yicheng.apps.data.actions.sources import NewSource, agree_fields, set_up_source
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.rules import Field
from yicheng.apps.data.models import Campaign, Delivery, Demand, Load
from yicheng.apps.data.queries.campaign import demands, owed_by, ranking, standings
from yicheng.apps.data.tests.conftest import Office, keeper_of
from yicheng.core.cases.public import complete_task, open_tasks
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.kernel.pack import load_pack, open_pack
from yicheng.core.people.models import Organisation

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 6, 15, 4, tzinfo=UTC)
TINYTOWN = Path(__file__).resolve().parents[4] / "tests" / "cities" / "tinytown"


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with clock.at(DAY):
        yield


@pytest.fixture
def campaign(office: Office) -> Campaign:
    return open_campaign(office.office, "Campaign", begins_on=date(2026, 6, 1), ends_on=date(2026, 8, 31))


def demand(
    office: Office,
    campaign: Campaign,
    body: Organisation,
    *,
    due: date = date(2026, 6, 20),
    data_set: str = "",
) -> Demand:
    new = NewDemand("Shops", body.pk, office.data.pk, due, "For permits", data_set=data_set)
    return ask_for(office.office, campaign.pk, new)


def published(body: Organisation, key: str, *, refused: int = 0) -> Load:
    keeper = keeper_of(body)
    source = set_up_source(keeper, NewSource(key, key, body.pk, "unconditional"))
    agree_fields(keeper, source.pk, [Field("n", "n", "integer", is_key=True)])
    text = "n\n" + "\n".join(map(str, range(20))) + "\nx" * refused
    load = take_rows(keeper, source.pk, open_sheet(text.encode()), origin="push")
    return publish_load(keeper, load.pk, without_refused=True) if refused else load


def test_a_delivery_counts_once_and_scores_when_accepted_and_used(office: Office, campaign: Campaign) -> None:
    row = demand(office, campaign, office.market)
    load = published(office.market, "market.shops")
    row = answer_with(office.keeper, row.pk, "market.shops")
    assert row.status == Demand.Status.DELIVERED
    assert count_delivery(load.pk) == 0
    assert Delivery.objects.count() == 1
    assert owed_by(office.keeper, office.market.pk)[0].points is None
    judge_delivery(office.office, row.pk, is_accepted=True)
    assert owed_by(office.keeper, office.market.pk)[0].points == 80
    declare_authority(
        office.office, "economy", "value", data_set="market.shops", source_field="n", key_field="n"
    )
    assert owed_by(office.keeper, office.market.pk)[0].points == 100


def test_poor_quality_is_returned_by_itself_and_late_costs_points(office: Office, campaign: Campaign) -> None:
    row = demand(office, campaign, office.market, due=date(2026, 6, 10), data_set="market.shops")
    load = published(office.market, "market.shops", refused=5)
    assert count_delivery(load.pk) == 1
    row.refresh_from_db()
    assert row.status == Demand.Status.RETURNED
    assert row.deliveries.get().note == "Quality 80 %, asked for are 95 %."
    Demand.objects.update(lowest_quality=80, status=Demand.Status.DELIVERED)
    judge_delivery(office.office, row.pk, is_accepted=True)
    assert owed_by(office.keeper, office.market.pk)[0].points == 40 - 2 * 5 + 40 * 0.8


def test_the_ranking_and_its_moves(office: Office, campaign: Campaign) -> None:
    late = demand(office, campaign, office.market, due=date(2026, 6, 10))
    done = demand(office, campaign, office.police, data_set="police.beats")
    count_delivery(published(office.police, "police.beats").pk)
    judge_delivery(office.office, done.pk, is_accepted=True)
    found = standings(campaign)
    assert [(one.rank, one.organisation_id, one.score, one.overdue) for one in found] == [
        (1, office.police.pk, 80.0, 0),
        (2, office.market.pk, 0.0, 1),
    ]
    assert keep_scores() == 2
    with clock.at(DAY + timedelta(days=1)):
        published(office.market, "market.shops")
        answer_with(office.keeper, late.pk, "market.shops")
        judge_delivery(office.office, late.pk, is_accepted=True)
        Demand.objects.filter(pk=done.pk).update(status=Demand.Status.RETURNED, due_on=date(2026, 6, 1))
        moved = ranking(office.other, campaign)
    assert [(one.organisation_id, one.score, one.moved) for one in moved] == [
        (office.market.pk, 68.0, 1),
        (office.police.pk, 0.0, -1),
    ]


def test_a_dispute_is_a_case_of_the_data_office(office: Office, campaign: Campaign) -> None:
    load_pack(open_pack(TINYTOWN))
    row = demand(office, campaign, office.market, due=date(2026, 6, 10))
    with pytest.raises(Forbidden):
        dispute_demand(office.other, row.pk, reason="Not ours at all")
    case = dispute_demand(office.keeper, row.pk, reason="The law gives us until July.")
    row.refresh_from_db()
    assert row.status == Demand.Status.DISPUTED
    assert standings(campaign)[0].overdue == 0
    task = open_tasks(case.pk)[0]
    with pytest.raises(Invalid):
        complete_task(office.office, task.pk, outcome="move", data={})
    complete_task(
        office.office, task.pk, outcome="move", data={"due_on": date(2026, 7, 1)}, note="Until July."
    )
    row.refresh_from_db()
    assert (row.status, row.due_on) == (Demand.Status.OWED, date(2026, 7, 1))


def test_others_may_not_judge_or_answer(office: Office, campaign: Campaign) -> None:
    row = demand(office, campaign, office.market)
    for act in (
        lambda: judge_delivery(office.keeper, row.pk, is_accepted=True),
        lambda: open_campaign(office.keeper, "Own", begins_on=date(2026, 1, 1), ends_on=date(2026, 2, 1)),
        lambda: answer_with(office.other, row.pk, "market.shops"),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Conflict):
        judge_delivery(office.office, row.pk, is_accepted=True)
    with pytest.raises(NotFound):
        judge_delivery(office.office, 0, is_accepted=True)
    assert not demands(office.other).exists()
    assert demands(office.office).count() == 1


def test_a_demand_list_is_taken_whole_or_not_at_all(office: Office, campaign: Campaign) -> None:
    head = "资源名称,责任部门,需求部门,截止日期,用途\n"
    good = f"门店,{office.market.name},{office.data.name},2026年7月1日,审批\n"
    bad = f"警务,{office.police.name},{office.data.name},2027-01-01,\n,Nobody,{office.data.name},明天,\n"
    taken = take_demand_list(office.office, campaign.pk, (head + good + bad).encode("gbk"))
    assert taken.count == 0
    assert [row for row, _reasons in taken.refused] == [4]
    taken = take_demand_list(
        office.office, campaign.pk, (head + good + bad.split("\n", maxsplit=1)[0]).encode()
    )
    assert [(row, list(reasons)) for row, reasons in taken.refused] == [
        (3, ["The due day must lie within the campaign."])
    ]
    assert not Demand.objects.exists()
    assert take_demand_list(office.office, campaign.pk, (head + good).encode()).count == 1
    assert Demand.objects.get().organisation_id == office.market.pk
