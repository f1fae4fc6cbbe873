"""How often something may be tried: one counter per key, shared by all processes, one statement each.

The counters lie in an unlogged table. Call outside a transaction: what a refusal rolls
back would otherwise be forgotten too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import TooMany


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``amount`` times within ``period_s`` seconds for each key."""

    name: str
    amount: int
    period_s: int


_COUNT = """
INSERT INTO people_limit AS l (key, hits, ends_at) VALUES (%(key)s, 1, %(ends)s)
ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN l.ends_at <= %(now)s THEN 1 ELSE l.hits + 1 END,
    ends_at = CASE WHEN l.ends_at <= %(now)s THEN %(ends)s ELSE l.ends_at END
RETURNING hits, ends_at
"""


def count(limit: Limit, key: str) -> tuple[int, datetime]:
    """Count one try; answers how many there were in this period and when it ends."""
    now = clock.now()
    values: dict[str, str | datetime] = {
        "key": f"{limit.name}:{key}"[:200],
        "now": now,
        "ends": now + timedelta(seconds=limit.period_s),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        hits, ends_at = cursor.fetchone()
    return int(hits), ends_at


def consume(limit: Limit, key: str, *, message: str | Promise | None = None) -> None:
    """Count one try; raises ``TooMany`` past the limit. ``message`` may hold ``%(time)s``: when to come back."""
    hits, ends_at = count(limit, key)
    if hits > limit.amount:
        text = message or _("Too many attempts. Please try again after %(time)s.")
        raise TooMany(text, time=time_format(timezone.localtime(ends_at), "H:i"))


def forgive(limit: Limit, key: str) -> None:
    """Forget the tries of this key: it has proved itself."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_limit WHERE key = %s", [f"{limit.name}:{key}"[:200]])


def refund(limit: Limit, key: str) -> None:
    """Take one try back: it was a good one, from a place that others use too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_limit SET hits = hits - 1 WHERE key = %s AND hits > 0",
            [f"{limit.name}:{key}"[:200]],
        )


def sweep() -> None:
    """Drop counters whose period is over (a job)."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_limit WHERE ends_at <= %s", [clock.now()])
