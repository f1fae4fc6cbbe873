"""From a point to its cell and the people responsible, in process; beside the same SQL by psycopg."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.table import Figure, percentile
from yicheng.core.places.public import locate_with_duties
from yicheng.core.places.queries import DUTIES_AT

TIMES = 2_000


def point_to_people(points: Sequence[tuple[float, float]]) -> Figure:
    """The 95th percentile, in milliseconds."""
    chance = random.Random(1)
    asked = [chance.choice(points) for _ in range(TIMES)]
    locate_with_duties(*asked[0])
    samples = []
    for lon, lat in asked:
        began = time.perf_counter()
        locate_with_duties(lon, lat)
        samples.append(time.perf_counter() - began)
    with CaptureQueriesContext(connection) as captured:
        locate_with_duties(*asked[0])
    return Figure(
        "point → cell → people responsible",
        percentile(samples, 0.95) * 1000,
        "ms p95",
        "under 1 ms",
        limit=_bare(asked) * 1000,
        limit_is="the same SQL by psycopg",
        note=f"{len(captured.captured_queries)} queries",
    )


def _bare(asked: Sequence[tuple[float, float]]) -> float:
    """The statement itself with its values: as Django sends it, it stays prepared and cannot be captured with them."""
    samples = []
    with connection.cursor() as cursor:
        for x, y in asked:
            began = time.perf_counter()
            cursor.cursor.execute(DUTIES_AT, {"x": x, "y": y})
            cursor.cursor.fetchall()
            samples.append(time.perf_counter() - began)
    return percentile(samples, 0.95)
