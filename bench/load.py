"""Loads at a number of stored cases, and a burst of three times as much: nothing lost, back to normal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils.timezone import localdate

from bench import lifecycle
from bench.rawlife import raw_lifecycles
from bench.table import Figure, percentile
from yicheng.apps.urban.decision import facts, rollups
from yicheng.core.cases.models import Case
from yicheng.core.events.models import OutboxEvent


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the load goes and how much it is."""

    port: int
    cookies: Mapping[str, dict[str, str]]
    ground: lifecycle.Ground
    seconds: float
    people: int


def at(asked: Asked, *, stored: int) -> list[Figure]:
    """Lifecycles a second beside the raw limit, and how long a request took."""
    lifecycle.load(asked.port, asked.cookies, asked.ground, seconds=3, people=asked.people)
    tally = _load(asked, asked.seconds, asked.people)
    newest = (
        Case.objects.filter(status="closed", source="hotline").order_by("-id").values_list("pk", flat=True)[0]
    )
    raw = raw_lifecycles(newest, seconds=asked.seconds / 2, people=asked.people)
    return [
        Figure(
            f"lifecycles at {stored:,} stored cases",
            tally.per_second,
            "/s",
            "40/s, flat within 15 %",
            limit=raw,
            limit_is="the same rows and transactions by psycopg",
            note=f"{tally.requests / tally.took_s:.0f} requests/s, p95 {percentile(tally.latencies_s, 0.95) * 1000:.0f} ms",
        )
    ]


def burst(asked: Asked, *, seconds: float) -> list[Figure]:
    """Three times the people for ``seconds``; then the load as before, in the minute after."""
    before = _closed()
    tally = _load(asked, seconds, asked.people * 3)
    lost = tally.closed - (_closed() - before)
    began = time.monotonic()
    while OutboxEvent.objects.exists() and time.monotonic() - began < 60:
        time.sleep(0.5)
    drained_s = time.monotonic() - began
    after = _load(asked, asked.seconds, asked.people)
    return [
        Figure("burst of three times the load: lifecycles", tally.per_second, "/s", note=f"{lost} lost"),
        Figure("reactions waiting after the burst: done in", drained_s, "s", "within the next minute"),
        Figure("lifecycles after the burst", after.per_second, "/s", "back to normal"),
    ]


def settle() -> None:
    """Let the planner know the tables as they are, and the decision page count, as autovacuum and jobs would in a while."""
    facts.catch_up()
    rollups.count_months(localdate())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) urban_casefact")
        cursor.execute("VACUUM (ANALYZE) cases_case")
        cursor.execute("VACUUM (ANALYZE) cases_task")
        cursor.execute("CHECKPOINT")


def _load(asked: Asked, seconds: float, people: int) -> lifecycle.Tally:
    tally = lifecycle.load(asked.port, asked.cookies, asked.ground, seconds=seconds, people=people)
    if tally.faults:
        raise RuntimeError(f"{len(tally.faults)} requests failed, first: {tally.faults[0]}")
    return tally


def _closed() -> int:
    return Case.objects.filter(status="closed", source="hotline").count()
