"""What the clock does about grants: reminds before they end, adds up the counters of days gone by."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format

from yicheng.core.kernel import clock
from yicheng.core.sharing.actions.giving import tell
from yicheng.core.sharing.models import Grant
from yicheng.core.sharing.queries.agreements import ending

REMINDED_BEFORE = timedelta(days=14)
#: the day under which all days gone by are counted together
PAST = "0001-01-01"


def remind_of_ends() -> None:
    """Tell users of grants that end within two weeks, once."""
    for grant in ending(within=REMINDED_BEFORE):
        with transaction.atomic():
            day = date_format(grant.ends_on, "SHORT_DATE_FORMAT")
            tell("sharing.ends_soon", grant.request, to=grant.consumer_id, right="sharing.ask", day=day)
            Grant.objects.filter(pk=grant.pk).update(reminded_at=clock.now())


def fold_uses() -> None:
    """Put the counters of days before yesterday into one row for each grant: a call sums up only a few rows."""
    before = timezone.localdate(clock.now()) - timedelta(days=1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM sharing_grantuse WHERE day < %s AND day > %s RETURNING grant_id, calls, rows)"
            " INSERT INTO sharing_grantuse AS u (grant_id, day, shard, calls, rows)"
            " SELECT grant_id, %s, 0, sum(calls), sum(rows) FROM gone GROUP BY grant_id"
            " ON CONFLICT (grant_id, day, shard) DO UPDATE SET"
            " calls = u.calls + EXCLUDED.calls, rows = u.rows + EXCLUDED.rows",
            [before, PAST, PAST],
        )
