"""Patrols: which rounds are due, overdue or walked, and what was found."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.models import KeepingPlace, PatrolPlan, PatrolRound, Site
from yicheng.apps.heritage.permissions import PATROL, PLAN_PATROLS
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, scoped


def rounds(viewer: Viewer) -> QuerySet[Any]:
    """The rounds this viewer may see, with how many points were ``not_fine``."""
    viewer.require(PATROL)
    rows = PatrolRound.objects.select_related("plan", "plan__site", "plan__place", "organisation", "done_by")
    rows = rows.annotate(not_fine=Count("answers", filter=Q(answers__is_fine=False)))
    return scoped(rows, viewer, PATROL)


def round_of(viewer: Viewer, round_id: int) -> PatrolRound:
    """One round. Raises ``NotFound``."""
    found: PatrolRound | None = rounds(viewer).filter(pk=round_id).first()
    if found is None:
        raise NotFound(_("There is no such round, or none that you may see."))
    return found


def narrowed(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Rounds to ``walk`` now, ``overdue``, ``done``, or with something ``found``."""
    today = localtime(clock.now()).date()
    match value:
        case "walk":
            return rows.filter(done_at=None, opens_on__lte=today)
        case "overdue":
            return rows.filter(done_at=None, due_on__lt=today)
        case "done":
            return rows.filter(done_at__isnull=False)
        case "found":
            return rows.filter(not_fine__gt=0)
    raise ValueError(value)


def things_to_patrol(viewer: Viewer) -> list[tuple[str, str]]:
    """(key, title) of sites and places that the viewer may plan patrols of: ``site/12``, ``place/3``."""
    places = scoped(KeepingPlace.objects.order_by("code"), viewer, PLAN_PATROLS)
    sites = scoped(Site.objects.order_by("number"), viewer, PLAN_PATROLS).filter(organisation__isnull=False)
    return [
        *((f"place/{pk}", f"{code} {name}") for pk, code, name in places.values_list("pk", "code", "name")),
        *(
            (f"site/{pk}", f"{number} {name}")
            for pk, number, name in sites.values_list("pk", "number", "name")
        ),
    ]


def plans_of(viewer: Viewer) -> QuerySet[PatrolPlan]:
    """Plans in force that this viewer may see."""
    return scoped(PatrolPlan.objects.filter(ended_at=None), viewer, PATROL)
