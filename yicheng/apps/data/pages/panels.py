"""What data sharing shows on other pages: a case's two values, what is disputed, one's desk, one's own record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yicheng.apps.data.actions.bases import CONFLICT, opened
from yicheng.apps.data.actions.campaign import DISPUTE
from yicheng.apps.data.bases import BASES
from yicheng.apps.data.models import Base, DataConflict, Demand, Source
from yicheng.apps.data.queries.bases import own_record, shown_field, titles_of
from yicheng.apps.data.queries.campaign import campaign_now, owed_by
from yicheng.core.people.public import Viewer
from yicheng.core.web.declare import Panel

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

Context = Mapping[str, Any] | None
TROUBLED = (Source.State.WAITING, Source.State.CHANGED, Source.State.FAILED)
MASK = "***"


def conflict(viewer: Viewer, case: Case) -> Context:
    """The two values; of a person only for those who decide, others see that there are two."""
    if case.process != CONFLICT:
        return None
    row = DataConflict.objects.filter(case_id=case.pk).first()
    if row is None:
        return None
    info = BASES[row.base]
    titles = titles_of([row.data_set, row.other_data_set])
    decides = viewer.may("data.decide_conflict", organisation_id=row.organisation_id)
    shown = [
        opened(info, text) if decides or not info.is_personal else MASK
        for text in (row.value, row.other_value)
    ]
    return {
        "conflict": row,
        "field": shown_field(row.base, row.field),
        "record": "" if info.is_personal else row.record_key,
        "key_title": info.key_title,
        "source": " · ".join(titles.get(row.data_set, (row.data_set,))),
        "other_source": " · ".join(titles.get(row.other_data_set, (row.other_data_set,))),
        "value": shown[0],
        "other_value": shown[1],
    }


def dispute(_viewer: Viewer, case: Case) -> Context:
    """What is disputed."""
    if case.process != DISPUTE:
        return None
    demand = Demand.objects.filter(case_id=case.pk).first()
    return {"demand": demand} if demand else None


def desk(viewer: Viewer, _subject: None) -> Context:
    """What one's department owes, and what needs a look."""
    if viewer.organisation_id is None or not viewer.may("data.bring_in"):
        return None
    rows = owed_by(viewer, viewer.organisation_id) if campaign_now(viewer) else []
    settled = (Demand.Status.ACCEPTED, Demand.Status.WITHDRAWN, Demand.Status.DELIVERED)
    open_rows = [one for one in rows if one.demand.status not in settled]
    own = {"organisation_id": viewer.organisation_id}
    context = {
        "owed": len(open_rows),
        "overdue": sum(1 for one in open_rows if one.is_overdue),
        "troubled": Source.objects.filter(**own, state__in=TROUBLED).count(),
        "conflicts": DataConflict.objects.filter(**own, status="open").count(),
    }
    return context if any(context.values()) else None


def own(viewer: Viewer, _subject: None) -> Context:
    """One's own record in the population base."""
    row = own_record(viewer)
    if row is None:
        return None
    info = BASES[Base.POPULATION]
    return {"facts": [(title, info.shown(row, name)) for name, title in info.fields.items()]}


PANELS = (
    Panel("data.conflict", "case.main", "data/panels/conflict.html", conflict, order=20),
    Panel("data.dispute", "case.main", "data/panels/dispute.html", dispute, order=20),
    Panel("data.desk", "desk.home", "data/panels/desk.html", desk, order=70),
    Panel("data.own_record", "portal.me", "data/panels/own_record.html", own, order=80),
)
