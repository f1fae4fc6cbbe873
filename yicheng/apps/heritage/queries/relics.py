"""Which relics there are, where each is, what was said of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.models import ConditionCheck, KeepingPlace, Relic, RelicStatement
from yicheng.apps.heritage.permissions import KEEP_RELICS, VIEW_RELICS
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, scoped


def relics(viewer: Viewer) -> QuerySet[Relic]:
    """The relics this viewer may see."""
    viewer.require(VIEW_RELICS)
    rows = Relic.objects.select_related("organisation", "place")
    return scoped(rows, viewer, VIEW_RELICS, organisation="organisation_id", division="division_code")


def relic_of(viewer: Viewer, relic_id: int) -> Relic:
    """One relic, with where it was found. Raises ``NotFound``."""
    found = relics(viewer).select_related("found_at").filter(pk=relic_id).first()
    if found is None:
        raise NotFound(_("There is no such relic, or none that you may see."))
    return found


def checks_of(relic: Relic) -> Sequence[ConditionCheck]:
    """Looks at its condition, newest first. The caller has checked the relic."""
    return list(relic.checks.select_related("checked_by").order_by("-checked_at")[:50])


def statements_of(relic: Relic) -> Sequence[RelicStatement]:
    """Who said what of it, newest first. The caller has checked the relic."""
    return list(relic.statements.select_related("said_by").order_by("-said_at", "-pk")[:200])


def places_to_keep(viewer: Viewer) -> QuerySet[KeepingPlace]:
    """Rooms and halls the viewer may put relics into."""
    rows = KeepingPlace.objects.order_by("name")
    return scoped(rows, viewer, KEEP_RELICS, organisation="organisation_id", division="division_code")


def within_words(rows: QuerySet[Relic], words: str) -> QuerySet[Relic]:
    """Those whose name, era or number holds the words."""
    for word in words.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(era__icontains=word) | Q(number__istartswith=word))
    return rows
