"""Patrols: planned with a checklist, walked round by round; what is not in order becomes an alert and its case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.kinds import FOUND_ON_PATROL, PLACE, SITE
from yicheng.apps.heritage.models import (
    KeepingPlace,
    PatrolAnswer,
    PatrolPlan,
    PatrolPoint,
    PatrolRound,
    Site,
)
from yicheng.apps.heritage.permissions import PATROL, PLAN_PATROLS
from yicheng.core.alerts.public import raise_alert
from yicheng.core.journal.public import attach_file, record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import SYSTEM, Viewer

if TYPE_CHECKING:
    from yicheng.core.journal.public import Received

MOST_POINTS = 30
#: rounds made at once for a plan that slept; older ones are left out
MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class NewPlan:
    """``thing``: ``site/12`` or ``place/3``; ``points``: the checklist in order; the first round opens on ``first_on``."""

    thing: str
    title: str
    every_days: int
    points: Sequence[str]
    first_on: date


@dataclass(frozen=True, slots=True)
class Answer:
    """How a point was."""

    is_fine: bool
    note: str = ""


def plan_patrol(viewer: Viewer, new: NewPlan) -> PatrolPlan:
    """Plan rounds of a site or a place. Raises ``Invalid``, ``Forbidden``."""
    points = [one.strip()[:200] for one in new.points if one.strip()]
    thing = _thing(new.thing)
    wrong = {
        "thing": "" if thing is not None else _("Choose a site or a place."),
        "title": "" if len(new.title.strip()) >= 2 else _("Give it a name."),
        "every_days": "" if 1 <= new.every_days <= 366 else _("Between 1 and 366 days."),
        "points": "" if 0 < len(points) <= MOST_POINTS else _("Between one and thirty points, one a line."),
    }
    wrong = {field: text for field, text in wrong.items() if text}
    if wrong or thing is None or thing.organisation_id is None:
        raise Invalid(_("Some fields need another look."), fields=wrong)
    viewer.require(PLAN_PATROLS, organisation_id=thing.organisation_id, division=thing.division_code)
    with transaction.atomic():
        plan = PatrolPlan.objects.create(
            title=new.title.strip()[:120],
            site=thing if isinstance(thing, Site) else None,
            place=thing if isinstance(thing, KeepingPlace) else None,
            organisation_id=thing.organisation_id,
            division_code=thing.division_code,
            every_days=new.every_days,
            next_on=new.first_on,
        )
        PatrolPoint.objects.bulk_create(
            PatrolPoint(plan=plan, number=number, text=text) for number, text in enumerate(points, start=1)
        )
        _open_rounds(plan)
        _recorded(
            viewer,
            "plan_patrol",
            f"patrolplan/{plan.pk}",
            plan.division_code,
            {"every_days": plan.every_days},
        )
    return plan


def walk_round(
    viewer: Viewer,
    round_id: int,
    *,
    answers: Mapping[int, Answer],
    words: str = "",
    photos: Sequence[Received] = (),
) -> PatrolRound:
    """Say how every point was (by its id); one that is not fine says what is wrong. Raises ``Invalid``, ``Conflict``."""
    with transaction.atomic():
        row = (
            PatrolRound.objects.select_for_update(of=("self",))
            .select_related("plan")
            .filter(pk=round_id)
            .first()
        )
        if row is None:
            raise NotFound(_("There is no such round, or none that you may see."))
        viewer.require(PATROL, organisation_id=row.organisation_id, division=row.division_code)
        if row.done_at is not None:
            raise Conflict(_("This round was walked already."))
        points = list(row.plan.points.order_by("number"))
        _complete(points, answers)
        row.done_at, row.done_by_id, row.words = clock.now(), viewer.account_id, words.strip()[:400]
        row.save(update_fields=["done_at", "done_by", "words"])
        PatrolAnswer.objects.bulk_create(
            PatrolAnswer(
                round=row, point=one, is_fine=answers[one.pk].is_fine, note=answers[one.pk].note.strip()[:200]
            )
            for one in points
        )
        for photo in photos:
            attach_file(viewer, photo, subject=f"patrolround/{row.pk}", division=row.division_code)
        found = [f"{one.text}: {answers[one.pk].note}" for one in points if not answers[one.pk].is_fine]
        if found:
            _tell(row.plan, found)
        _recorded(viewer, "walk_round", f"patrolround/{row.pk}", row.division_code, {"found": len(found)})
    return row


def end_plan(viewer: Viewer, plan_id: int) -> None:
    """No more rounds; those that stand open stay as they are. Raises ``NotFound``."""
    with transaction.atomic():
        plan = PatrolPlan.objects.select_for_update().filter(pk=plan_id, ended_at=None).first()
        if plan is None:
            raise NotFound(_("There is no such plan, or it has ended."))
        viewer.require(PLAN_PATROLS, organisation_id=plan.organisation_id, division=plan.division_code)
        plan.ended_at = clock.now()
        plan.save(update_fields=["ended_at"])
        _recorded(viewer, "end_plan", f"patrolplan/{plan.pk}", plan.division_code, {})


def open_rounds() -> int:
    """Called by the clock: every round whose first day has come; answers how many were made."""
    today, made = localtime(clock.now()).date(), 0
    for pk in PatrolPlan.objects.filter(ended_at=None, next_on__lte=today).values_list("pk", flat=True):
        with transaction.atomic():
            plan = PatrolPlan.objects.select_for_update().get(pk=pk)
            made += _open_rounds(plan)
    return made


def _open_rounds(plan: PatrolPlan) -> int:
    """Rounds follow one another without gaps; each may be walked on any day until the next one opens."""
    today, step = localtime(clock.now()).date(), timedelta(days=plan.every_days)
    missed = (today - plan.next_on) // step
    if missed > MOST_ROUNDS:
        plan.next_on += (missed - MOST_ROUNDS) * step
    rows = []
    while plan.next_on <= today:
        rows.append(
            PatrolRound(
                plan=plan,
                organisation_id=plan.organisation_id,
                division_code=plan.division_code,
                opens_on=plan.next_on,
                due_on=plan.next_on + step - timedelta(days=1),
            )
        )
        plan.next_on += step
    PatrolRound.objects.bulk_create(rows, ignore_conflicts=True)
    plan.save(update_fields=["next_on"])
    return len(rows)


def _thing(key: str) -> Site | KeepingPlace | None:
    kind, _slash, pk = key.partition("/")
    if not pk.isdecimal():
        return None
    if kind == "site":
        return Site.objects.filter(pk=int(pk), organisation__isnull=False).first()
    return KeepingPlace.objects.filter(pk=int(pk)).first() if kind == "place" else None


def _complete(points: Sequence[PatrolPoint], answers: Mapping[int, Answer]) -> None:
    wrong = {}
    for one in points:
        answer = answers.get(one.pk)
        if answer is None:
            wrong[f"point_{one.pk}"] = _("Say how it is.")
        elif not answer.is_fine and len(answer.note.strip()) < 2:
            wrong[f"note_{one.pk}"] = _("Say what is wrong.")
    if wrong:
        raise Invalid(_("Some fields need another look."), fields=wrong)


def _tell(plan: PatrolPlan, found: Sequence[str]) -> None:
    """An alert about the site or the place; the same one again while it stands."""
    subject = f"{SITE}/{plan.site_id}" if plan.site_id else f"{PLACE}/{plan.place_id}"
    raise_alert(SYSTEM, FOUND_ON_PATROL, subject, values={"found": "; ".join(found)[:400]})


def _recorded(viewer: Viewer, verb: str, subject: str, division: str, detail: Mapping[str, object]) -> None:
    record(viewer, action=f"heritage.{verb}", subject=subject, division=division, detail=detail)
