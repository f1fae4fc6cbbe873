"""A museum that is watched over: chips and a week of climate, a damp night that was handled, and one that is now."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _t

from yicheng.apps.heritage.actions.chips import bind_chip
from yicheng.apps.heritage.actions.counts import close_count, open_count, take_in_tags
from yicheng.apps.heritage.actions.custody import NewMovement, order_movement
from yicheng.apps.heritage.actions.patrols import Answer, NewPlan, plan_patrol, walk_round
from yicheng.apps.heritage.actions.relics import check_condition
from yicheng.apps.heritage.demo.tables import DeviceRow
from yicheng.apps.heritage.kinds import PLACE, RELIC, TAMPERED
from yicheng.apps.heritage.models import KeepingPlace, Movement, Relic, Site
from yicheng.core.alerts.public import acknowledge, alerts_for, clear_alert, judge, raise_alert
from yicheng.core.cases.public import complete_task, open_tasks
from yicheng.core.kernel import clock
from yicheng.core.people.public import SYSTEM, Viewer
from yicheng.core.sensing.public import (
    NewDevice,
    NewReading,
    Source,
    bind,
    drain_readings,
    register_device,
    take_readings,
)

STEP = timedelta(minutes=20)
DAMP_LASTS = timedelta(hours=3)
#: how much damper than its usual measure
DAMPER = 9.0
#: loggers send once a day, chips when something happens: none falls silent while one looks around
DAILY_S = 86_400
_OWN = Source("platform", is_trusted=True)
_MINUTE = timedelta(minutes=1)


def build_watch(rows: Sequence[DeviceRow], *, days: int, keeper: Viewer, head: Viewer) -> None:
    """Devices, readings, alerts with what was done about them, counts, looks, and a movement that waits."""
    if not rows or is_watched():
        return
    relics = {relic.number: relic for relic in Relic.objects.select_related("place")}
    places = {place.code: place for place in KeepingPlace.objects.all()}
    with translation.override("zh-hans"):
        with clock.at(clock.now() - timedelta(days=60)):
            for row in rows:
                _install(row, relics, places)
        _speak(rows, days=days, keeper=keeper, head=head)
        _look(keeper, head, relics)
        _count(keeper)
        _patrol(keeper, head)
        _move(keeper)


def is_watched() -> bool:
    """Whether the last thing of it is there."""
    return Movement.objects.exists()


def _install(row: DeviceRow, relics: Mapping[str, Relic], places: Mapping[str, KeepingPlace]) -> None:
    thing = relics[row.relic] if row.relic else places[row.place]
    new = NewDevice(
        row.name,
        row.model,
        number=row.number,
        organisation_id=thing.organisation_id,
        division_code=thing.division_code,
        interval_s=0 if row.humidity is None else DAILY_S,
    )
    device = register_device(SYSTEM, new)
    if isinstance(thing, Relic):
        bind_chip(SYSTEM, thing.pk, device_id=device.pk, component=row.component)
    else:
        bind(SYSTEM, device.pk, bearer_kind=PLACE, bearer_id=thing.pk)


def _speak(rows: Sequence[DeviceRow], *, days: int, keeper: Viewer, head: Viewer) -> None:
    """The readings day by day, as rules take no old ones for news; people act at the moments at which they would have."""
    now, rng = clock.now(), random.Random(11)
    since = now - timedelta(days=days)
    old = {row: now - timedelta(days=row.damp_days) for row in rows if 0 < row.damp_days < days}
    stops = {begun + 45 * _MINUTE for begun in old.values()}
    nights = {now - timedelta(days=back) for back in range(days)}
    at = since
    for stop in sorted(stops | nights):
        with clock.at(stop):
            take_readings(_OWN, [one for row in rows for one in _readings(row, at, stop, now=now, rng=rng)])
            drain_readings()
        if stop in stops:
            _handle(stop, keeper=keeper, head=head)
        at = stop + timedelta(microseconds=1)
    for begun in old.values():
        _end(begun + DAMP_LASTS + timedelta(hours=1), head=head)


def _readings(
    row: DeviceRow, since: datetime, until: datetime, *, now: datetime, rng: random.Random
) -> Iterator[NewReading]:
    if row.humidity is None or row.temperature is None:
        if since <= until - STEP:
            yield NewReading(row.number, "presence", 1, until - STEP)
        return
    at = since
    while at <= until:
        daily = math.sin((at.hour + at.minute / 60 - 9) / 24 * 2 * math.pi)
        damp = DAMPER if _is_damp(row, at, now=now) else 0.0
        yield NewReading(
            row.number, "humidity", round(row.humidity + 1.5 * daily + damp + rng.gauss(0, 0.3), 1), at
        )
        yield NewReading(
            row.number, "temperature", round(row.temperature + 0.8 * daily + rng.gauss(0, 0.1), 1), at
        )
        at += STEP


def _is_damp(row: DeviceRow, at: datetime, *, now: datetime) -> bool:
    if row.damp_hours and at >= now - timedelta(hours=row.damp_hours):
        return True
    begun = now - timedelta(days=row.damp_days)
    return row.damp_days > 0 and begun <= at < begun + DAMP_LASTS


def _handle(when: datetime, *, keeper: Viewer, head: Viewer) -> None:
    """Answered within minutes, confirmed, mended within two hours."""
    for alert in alerts_for(SYSTEM, shown="waiting").filter(application="heritage", is_drill=False):
        with clock.at(when + 3 * _MINUTE):
            acknowledge(keeper, alert.pk, note=_t("On my way."))
        if alert.case_id is None:
            continue
        with clock.at(when + 20 * _MINUTE):
            _step(keeper, alert.case_id, "confirmed")
        with clock.at(when + 100 * _MINUTE):
            _step(keeper, alert.case_id, "done", note=_t("The door's seal was renewed, silica gel changed."))


def _end(when: datetime, *, head: Viewer) -> None:
    """Somebody looks whether it is solved, once the alert has cleared by itself."""
    over = alerts_for(SYSTEM, shown="all").filter(
        application="heritage", cleared_at__lte=when, case__status="open"
    )
    with clock.at(when):
        for alert in over:
            _step(head, alert.case_id or 0, "passed")


def _step(viewer: Viewer, case_id: int, outcome: str, *, note: str = "") -> None:
    for task in open_tasks(case_id)[:1]:
        complete_task(viewer, task.pk, outcome=outcome, note=note)


def _look(keeper: Viewer, head: Viewer, relics: Mapping[str, Relic]) -> None:
    """Looks at the condition of what the keeper keeps, but for some; and a chip that was touched by mistake."""
    mine = [one for one in relics.values() if one.organisation_id == keeper.organisation_id]
    for position, relic in enumerate(mine):
        if position % 6 == 5:
            continue
        with clock.at(clock.now() - timedelta(days=40 - position)):
            check_condition(
                keeper,
                relic.pk,
                wholeness=relic.wholeness,
                preservation=relic.preservation,
                words=_t("As registered; no change to be seen."),
            )
    if not mine:
        return
    when, subject = clock.now() - timedelta(days=2), f"{RELIC}/{mine[0].pk}"
    with clock.at(when):
        alert = raise_alert(SYSTEM, TAMPERED, subject, values={"device": "–"}, at=when)
    with clock.at(when + 2 * _MINUTE):
        acknowledge(head, alert, note=_t("Cleaning of the showcase, announced."))
        judge(head, alert, is_false=True)
        clear_alert(SYSTEM, TAMPERED, subject, at=when + 2 * _MINUTE)


def _count(keeper: Viewer) -> None:
    """One count that is closed and whole, one that is under way."""
    rooms = KeepingPlace.objects.filter(
        organisation_id=keeper.organisation_id or 0, relics__isnull=False
    ).distinct()
    for position, room in enumerate(rooms.order_by("code")[:2]):
        numbers = list(room.relics.order_by("number").values_list("number", flat=True))
        with clock.at(clock.now() - timedelta(days=20, hours=3) * (1 - position)):
            count = open_count(keeper, room.pk)
            take_in_tags(keeper, count.pk, numbers if position == 0 else numbers[:-1])
            if position == 0:
                close_count(keeper, count.pk)


def _patrol(keeper: Viewer, head: Viewer) -> None:
    """A monthly round of a store, walked in time, then with something found, the third to be walked now; and a site's."""
    room = (
        KeepingPlace.objects.filter(organisation_id=keeper.organisation_id or 0, kind="store")
        .order_by("code")
        .first()
    )
    site = Site.objects.filter(organisation__isnull=False).order_by("number").first()
    first_on = localtime(clock.now()).date() - timedelta(days=65)
    points = [
        _t("Locks and seals of doors and cabinets"),
        _t("Water, mould, insects"),
        _t("Fire extinguishers and detectors"),
        _t("Chips and sensors in their places"),
    ]
    if room:
        new = NewPlan(f"place/{room.pk}", _t("Monthly round of the store"), 30, points, first_on)
        plan = plan_patrol(head, new)
        for position, row in enumerate(plan.rounds.order_by("opens_on")[:2]):
            answers = {one.pk: Answer(True) for one in plan.points.all()}
            if position == 1:
                answers[plan.points.get(number=3).pk] = Answer(
                    False, _t("One extinguisher is past its date.")
                )
            with clock.at(clock.now() - timedelta(days=58 - 30 * position)):
                walk_round(keeper, row.pk, answers=answers)
    if site:
        points = [
            _t("Structure: cracks, subsidence"),
            _t("Surroundings: building, digging, rubbish"),
            _t("Signs and fences"),
        ]
        plan_patrol(SYSTEM, NewPlan(f"site/{site.pk}", _t("Round of the site"), 45, points, first_on))


def _move(keeper: Viewer) -> None:
    """A first-grade relic is asked for by an exhibition and waits for its approvals."""
    relic = (
        Relic.objects.filter(organisation_id=keeper.organisation_id or 0, grade="first", place__kind="store")
        .order_by("number")
        .first()
    )
    hall = KeepingPlace.objects.filter(organisation_id=keeper.organisation_id or 0, kind="exhibit").first()
    if relic and hall:
        new = NewMovement(
            "exhibit",
            hall.pk,
            _t("For the exhibition of this spring"),
            (clock.now() + timedelta(days=90)).date(),
        )
        order_movement(keeper, relic.pk, new)
