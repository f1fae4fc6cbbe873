"""What a call leaves behind: its use is added up, its receipt queued, unless the grant changed meanwhile.

Calls that come side by side share one statement and one commit: who finds the writer busy waits, and the next
writer takes along everybody who waits. Nothing leaves before the commit that holds its receipt, as if each had its own.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any

import msgspec
import psycopg
from django.db import connection

SHARDS = 16
MOST = 200
_OK = {
    False: "g.version = said.version AND g.revoked_at IS NULL",
    True: "g.version >= said.version",
}
_KEEP = (
    "WITH said AS MATERIALIZED (SELECT * FROM json_to_recordset(%s::json) AS said (grant_id bigint, version int, day date,"
    " call text, at timestamptz, provider_id bigint, consumer_id bigint, resource text, kind text, rows bigint,"
    " body text)),"
    " ok AS (SELECT said.* FROM said JOIN sharing_grant g ON g.id = said.grant_id AND {ok}),"
    " used AS (INSERT INTO sharing_grantuse AS u (grant_id, day, shard, calls, rows)"
    " SELECT grant_id, day, %s::smallint, count(*), sum(rows) FROM ok GROUP BY grant_id, day ORDER BY grant_id, day"
    " ON CONFLICT (grant_id, day, shard)"
    " DO UPDATE SET calls = u.calls + EXCLUDED.calls, rows = u.rows + EXCLUDED.rows)"
    " INSERT INTO sharing_queuedreceipt"
    " (call, at, grant_id, provider_id, consumer_id, resource, kind, rows, body)"
    " SELECT call, at, grant_id, provider_id, consumer_id, resource, kind, rows, convert_to(body, 'UTF8')"
    " FROM ok RETURNING call"
)


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a grant. ``body`` is the receipt as it was signed."""

    grant_id: int
    version: int
    day: date
    call: str
    at: datetime
    provider_id: int
    consumer_id: int
    resource: str
    kind: str
    rows: int
    body: str


class _Waiting:
    """A use that waits for a writer: kept None until somebody wrote it."""

    __slots__ = ("error", "kept", "use")

    def __init__(self, use: Use) -> None:
        self.use = use
        self.kept: bool | None = None
        self.error: BaseException | None = None


def keep_use(use: Use, *, is_past: bool = False) -> bool:
    """Meter a use and queue its receipt; whether the grant still stood. ``is_past``: it left under an earlier version."""
    if is_past or connection.in_atomic_block:
        return bool(_kept([use], is_past=is_past))
    return _together.keep(use)


class _Together:
    """Gathers the uses of this process's threads."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._writing = Lock()

    def keep(self, use: Use) -> bool:
        own = _Waiting(use)
        self._waiting.append(own)
        with self._writing:
            while own.kept is None and own.error is None:
                self._write([self._waiting.popleft() for _one in range(min(MOST, len(self._waiting)))])
        if own.error is not None:
            return bool(_kept([use], is_past=False))
        return bool(own.kept)

    def _write(self, batch: Sequence[_Waiting]) -> None:
        try:
            kept = _kept([one.use for one in batch], is_past=False)
        except BaseException as error:  # each of them tries for itself, and is told what is wrong
            for one in batch:
                one.error = error
            if not isinstance(error, psycopg.Error):
                raise
            return
        for one in batch:
            one.kept = one.use.call in kept


def _kept(uses: Sequence[Use], *, is_past: bool) -> set[str]:
    """The calls whose receipts were queued; one statement."""
    connection.ensure_connection()
    raw: Any = connection.connection
    cursor = psycopg.Cursor(raw).execute(
        _STATEMENTS[is_past], [_encode(uses).decode(), random.randrange(SHARDS)], prepare=True
    )
    return {call for (call,) in cursor.fetchall()}


_STATEMENTS = {is_past: _KEEP.format(ok=ok) for is_past, ok in _OK.items()}
_encode = msgspec.json.Encoder().encode
_together = _Together()
