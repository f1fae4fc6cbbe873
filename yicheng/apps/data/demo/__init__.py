"""Departments that share data, in the middle of a campaign: made by the same actions as people's, at their own days."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.actions import bases, campaign
from yicheng.apps.data.actions.loading import check_load, publish_load, receive_file, take_rows
from yicheng.apps.data.actions.sources import Connection, NewSource, agree_fields, connect, set_up_source
from yicheng.apps.data.demo.making import World, fields_of_plan, identity, table
from yicheng.apps.data.demo.plans import AUTHORITIES, PLANS, Plan
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.models import Campaign, DataConflict, Demand, Load, Source
from yicheng.apps.data.permissions import DATA_KEEPER, DATA_OFFICE
from yicheng.core.kernel import clock
from yicheng.core.kernel.declare import Demonstration, SignIn
from yicheng.core.people.public import (
    SYSTEM,
    NewStaff,
    Viewer,
    bodies_of,
    make_staff,
    organisation_ids,
    viewer_of_account,
)
from yicheng.core.places.public import divisions
from yicheng.core.web.public import city

#: for demonstrations only; ``yicheng demo`` prints it beside the user names
PASSWORD = "yicheng-demo-2026"  # noqa: S105
KEEPER, OFFICE = "datakeeper", "dataoffice"
LEAST_ROWS = 15
LASTS_DAYS = (75, 45)
#: data sets that show what can go wrong, and one that waits for a verdict
MESSY, CHANGED, LATE = "market.lifts", "housing.presales", "emergency.stores"
#: delivered with a row that is refused: good enough where they are long, returned where they are short
ROUGH = ("civil.elder_homes", "culture.venues")


@dataclass(frozen=True)
class Cast:
    """Who acts: the data office, and for each ending of a department's code its body and keeper."""

    office: Viewer
    keepers: Mapping[str, Viewer]

    def body(self, ending: str) -> int:
        """The organisation's id."""
        found = self.keepers[ending].organisation_id
        assert found is not None  # keepers belong to a department
        return found


def build(scale: float, say: Callable[[str], None]) -> None:
    """Some twenty-five data sets of a dozen departments, a campaign in mid-run, conflicts, refused rows."""
    if _is_built():
        return
    with translation.override("zh-hans"):
        cast = _cast()
        running = _campaign(cast)
        for base, field, data_set, title, is_authoritative in AUTHORITIES:
            _authority(cast, base, field, data_set=data_set, title=title, is_authoritative=is_authoritative)
        lon, lat = city().centre.split(",")
        streets = [one.name for one in divisions(3)] or [city().name]
        world = World(streets, (float(lon), float(lat)), city().code)
        for plan in PLANS:
            _play(cast, running, plan, world=world, scale=scale)
        _afterwards(cast)
    say(f"{len(PLANS)} data sets, {Load.objects.count()} loads")


def _cast() -> Cast:
    endings = list(dict.fromkeys([*(plan.body for plan in PLANS), "data"]))
    every = bodies_of(ids=set(organisation_ids().values()))
    top = [body for body in every if body.division_code == city().code] or every
    own = {ending: _ending(top, ending, at) for at, ending in enumerate(endings)}
    wanted = {
        body.code: NewStaff(
            KEEPER if ending == "market" else f"datakeeper.{ending}", "数据管理员", body.code, DATA_KEEPER
        )
        for ending, body in reversed(own.items())
        if ending != "data"
    }
    office = NewStaff(OFFICE, "数据主管", own["data"].code, DATA_OFFICE, within=False)
    there = dict(get_user_model().objects.values_list("username", "pk"))
    missing = [one for one in (*wanted.values(), office) if one.username not in there]
    ids = {**there, **make_staff(SYSTEM, missing, password=PASSWORD)}
    viewers = {code: viewer_of_account(ids[one.username]) for code, one in wanted.items()}
    keepers = {ending: viewers[body.code] for ending, body in own.items() if body.code in viewers}
    return Cast(viewer_of_account(ids[OFFICE]), keepers)


def _ending(bodies: Sequence[Any], ending: str, at: int) -> Any:
    """The department whose code ends so; a smaller city lends one of its others."""
    named = [body for body in bodies if str(body.code).endswith(f".{ending}")]
    return named[0] if named else bodies[at % len(bodies)]


def _campaign(cast: Cast) -> Campaign:
    today = localtime(clock.now()).date()
    with _day(-LASTS_DAYS[0]):
        return Campaign.objects.first() or campaign.open_campaign(
            cast.office,
            "数据共享归集大会战",
            begins_on=today - timedelta(days=LASTS_DAYS[0]),
            ends_on=today + timedelta(days=LASTS_DAYS[1]),
        )


def _authority(
    cast: Cast, base: str, field: str, *, data_set: str, title: str, is_authoritative: bool
) -> None:
    plan = next(plan for plan in PLANS if plan.key == data_set)
    fields = fields_of_plan(plan)
    bases.declare_authority(
        cast.office,
        base,
        field,
        data_set=data_set,
        source_field=next(one.key for one in fields if one.title == title),
        key_field=next(one.key for one in fields if one.is_key),
        is_authoritative=is_authoritative,
    )


