"""Gives receipts their places: one sequencer at a time moves what waits into the log and signs the new state.

Calls only append to the queue, in their own transaction, and wait for nobody. The sequencer
takes what is committed in batches, so that a place costs one COPY and a few hashes, and one
signature covers thousands. Killed in between it leaves nothing: all is one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from yicheng.core.kernel import clock
from yicheng.core.sharing.models import Checkpoint, LogState
from yicheng.core.sharing.receipts import keys, merkle, notes, receipt, tiles

BATCH = 5_000
KEPT_EVERY = timedelta(minutes=1)
#: advisory lock of the log, so that there is one sequencer ("log" in ASCII)
_LOCK = 0x6C6F67


class Queued(NamedTuple):
    id: int
    call: str
    at: datetime
    grant: int
    provider: int
    consumer: int
    resource: str
    kind: str
    rows: int
    body: bytes


def sequence(*, limit: int = BATCH) -> int:
    """Give places to the receipts that wait; answers how many. 0 when none wait or another one is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        batch = _take(limit)
        if not batch:
            return 0
        state = LogState.objects.first()
        size = state.size if state else 0
        entries = _numbered(batch)
        _keep(batch, entries, first=size)
        tiles.append([merkle.leaf_hash(entry) for _serial, entry in entries], size=size)
        _sign(size + len(batch), before=state)
        _count(batch)
    return len(batch)


def _take(limit: int) -> list[Queued]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM sharing_queuedreceipt WHERE id IN (SELECT id FROM sharing_queuedreceipt ORDER BY id LIMIT %s)"
            " RETURNING id, call, at, grant_id, provider_id, consumer_id, resource, kind, rows, body",
            [limit],
        )
        return sorted(Queued._make(row)._replace(body=bytes(row[-1])) for row in cursor.fetchall())


def _numbered(batch: Sequence[Queued]) -> list[tuple[int, bytes]]:
    """Number and entry of each; the counts of their grants go on."""
    grants = sorted({one.grant for one in batch})
    with connection.cursor() as cursor:
        cursor.execute("SELECT grant_id, count FROM sharing_receiptcount WHERE grant_id = ANY(%s)", [grants])
        counts = Counter(dict(cursor.fetchall()))
        entries = []
        for one in batch:
            counts[one.grant] += 1
            entries.append((counts[one.grant], receipt.entry(counts[one.grant], one.body)))
        cursor.execute(
            "INSERT INTO sharing_receiptcount (grant_id, count) SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
            " ON CONFLICT (grant_id) DO UPDATE SET count = EXCLUDED.count",
            [grants, [counts[grant] for grant in grants]],
        )
    return entries


def _keep(batch: Sequence[Queued], entries: Sequence[tuple[int, bytes]], *, first: int) -> None:
    now = clock.now()
    with connection.cursor() as cursor:
        statement = (
            "COPY sharing_receipt (position, recorded_at, division_code, call, at, grant_id, serial,"
            " provider_id, consumer_id, resource, kind, rows, body) FROM STDIN"
        )
        raw: Any = cursor
        with raw.copy(statement) as copy:
            for place, (one, (serial, _entry)) in enumerate(zip(batch, entries, strict=True), start=first):
                parties = (one.provider, one.consumer, one.resource, one.kind, one.rows, one.body)
                copy.write_row((place, now, "", one.call, one.at, one.grant, serial, *parties))


def _sign(size: int, *, before: LogState | None) -> None:
    now = clock.now()
    signer = keys.signer()
    state = notes.Checkpoint(signer.verifier.name, size, tiles.root(size))
    note = notes.sign(state, signer.private, signer.verifier)
    facts = {"size": size, "root": state.root, "note": note, "signed_at": now}
    LogState.objects.update_or_create(id=1, defaults=facts)
    newest = Checkpoint.objects.order_by("-size").values_list("signed_at", flat=True).first()
    if before is None or newest is None or now - newest >= KEPT_EVERY:
        Checkpoint.objects.create(**facts)


def _count(batch: Sequence[Queued]) -> None:
    """Add to who used whose data on which day."""
    days: dict[tuple[Any, ...], list[int]] = {}
    for one in batch:
        day = timezone.localtime(one.at).date()
        tally = days.setdefault((day, one.provider, one.consumer, one.resource, one.kind), [0, 0])
        tally[0] += 1
        tally[1] += one.rows
    _add(days)


def _add(days: Mapping[tuple[Any, ...], Sequence[int]]) -> None:
    columns = list(zip(*[(*key, *tally) for key, tally in sorted(days.items())], strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sharing_exchangeday (day, provider_id, consumer_id, resource, kind, calls, rows)"
            " SELECT * FROM unnest(%s::date[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[],"
            " %s::bigint[]) ON CONFLICT (day, provider_id, consumer_id, resource, kind) DO UPDATE SET"
            " calls = sharing_exchangeday.calls + EXCLUDED.calls, rows = sharing_exchangeday.rows + EXCLUDED.rows",
            [list(column) for column in columns],
        )
