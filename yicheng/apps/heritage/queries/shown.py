"""What stands in public exhibitions, for everybody: never what lies in a store or is on its way."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.models import Relic, Site
from yicheng.apps.heritage.models.custody import Status
from yicheng.apps.heritage.models.sites import Access
from yicheng.core.kernel.errors import NotFound


def objects() -> QuerySet[Relic]:
    """Relics on show now."""
    rows = Relic.objects.filter(place__is_public=True).exclude(movements__status=Status.OUT)
    return rows.select_related("organisation", "place", "found_at")


def object_of(number: str) -> Relic:
    """One of them. Raises ``NotFound``, also for what is kept in a store."""
    found = objects().filter(number=number).first()
    if found is None:
        raise NotFound(_("No object with this number is on show."))
    return found


def closed_sites() -> QuerySet[Site]:
    """Sites that visitors can't see for the time being, with the reason in ``access_note``."""
    return Site.objects.filter(access=Access.CLOSED).order_by("number")


def with_words(rows: QuerySet[Relic], words: str) -> QuerySet[Relic]:
    """Those whose name, era or story holds the words."""
    for word in words.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(name_en__icontains=word)
            | Q(era__icontains=word)
            | Q(story__icontains=word)
            | Q(story_en__icontains=word)
        )
    return rows
