"""Counts of stores and halls: which there are, how far one has come, and what differs from the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.models import CountLine, KeepingPlace, StockCount
from yicheng.apps.heritage.permissions import COUNT, VIEW_RELICS
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, scoped

#: at most so many lines of each kind are shown on the page of a count
SHOWN = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """A count as it stands: numbers over all lines, the first lines of each kind."""

    expected: int
    found: int
    missing: Sequence[CountLine]
    strangers: Sequence[CountLine]
    unknown: Sequence[str]
    missing_count: int

    @property
    def percent(self) -> int:
        """How much of what should be there was found."""
        return 100 * self.found // self.expected if self.expected else 100

    @property
    def has_differences(self) -> bool:
        """Something is missing, too much or unknown."""
        return bool(self.missing_count or self.strangers or self.unknown)


def counts(viewer: Viewer) -> QuerySet[Any]:
    """The counts this viewer may see, with ``expected``, ``found``, ``strangers``, ``strange_tags``."""
    viewer.require(VIEW_RELICS)
    rows = StockCount.objects.select_related("place", "organisation").annotate(
        expected=Count("lines", filter=Q(lines__is_expected=True), distinct=True),
        found=Count("lines", filter=Q(lines__is_expected=True, lines__found_at__isnull=False), distinct=True),
        strangers=Count("lines", filter=Q(lines__is_expected=False), distinct=True),
        strange_tags=Count("unknown", distinct=True),
    )
    return scoped(rows, viewer, VIEW_RELICS)


def count_of(viewer: Viewer, count_id: int) -> StockCount:
    """One count. Raises ``NotFound``."""
    rows = StockCount.objects.select_related("place", "organisation", "opened_by", "closed_by")
    found = scoped(rows, viewer, VIEW_RELICS).filter(pk=count_id).first()
    if found is None:
        raise NotFound(_("There is no such count, or none that you may see."))
    return found


def sheet_of(count: StockCount) -> Sheet:
    """How far it has come. The caller has checked the count. Four queries."""
    lines = count.lines.select_related("relic", "relic__place").order_by("relic__number")
    missing = lines.filter(is_expected=True, found_at=None)
    told = count.lines.filter(is_expected=True).aggregate(
        expected=Count("pk"), found=Count("pk", filter=Q(found_at__isnull=False))
    )
    return Sheet(
        told["expected"],
        told["found"],
        list(missing[:SHOWN]),
        list(lines.filter(is_expected=False)[:SHOWN]),
        list(count.unknown.order_by("pk").values_list("tag", flat=True)[:SHOWN]),
        told["expected"] - told["found"],
    )


def open_count_in(place: KeepingPlace) -> StockCount | None:
    """The count that stands open in a place. The caller has checked the place."""
    return StockCount.objects.filter(place=place, closed_at=None).first()


def places_to_count(viewer: Viewer) -> QuerySet[KeepingPlace]:
    """Places the viewer may count that no open count is about."""
    rows = scoped(KeepingPlace.objects.order_by("code"), viewer, COUNT)
    return rows.exclude(counts__closed_at=None, counts__isnull=False)
