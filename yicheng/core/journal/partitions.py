"""Monthly partitions of append-only tables: made well ahead, dropped when their retention ends.

A default partition stands behind them, so that nothing is refused even if nobody made
partitions for years; a month whose rows already lie there is left there.
"""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

from yicheng.core.kernel import clock

TABLES = ("journal_audit", "journal_access")
MONTHS_AHEAD = 6


def ensure_partitions(tables: tuple[str, ...] = TABLES, *, months_ahead: int = MONTHS_AHEAD) -> list[str]:
    """Make the missing partitions from this month on; answers the names of those made."""
    today = clock.now().date()
    made = []
    for table in tables:
        for ahead in range(months_ahead + 1):
            first = _month(today, ahead)
            if _make(table, first, _month(today, ahead + 1)):
                made.append(_name(table, first))
    return made


def drop_partitions(table: str, *, months_kept: int) -> list[str]:
    """Drop whole months older than ``months_kept``; answers their names."""
    oldest_kept = _name(table, _month(clock.now().date(), -months_kept))
    old = [name for name in _partitions(table) if name < oldest_kept]
    with connection.cursor() as cursor:
        for name in old:
            cursor.execute(f"DROP TABLE {name}")
    return old


def _make(table: str, first: date, end: date) -> bool:
    name = _name(table, first)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT to_regclass(%s), EXISTS (SELECT 1 FROM {table}_rest)", [name])  # noqa: S608
        exists, has_rest = cursor.fetchone()
        if exists:
            return False
        if has_rest:
            cursor.execute(
                f"SELECT 1 FROM {table}_rest WHERE recorded_at >= %s AND recorded_at < %s LIMIT 1",  # noqa: S608
                [first, end],
            )
            if cursor.fetchone():
                return False
        # made apart and attached: attaching does not lock out writers of the other months
        cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{first} 00:00+00') TO ('{end} 00:00+00')"
        )
        cursor.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change()"
        )
    return True


def _partitions(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relid::text FROM pg_partition_tree(%s::regclass) WHERE isleaf AND relid::text ~ '_[0-9]{6}$'",
            [table],
        )
        return sorted(name for (name,) in cursor.fetchall())


def _name(table: str, first: date) -> str:
    return f"{table}_{first:%Y%m}"


def _month(day: date, ahead: int) -> date:
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)
