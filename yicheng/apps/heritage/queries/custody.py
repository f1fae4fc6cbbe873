"""Orders to move relics, where each relic was, which are out and overdue."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.timezone import localtime

from yicheng.apps.heritage.models import CustodyEntry, KeepingPlace, Movement, Relic
from yicheng.apps.heritage.models.custody import OPEN
from yicheng.apps.heritage.permissions import VIEW_RELICS
from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer, scoped


def movements(viewer: Viewer) -> QuerySet[Movement]:
    """The orders about relics that this viewer may see."""
    viewer.require(VIEW_RELICS)
    rows = Movement.objects.select_related("relic", "from_place", "to_place")
    return scoped(rows, viewer, VIEW_RELICS)


def is_overdue(row: Movement) -> bool:
    """Whether the relic should have been back."""
    today = localtime(clock.now()).date()
    return (
        row.back_on is not None
        and row.back_at is None
        and row.status in ("out", "received")
        and row.back_on < today
    )


def narrowed(rows: QuerySet[Movement], value: str) -> QuerySet[Movement]:
    """Orders that are ``open``, relics that are ``out`` with a day to be back, or ``overdue``."""
    out = rows.filter(status__in=("out", "received"), back_at=None, back_on__isnull=False)
    if value == "open":
        return rows.filter(status__in=OPEN)
    if value == "out":
        return out
    if value == "overdue":
        return out.filter(back_on__lt=localtime(clock.now()).date())
    raise ValueError(value)


def custody_of(relic: Relic) -> Sequence[CustodyEntry]:
    """Where it was, newest first. The caller has checked the relic. One query."""
    return list(CustodyEntry.objects.filter(relic=relic).select_related("place").order_by("-pk")[:50])


def running_movement(relic: Relic) -> Movement | None:
    """The order that stands about it. The caller has checked the relic. One query."""
    return Movement.objects.select_related("to_place").filter(relic=relic, status__in=OPEN).first()


def destinations(relic: Relic) -> QuerySet[KeepingPlace]:
    """Places of the same keeper and institutions elsewhere."""
    rows = KeepingPlace.objects.exclude(pk=relic.place_id)
    return (rows.filter(organisation_id=relic.organisation_id) | rows.filter(kind="elsewhere")).order_by(
        "name"
    )
