"""The worker's share: newest readings, roll-ups, who was heard, and watchers — batch by batch, in one transaction.

The packed batches are deleted in the transaction that did their work: a killed worker finds them again.
One worker at a time works here (an advisory lock), so that readings reach watchers in order.
"""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta

from django.db import connection, transaction

from yicheng.core.kernel import clock
from yicheng.core.sensing.declare import WATCHERS, Watcher
from yicheng.core.sensing.facts import Batch, Observed
from yicheng.core.sensing.fresh import Fresh, gather
from yicheng.core.sensing.models import ParkedBatch
from yicheng.core.sensing.packing import moment
from yicheng.core.sensing.remembered import facts_of
from yicheng.core.sensing.summing import keep_up

log = logging.getLogger(__name__)
BATCHES = 64
MOST_READINGS = 100_000
_LOCK = 7_305_120
_RETRIES = (10, 60, 300, 1800, 7200)
_TAKE = """
DELETE FROM sensing_freshbatch WHERE id IN (
    SELECT id FROM (
        SELECT id, sum(count) OVER (ORDER BY id) - count AS before
        FROM (SELECT id, count FROM sensing_freshbatch ORDER BY id LIMIT %s) AS oldest
    ) AS summed WHERE before < %s
) RETURNING id, received_at, payload
"""


def drain(*, batches: int = BATCHES) -> int:
    """Do the work of the oldest stored batches; answers how many (0: nothing waits)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_TAKE, [batches, MOST_READINGS])
        rows = sorted(cursor.fetchall(), key=lambda row: row[0])
        if rows:
            fresh = gather([(received_at, bytes(payload)) for _id, received_at, payload in rows])
            keep_up(fresh)
            _show(fresh)
    return len(rows)


def drain_all() -> int:
    """Until nothing waits (tests, imports, demonstrations); answers how many batches."""
    done = 0
    while count := drain():
        done += count
    return done


def retry_parked() -> int:
    """Show parked batches again whose time has come; answers how many a watcher took. Called by the clock."""
    taken = 0
    with transaction.atomic():
        due = ParkedBatch.objects.select_for_update(skip_locked=True).filter(next_attempt_at__lte=clock.now())
        for parked in due.order_by("id")[:20]:
            taken += _retry(parked)
    return taken


def _show(fresh: Fresh) -> None:
    if not len(WATCHERS):
        return
    batch = _batch(fresh)
    for watcher in WATCHERS:
        error = _attempt(watcher, batch)
        if error:
            _park(watcher.key, fresh, error)


def _batch(fresh: Fresh) -> Batch:
    rows = zip(
        fresh.series.tolist(),
        fresh.us.tolist(),
        fresh.values.tolist(),
        fresh.qualities.tolist(),
        fresh.timings.tolist(),
        fresh.received.tolist(),
        strict=True,
    )
    facts = facts_of(fresh.series_ids.tolist())
    known: dict[int, object] = {}
    readings = [
        Observed(series, moment(us), value, quality, timing, known.get(received) or known.setdefault(received, moment(received)))  # type: ignore[arg-type]
        for series, us, value, quality, timing, received in rows
        if series in facts
    ]  # fmt: skip
    return Batch(readings, facts)


def _attempt(watcher: Watcher, batch: Batch) -> str:
    """Show a batch in a savepoint; "" when it was taken, else the traceback. Raises when the connection is lost."""
    try:
        with transaction.atomic():
            watcher.handle(batch)
    except Exception:  # the outermost loop over other parts' code: one fault must not stop the readings
        if not connection.is_usable():
            raise
        log.exception("watcher %s failed on %d reading(s)", watcher.key, len(batch.readings))
        return traceback.format_exc()
    return ""


def _park(watcher: str, fresh: Fresh, error: str) -> None:
    now = clock.now()
    ParkedBatch.objects.create(
        watcher=watcher,
        payload=fresh.packed(),
        error=error,
        next_attempt_at=now + timedelta(seconds=_RETRIES[0]),
        created_at=now,
    )


def _retry(parked: ParkedBatch) -> bool:
    watcher = WATCHERS.get(parked.watcher) if parked.watcher in WATCHERS else None
    if watcher is None:  # its part is gone
        parked.delete()
        return False
    error = _attempt(watcher, _batch(Fresh.unpacked(bytes(parked.payload))))
    if not error:
        parked.delete()
        return True
    wait = _RETRIES[parked.attempts] if parked.attempts < len(_RETRIES) else None
    parked.attempts, parked.error = parked.attempts + 1, error
    parked.next_attempt_at = clock.now() + timedelta(seconds=wait) if wait else None
    parked.save(update_fields=["attempts", "error", "next_attempt_at"])
    return False
