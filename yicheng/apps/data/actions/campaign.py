"""The campaign: opened, demands laid on departments, deliveries counted and judged, disputes, the day's ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.events import DEMAND_SETTLED, DemandSettled
from yicheng.apps.data.models import Campaign, Delivery, Demand, Load, ScoreLine
from yicheng.apps.data.queries.campaign import RUN, standings
from yicheng.core.cases import public as cases
from yicheng.core.events import public as events
from yicheng.core.journal import public as journal
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

DISPUTE, DISPUTE_CLASS = "data.dispute", "D02"
OPEN = (Demand.Status.OWED, Demand.Status.RETURNED, Demand.Status.DELIVERED)


@dataclass(frozen=True, slots=True)
class NewDemand:
    """What a department shall bring in: asked for by whom, for what, by when."""

    title: str
    organisation_id: int
    asked_by_id: int
    due_on: date
    purpose: str = ""
    fields_asked: str = ""
    data_set: str = ""
    lowest_quality: int = 95


@transaction.atomic
def open_campaign(viewer: Viewer, title: str, *, begins_on: date, ends_on: date) -> Campaign:
    """Begin a campaign. Raises ``Invalid``."""
    viewer.require(RUN)
    if not title.strip() or ends_on < begins_on:
        raise Invalid(_("A campaign needs a title, and an end after its beginning."))
    row = Campaign.objects.create(
        title=title.strip()[:120], begins_on=begins_on, ends_on=ends_on, created_at=clock.now()
    )
    journal.record(viewer, action="data.open_campaign", subject=f"campaign/{row.pk}")
    return row


@transaction.atomic
def ask_for(viewer: Viewer, campaign_id: int, new: NewDemand) -> Demand:
    """Lay a resource on a department. Raises ``Invalid``, ``NotFound``."""
    viewer.require(RUN)
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound(_("There is no such campaign."))
    if not new.title.strip():
        raise Invalid(_("Say what is owed."), fields={"title": _("Write a title.")})
    if not campaign.begins_on <= new.due_on <= campaign.ends_on:
        wrong = _("The due day must lie within the campaign.")
        raise Invalid(wrong, fields={"due_on": wrong})
    if not 1 <= new.lowest_quality <= 100:
        wrong = _("From 1 to 100 percent.")
        raise Invalid(wrong, fields={"lowest_quality": wrong})
    row = Demand.objects.create(
        campaign=campaign,
        title=new.title.strip()[:200],
        purpose=new.purpose,
        fields_asked=new.fields_asked,
        organisation_id=new.organisation_id,
        asked_by_id=new.asked_by_id,
        due_on=new.due_on,
        data_set=new.data_set,
        lowest_quality=new.lowest_quality,
        created_at=clock.now(),
    )
    journal.record(viewer, action="data.ask_for", subject=f"demand/{row.pk}")
    return row


@transaction.atomic
def answer_with(viewer: Viewer, demand_id: int, data_set: str) -> Demand:
    """The department says which of its data sets answers; one that is published counts at once."""
    row = _own_demand(viewer, demand_id, "data.bring_in")
    load = Load.objects.filter(
        source__key=data_set, organisation_id=row.organisation_id, status=Load.Status.PUBLISHED
    ).order_by("-finished_at").first()  # fmt: skip
    if not Load.objects.filter(source__key=data_set, organisation_id=row.organisation_id).exists():
        wrong = _("Your department has no data set of this name.")
        raise Invalid(wrong, fields={"data_set": wrong})
    row.data_set = data_set
    row.save(update_fields=["data_set"])
    journal.record(
        viewer, action="data.answer_demand", subject=f"demand/{row.pk}", detail={"data_set": data_set}
    )
    if load is not None:
        count_delivery(load.pk)
        row.refresh_from_db()
    return row


def count_delivery(load_id: int) -> int:
    """A published load answers the open demands for its data set; told twice it counts once. Answers how many."""
    with transaction.atomic():
        load = Load.objects.select_related("source").filter(pk=load_id, status=Load.Status.PUBLISHED).first()
        if load is None:
            return 0
        rows = Demand.objects.select_for_update().filter(
            data_set=load.source.key, organisation_id=load.organisation_id, status__in=OPEN
        )
        return sum(_deliver(row, load) for row in rows)


@transaction.atomic
def judge_delivery(viewer: Viewer, demand_id: int, *, is_accepted: bool, note: str = "") -> Demand:
    """The data office accepts what came, or returns it with the reason. Raises ``Conflict``, ``Invalid``."""
    viewer.require(RUN)
    row = _demand(demand_id)
    delivery = row.deliveries.order_by("-delivered_at", "-pk").first()
    if row.status != Demand.Status.DELIVERED or delivery is None:
        raise Conflict(_("Nothing waits to be judged here."))
    if not is_accepted and not note.strip():
        raise Invalid(_("Say what must be mended."), fields={"note": _("Say what must be mended.")})
    _settle(row, delivery, is_accepted=is_accepted, note=note)
    journal.record(
        viewer, action="data.judge_delivery", subject=f"demand/{row.pk}", detail={"status": row.status}
    )
    return row


@transaction.atomic
def dispute_demand(viewer: Viewer, demand_id: int, *, reason: str) -> Case:
    """The department does not think that it owes this, or not by then: a case for the data office."""
    row = _own_demand(viewer, demand_id, "data.dispute_demand")
    if row.status not in (Demand.Status.OWED, Demand.Status.RETURNED):
        raise Conflict(_("Only what is owed can be disputed."))
    if len(reason.strip()) < 4:
        raise Invalid(_("Say why."), fields={"reason": _("Say why.")})
    title = _t("Dispute: %(title)s") % {"title": row.title}
    new = cases.NewCase(
        DISPUTE, DISPUTE_CLASS, title, "data", description=reason.strip(), organisation_id=row.organisation_id
    )
    done = cases.start_case(viewer, new)
    row.status, row.case_id = Demand.Status.DISPUTED, done.case.pk
    row.save(update_fields=["status", "case_id"])
    return done.case


def dispute_decided(viewer: Viewer, case: Case, _task: Any, outcome: str, data: Mapping[str, Any]) -> None:
    """The step of the case: called by ``cases`` in its transaction."""
    row = Demand.objects.select_for_update().filter(case_id=case.pk, status=Demand.Status.DISPUTED).first()
    if row is None:
        return
    if outcome == "withdraw":
        row.status = Demand.Status.WITHDRAWN
    else:
        row.status = Demand.Status.OWED
        if outcome == "move":
            if not data.get("due_on"):
                wrong = _("Say until when.")
                raise Invalid(wrong, fields={"due_on": wrong})
            row.due_on = data["due_on"]
    row.save(update_fields=["status", "due_on"])
    _tell(row)


def keep_scores() -> int:
    """Keep today's ranking of every campaign that runs; answers how many lines."""
    today = localtime(clock.now()).date()
    kept = 0
    for campaign in Campaign.objects.filter(begins_on__lte=today, ends_on__gte=today - timedelta(days=1)):
        lines = [
            ScoreLine(
                campaign=campaign,
                organisation_id=one.organisation_id,
                day=today,
                rank=one.rank,
                score=one.score,
            )
            for one in standings(campaign)
        ]
        with transaction.atomic():
            ScoreLine.objects.filter(campaign=campaign, day=today).delete()
            ScoreLine.objects.bulk_create(lines)
        kept += len(lines)
    return kept