def _play(cast: Cast, running: Campaign, plan: Plan, *, world: World, scale: float) -> None:
    """One data set's life: asked for, set up, delivered when it is, judged by the data office."""
    if Source.objects.filter(key=plan.key).exists():
        return
    keeper = cast.keepers[plan.body]
    if plan.due is not None and not Demand.objects.filter(data_set=plan.key).exists():
        with _day(-LASTS_DAYS[0] + 1):
            _ask(cast, running, plan)
    with _day(plan.delivered if plan.delivered is not None else -2):
        source = _source(keeper, plan)
        rows = table(plan, world, max(LEAST_ROWS, round(plan.rows * scale)))
        if plan.delivered is None and plan.key not in (MESSY, CHANGED, LATE):
            return
        if plan.key == MESSY:
            _messy(keeper, source, rows)
            return
        if plan.key in ROUGH:
            rows[3][1] = ""
        name = f"{plan.title}.csv"
        load = take_rows(keeper, source.pk, open_sheet(_text(rows)), origin=Load.Origin.PUSH, name=name)
        if load.refused_count:
            publish_load(keeper, load.pk, without_refused=True)
        campaign.count_delivery(load.pk)
        bases.follow_data_set(plan.key)
    if plan.key == CHANGED:
        rows[0][1] = "项目推广名"
        take_rows(keeper, source.pk, open_sheet(_text(rows)), origin=Load.Origin.CLOCK, name=source.address)
    for demand in Demand.objects.filter(data_set=plan.key, status=Demand.Status.DELIVERED):
        if (plan.delivered or 0) < -10:
            with _day((plan.delivered or 0) + 2):
                campaign.judge_delivery(cast.office, demand.pk, is_accepted=True)


def _ask(cast: Cast, running: Campaign, plan: Plan) -> None:
    asker = plan.asked_by if plan.asked_by in cast.keepers else plan.body
    campaign.ask_for(
        cast.office,
        running.pk,
        campaign.NewDemand(
            plan.title,
            cast.body(plan.body),
            cast.body(asker),
            localtime(clock.now()).date() + timedelta(days=(plan.due or 0) + LASTS_DAYS[0] - 1),
            purpose="办理政务服务事项时核验，不再要求群众提交证明材料。",
            fields_asked="、".join(line.split("|")[0] for line in plan.columns),
            data_set=plan.key,
        ),
    )


def _source(keeper: Viewer, plan: Plan) -> Source:
    assert keeper.organisation_id is not None  # keepers belong to a department
    new = NewSource(
        plan.key, plan.title, keeper.organisation_id, plan.share, legal_basis=plan.basis, category=plan.category,
        update_cycle=plan.cycle, kind="push", summary="演示数据，内容均为虚构。",
    )  # fmt: skip
    source = set_up_source(keeper, new, division=bodies_of(ids=[keeper.organisation_id])[0].division_code)
    agree_fields(keeper, source.pk, fields_of_plan(plan))
    if plan.key == CHANGED:
        address = "https://data.example.gov/presales"
        connect(keeper, source.pk, Connection("http", address, rows_path="data.rows"))
    return source


def _messy(keeper: Viewer, source: Source, rows: list[list[str]]) -> None:
    """A file from a clerk's desk with a few faults, checked and waiting to be mended."""
    rows[2][4], rows[4][1], rows[6][0], rows[8][4] = "待定", "", rows[5][0], "2026年13月1日"
    titled = [["电梯使用登记台账"], [], *rows, ["合计", str(len(rows) - 1)]]
    load = receive_file(keeper, source.pk, _text(titled, encoding="gb18030"), name="电梯台账.csv")
    check_load(keeper, load.pk)


def _afterwards(cast: Cast) -> None:
    """One conflict decided, one demand disputed, a newer load of an old set, a look at a person, yesterday's ranking."""
    open_ones = DataConflict.objects.filter(status="open").order_by("pk")
    if open_ones.count() > 1:
        bases.decide_conflict(SYSTEM, open_ones[0].pk, is_corrected=True)
    disputed = Demand.objects.filter(data_set="planning.parcels", status=Demand.Status.OWED).first()
    if disputed is not None:
        reason = "批准信息涉及未公开规划，建议待规划公示后再行归集。"
        campaign.dispute_demand(cast.keepers["planning"], disputed.pk, reason=reason)
    resident = get_user_model().objects.filter(username="resident").first()
    if resident is not None:
        bases.link_account(cast.office, identity(0), resident.pk)
        bases.look_up_person(cast.office, identity(0), purpose="核对高龄津贴申领资格")
    with _day(-1):
        campaign.keep_scores()


@contextmanager
def _day(days: int) -> Iterator[None]:
    """The morning of a day before or after today."""
    moment = datetime.combine(localtime(clock.now()).date() + timedelta(days=days), time(9, 30))
    with clock.at(moment.replace(tzinfo=localtime(clock.now()).tzinfo)):
        yield


def _text(rows: Sequence[Sequence[str]], *, encoding: str = "utf-8") -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue().encode(encoding)


def _is_built() -> bool:
    return Source.objects.filter(key=PLANS[-1].key).exists()


def _sign_ins() -> list[SignIn]:
    known = {KEEPER: _("Data keeper of a department"), OFFICE: _("Data office: runs the campaign")}
    there = set(get_user_model().objects.filter(username__in=known).values_list("username", flat=True))
    return [SignIn(who, name, PASSWORD) for name, who in known.items() if name in there]


DEMONSTRATIONS = (Demonstration("data", _("Data sharing"), build, _is_built, _sign_ins),)
