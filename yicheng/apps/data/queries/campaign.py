"""The campaign: what is owed, what came, and how the departments stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.models import Campaign, Delivery, Demand, ScoreLine
from yicheng.apps.data.queries.use import uses_of
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, scoped

SEE = "data.see_campaign"
RUN = "data.run_campaign"
#: points: in time, quality, use; each day late costs two of the first
IN_TIME, QUALITY, USED, A_DAY_LATE = 40, 40, 20, 2


@dataclass(frozen=True, slots=True)
class Standing:
    """A department in the ranking. ``score`` of 100; ``moved``: places gained since the day kept last, None: new."""

    rank: int
    organisation_id: int
    name: str
    score: float
    owed: int
    accepted: int
    overdue: int
    quality: int | None
    used: int
    moved: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A demand with what it scores; ``points`` None while it is not due and nothing came."""

    demand: Demand
    quality: int | None
    delivered_on: date | None
    is_overdue: bool
    uses: int
    points: float | None


def current_campaign() -> Campaign | None:
    """The campaign that runs today, else the newest."""
    today = localtime(clock.now()).date()
    running = (
        Campaign.objects.filter(begins_on__lte=today, ends_on__gte=today)
        .order_by("-begins_on", "-pk")
        .first()
    )
    return running or Campaign.objects.order_by("-begins_on", "-pk").first()


def campaign_now(viewer: Viewer) -> Campaign | None:
    """The same, for who may see it."""
    viewer.require(SEE)
    return current_campaign()


def demands(viewer: Viewer) -> QuerySet[Demand]:
    """What is owed by the departments this viewer may see, with who owes and who asked."""
    rows = Demand.objects.select_related("organisation", "asked_by", "campaign")
    return scoped(rows, viewer, SEE, organisation="organisation_id", division="")


def demand_of(viewer: Viewer, demand_id: int) -> Demand:
    """One of them. Raises ``NotFound``."""
    found = demands(viewer).filter(pk=demand_id).first()
    if found is None:
        raise NotFound(_("There is no such demand, or none of your organisation."))
    return found


def owed_by(viewer: Viewer, organisation_id: int) -> list[Judged]:
    """What a department owes in the running campaign, by due day, with what it scores."""
    campaign = campaign_now(viewer)
    if campaign is None:
        return []
    rows = demands(viewer).filter(campaign=campaign, organisation_id=organisation_id).order_by("due_on", "pk")
    return judged(list(rows))


def judged(rows: Sequence[Demand]) -> list[Judged]:
    """Demands with their points. Two queries, however many."""
    today = localtime(clock.now()).date()
    newest = _newest_deliveries([row.pk for row in rows])
    uses = uses_of([row.data_set for row in rows if row.data_set])
    return [_judge(row, newest.get(row.pk), uses.get(row.data_set, 0), today) for row in rows]


def ranking(viewer: Viewer, campaign: Campaign) -> list[Standing]:
    """All departments that owe something, the best first; open to everyone who may see the campaign."""
    viewer.require(SEE)
    return standings(campaign)


def standings(campaign: Campaign) -> list[Standing]:
    """The ranking as it stands now. Four queries."""
    rows = Demand.objects.filter(campaign=campaign).exclude(status=Demand.Status.WITHDRAWN)
    by_body: dict[int, list[Judged]] = {}
    bodies: dict[int, Any] = {}
    for one in judged(list(rows.select_related("organisation").order_by("pk"))):
        by_body.setdefault(one.demand.organisation_id, []).append(one)
        bodies[one.demand.organisation_id] = one.demand.organisation
    scored = sorted(
        ((_score(found), body_id) for body_id, found in by_body.items()), key=lambda pair: (-pair[0], pair[1])
    )
    before = _ranks_before(campaign)
    return [
        _standing(rank, bodies[body_id], score, by_body[body_id], before.get(body_id))
        for rank, (score, body_id) in enumerate(scored, 1)
    ]


def _judge(row: Demand, delivery: Delivery | None, uses: int, today: date) -> Judged:
    came = localtime(delivery.delivered_at).date() if delivery else None
    is_settled = row.status in (Demand.Status.ACCEPTED, Demand.Status.DELIVERED)
    is_overdue = not is_settled and row.due_on < today and row.status != Demand.Status.DISPUTED
    points = None
    if row.status == Demand.Status.ACCEPTED and delivery is not None and came is not None:
        late = max(0, (came - row.due_on).days)
        points = (
            max(0, IN_TIME - A_DAY_LATE * late) + QUALITY * delivery.quality / 100 + (USED if uses else 0)
        )
    elif is_overdue:
        points = 0.0
    return Judged(row, delivery.quality if delivery else None, came, is_overdue, uses, points)


def _score(found: Sequence[Judged]) -> float:
    counted = [one.points for one in found if one.points is not None]
    return round(sum(counted) / len(counted), 1) if counted else 0.0


def _standing(rank: int, body: Any, score: float, found: Sequence[Judged], before: int | None) -> Standing:
    qualities = [one.quality for one in found if one.quality is not None]
    return Standing(
        rank=rank,
        organisation_id=body.pk,
        name=body.short_name or body.name,
        score=score,
        owed=len(found),
        accepted=sum(1 for one in found if one.demand.status == Demand.Status.ACCEPTED),
        overdue=sum(1 for one in found if one.is_overdue),
        quality=round(sum(qualities) / len(qualities)) if qualities else None,
        used=sum(1 for one in found if one.uses),
        moved=before - rank if before is not None else None,
    )


def _newest_deliveries(demand_ids: Sequence[int]) -> Mapping[int, Delivery]:
    rows = Delivery.objects.filter(demand_id__in=demand_ids).order_by("demand_id", "delivered_at", "pk")
    return {row.demand_id: row for row in rows}


def _ranks_before(campaign: Campaign) -> Mapping[int, int]:
    today = localtime(clock.now()).date()
    kept = ScoreLine.objects.filter(campaign=campaign, day__lt=today)
    last = kept.aggregate(last=Max("day"))["last"]
    return dict(kept.filter(day=last).values_list("organisation_id", "rank")) if last else {}