def _deliver(row: Demand, load: Load) -> int:
    delivery, is_new = Delivery.objects.get_or_create(
        demand=row,
        load=load,
        defaults={
            "delivered_at": load.finished_at or clock.now(),
            "quality": load.quality,
            "rows": load.sound_count,
        },
    )
    if not is_new:
        return 0
    if load.quality < row.lowest_quality:
        note = _t("Quality %(quality)d %%, asked for are %(lowest)d %%.") % {
            "quality": load.quality,
            "lowest": row.lowest_quality,
        }
        _settle(row, delivery, is_accepted=False, note=note)
    else:
        row.status = Demand.Status.DELIVERED
        row.save(update_fields=["status"])
    return 1


def _settle(row: Demand, delivery: Delivery, *, is_accepted: bool, note: str) -> None:
    delivery.verdict = Delivery.Verdict.ACCEPTED if is_accepted else Delivery.Verdict.RETURNED
    delivery.note, delivery.decided_at = note.strip()[:400], clock.now()
    delivery.save(update_fields=["verdict", "note", "decided_at"])
    row.status = Demand.Status.ACCEPTED if is_accepted else Demand.Status.RETURNED
    row.accepted_at = clock.now() if is_accepted else None
    row.save(update_fields=["status", "accepted_at"])
    _tell(row)


def _tell(row: Demand) -> None:
    told = DemandSettled(row.pk, row.title, row.organisation_id, row.status)
    events.publish(DEMAND_SETTLED, told, subject=f"demand/{row.pk}")


def _demand(demand_id: int) -> Demand:
    row = Demand.objects.select_for_update().filter(pk=demand_id).first()
    if row is None:
        raise NotFound(_("There is no such demand, or none of your organisation."))
    return row


def _own_demand(viewer: Viewer, demand_id: int, right: str) -> Demand:
    row = _demand(demand_id)
    viewer.require(right, organisation_id=row.organisation_id, division="")
    return row
