"""The months of the readings: made ahead by the clock, and for old readings when an import needs them.

A default partition stands behind them: a month without a partition of its own refuses nothing.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from yicheng.core.kernel import clock

TABLE = "sensing_reading"
MONTHS_AHEAD = 3
#: serialises the making of partitions among processes
_LOCK = 7_305_119


def ensure_months_ahead() -> list[str]:
    """Make the missing partitions from this month on; answers the names of those made."""
    today = clock.now().date()
    return ensure_months([month_after(today, ahead) for ahead in range(MONTHS_AHEAD + 1)])


def ensure_months(months: list[date]) -> list[str]:
    """Make the partitions of these months (their first days) where they are missing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        return [name for first in months if (name := _make(first))]


def month_of(moment: datetime) -> date:
    """The first day of the month of an aware moment, in UTC."""
    return date(moment.year, moment.month, 1)


def month_after(day: date, ahead: int) -> date:
    """The first day of the month so many months later."""
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def partitions() -> list[str]:
    """The names of the monthly partitions, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relid::text FROM pg_partition_tree(%s::regclass) WHERE isleaf AND relid::text ~ '_[0-9]{6}$'",
            [TABLE],
        )
        return sorted(name for (name,) in cursor.fetchall())


def name_of(first: date) -> str:
    """How the partition of a month is called."""
    return f"{TABLE}_{first:%Y%m}"


def drop_month(name: str) -> None:
    """Drop a month that is archived or whose retention is over."""
    if name not in partitions():
        raise LookupError(name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {name}")


def _make(first: date) -> str:
    name, end = name_of(first), month_after(first, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0]:
            return ""
        cursor.execute(
            f"SELECT 1 FROM {TABLE}_rest WHERE time >= %s AND time < %s LIMIT 1",  # noqa: S608
            [first, end],
        )
        if cursor.fetchone():
            return ""  # rows of this month lie in the default partition and stay there
        # made apart and attached: attaching does not lock out writers of the other months
        cursor.execute(f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(
            f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM ('{first} 00:00+00') TO ('{end} 00:00+00')"
        )
    return name
