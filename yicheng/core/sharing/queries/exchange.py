"""Counts of every exchange, open to everybody: who used whose data, how often. No person, no value of the data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from yicheng.core.catalogue.models import CatalogueEntry
from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer, organisation_names
from yicheng.core.sharing.models import ExchangeDay, Grant, LogState, Request

MOST_PAIRS = 60
DAYS = 30


@dataclass(frozen=True, slots=True)
class Pair:
    """One department using another's data."""

    provider: str
    consumer: str
    resource: str
    calls: int
    rows: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the statistics page shows of the last ``days`` days."""

    days: int
    calls: int
    rows: int
    running: int
    refused: int
    receipts: int
    pairs: list[Pair]
    by_day: list[tuple[date, int]]


def exchange(*, language: str = "", days: int = DAYS) -> Exchange:
    """The counts of the last days. A fixed number of queries."""
    today = timezone.localdate(clock.now())
    since = today - timedelta(days=days - 1)
    rows = ExchangeDay.objects.filter(day__gte=since)
    by_day = dict(rows.values_list("day").annotate(n=Sum("calls")).order_by("day"))
    total = rows.aggregate(calls=Sum("calls"), rows=Sum("rows"))
    running = Q(revoked_at=None, starts_on__lte=today, ends_on__gte=today)
    return Exchange(
        days=days,
        calls=total["calls"] or 0,
        rows=total["rows"] or 0,
        running=Grant.objects.filter(running).count(),
        refused=Request.objects.aggregate(n=Count("id", filter=Q(state="refused")))["n"],
        receipts=LogState.objects.values_list("size", flat=True).first() or 0,
        pairs=_pairs(rows, language),
        by_day=[(since + timedelta(days=n), by_day.get(since + timedelta(days=n), 0)) for n in range(days)],
    )


def _pairs(rows: QuerySet[ExchangeDay], language: str) -> list[Pair]:
    found: Any = (
        rows.values_list("provider_id", "consumer_id", "resource")
        .annotate(calls=Sum("calls"), rows=Sum("rows"))
        .order_by("-calls", "resource")[:MOST_PAIRS]
    )
    found = list(found)
    names = organisation_names({one for row in found for one in row[:2]}, language=language)
    titles = dict(
        CatalogueEntry.objects.filter(key__in={row[2] for row in found}).values_list("key", "title")
    )
    return [
        Pair(names.get(provider, ""), names.get(consumer, ""), titles.get(resource, resource), calls, count)
        for provider, consumer, resource, calls, count in found
    ]


def calls_of(resources: Collection[str]) -> Mapping[str, int]:
    """How often each of these was called by other departments than its own, ever. One query."""
    rows = ExchangeDay.objects.filter(resource__in=resources).exclude(provider_id=F("consumer_id"))
    return dict(rows.values_list("resource").annotate(n=Sum("calls")))


def exchange_days(_viewer: Viewer) -> QuerySet[ExchangeDay]:
    """All counts, for everybody."""
    return ExchangeDay.objects.all()
