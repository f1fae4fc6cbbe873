"""One call: two round trips to the database. The first checks and reads, the second meters and receipts.

The second is refused when the grant changed since the first, and nothing has been sent by then: what a
caller holds was allowed at the moment its receipt was committed.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, TooMany
from yicheng.core.sharing.gateway.asked import Asked
from yicheng.core.sharing.gateway.bearers import Caller, check
from yicheng.core.sharing.gateway.columnar import ParquetFile
from yicheng.core.sharing.gateway.metering import Use, keep_use
from yicheng.core.sharing.gateway.plan import ACCOUNT, IDENTITY, Plan, plan
from yicheng.core.sharing.receipts import receipt
from yicheng.core.sharing.receipts.keys import Signer, signer

#: rows of one part of a file; each part is checked and receipted for itself
PART = 10_000
#: below so many parts of what is left, calls of a grant go one after the other, so that its bound is exact
NEAR = 20

_CHECK = (
    "SELECT b.proof, b.rights, b.account_id, b.organisation_id, b.grants_version,"
    " g.version, g.revoked_at, g.starts_on, g.ends_on, g.rows_per_day, g.rows_in_all,"
    " e.current_id, e.updated_at, e.is_listed, u.today, u.ever{data}"
    " FROM sharing_grant g JOIN catalogue_entry e ON e.id = g.entry_id LEFT JOIN ({bearer}) AS b ON true"
    " CROSS JOIN LATERAL (SELECT coalesce(sum(rows) FILTER (WHERE day = %s), 0)::bigint AS today,"
    " coalesce(sum(rows), 0)::bigint AS ever FROM sharing_grantuse WHERE grant_id = g.id) AS u{rows}"
    " WHERE g.id = %s"
)
_LOOKS = (
    "WITH looked AS (INSERT INTO journal_access"
    " (division_code, person_id, account_id, viewer_kind, organisation_id, address, subject, purpose)"
    " SELECT '', person, %s, 'system', %s, '', %s, %s FROM {persons} RETURNING 1)"
    " SELECT count(*) FROM looked"
)
#: accounts by what a field with one of the terms holds; whose identity nobody checked sees nothing
_PERSONS = {
    ACCOUNT: "unnest(%s::bigint[]) AS person",
    IDENTITY: "(SELECT account_id FROM people_party WHERE kind = 'person' AND number_index = ANY(%s) AND is_proven"
    " AND account_id IS NOT NULL) AS found (person)",
}
Row = namedtuple(
    "Row",
    "proof rights account_id organisation_id grants_version version revoked_at starts_on ends_on rows_per_day"
    " rows_in_all current_id updated_at is_listed today ever rows last body persons",
)


#: makes the bytes that are sent of the grant, the rows' text and the mark of the part after
Making = Callable[[Plan, str, str], bytes]


class GrantEnded(Forbidden):
    """The grant does not run: revoked, over, or not begun."""

    code = "grant_ended"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows as they are sent, with the signed receipt. ``next`` is the mark of the part after, "" where it ends."""

    body: bytes
    rows: int
    next: str
    receipt: str


def page(by: Caller, grant_id: int, wanted: Asked, *, line: str) -> Part:
    """One page of rows. ``line`` is the request's line, whose digest the receipt holds."""
    return _part(
        by, grant_id, wanted, limit=wanted.limit or PART, line=line, call=receipt.new_call(), kind="query"
    )


def parts(by: Caller, grant_id: int, wanted: Asked, *, line: str) -> Iterator[Part]:
    """A file in parts, each checked against the grant anew; raises what stops it between two parts."""
    call, after, left, number = receipt.new_call()[:24], wanted.after, wanted.limit, 0
    file = ParquetFile() if wanted.form == "parquet" else None
    while left is None or left > 0:
        limit = PART if left is None else min(PART, left)
        behind = Asked(wanted.fields, wanted.where, after, limit, wanted.form)
        making = None if file is None else partial(_columnar, file, wanted.fields, is_end=left == limit)
        name = f"{call}{number:08x}"
        part = _part(by, grant_id, behind, limit=limit, line=line, call=name, kind="file", making=making)
        yield part
        if not part.next:
            return
        after, number = part.next, number + 1
        left = None if left is None else left - part.rows


def _columnar(
    file: ParquetFile, wanted: Sequence[str], grant: Plan, lines: str, following: str, *, is_end: bool
) -> bytes:
    return file.part(lines, grant.kinds(wanted or tuple(grant.fields)), is_last=is_end or not following)


def columns(grant_id: int, wanted: Asked) -> tuple[str, ...]:
    """The columns of a file, for its first line."""
    return wanted.fields or tuple(plan(grant_id).fields)


def _part(
    by: Caller,
    grant_id: int,
    wanted: Asked,
    *,
    limit: int,
    line: str,
    call: str,
    kind: str,
    making: Making | None = None,
) -> Part:
    signing, grant = _signer(), plan(grant_id)
    try:
        row = _read(by, grant, wanted, limit=limit)
        is_stale = _is_stale(row, grant)
    except psycopg.errors.UndefinedTable:  # a version of the data that was dropped since
        is_stale = True
    if is_stale:
        grant = plan(grant_id, anew=True)
        row = _read(by, grant, wanted, limit=limit)
    check(by, row, consumer_id=grant.consumer_id)
    left = _left(row)
    if left is not None and left < NEAR * PART:
        with transaction.atomic():
            _one_at_a_time(grant_id)
            row = _read(by, grant, wanted, limit=limit)
            left = _left(row) or 0
            if row.rows > left:
                row = _read(by, grant, wanted, limit=max(left, 1))
            if left < 1:
                raise TooMany(
                    _("The volume of this grant is used up for now: %(limits)s."), limits=_limits(row)
                )
            return _receipted(
                signing, grant, row, wanted, limit=limit, line=line, call=call, kind=kind, making=making
            )
    return _receipted(
        signing, grant, row, wanted, limit=limit, line=line, call=call, kind=kind, making=making
    )


def _read(by: Caller, grant: Plan, wanted: Asked, *, limit: int) -> Row:
    text, params, _columns = grant.statement(wanted, limit=limit)
    sql = _checked(by.sql, text)
    today = timezone.localdate(clock.now())
    found = _run(sql, [by.key, today, *params, grant.grant_id], is_read=True)
    row = Row._make(found)  # the grant is there: plans are made of rows, and grants are never deleted
    _check_runs(row)
    return row


@lru_cache(maxsize=4096)
def _checked(bearer: str, rows: str) -> str:
    return _CHECK.format(
        data=", d.rows, d.last, d.body, d.persons", bearer=bearer, rows=f" CROSS JOIN LATERAL ({rows}) AS d"
    )


def _check_runs(row: Row) -> None:
    today = timezone.localdate(clock.now())
    if row.revoked_at is not None:
        raise GrantEnded(_("This grant was revoked."))
    if not row.starts_on <= today <= row.ends_on:
        raise GrantEnded(
            _("This grant runs from %(start)s to %(end)s."), start=row.starts_on, end=row.ends_on
        )
    if not row.is_listed:
        raise GrantEnded(_("These data were withdrawn by their provider."))


def _is_stale(row: Row, grant: Plan) -> bool:
    return (row.version, row.current_id, row.updated_at) != (
        grant.version,
        grant.current_id,
        grant.updated_at,
    )


def _left(row: Row) -> int | None:
    """How many rows may still be used; None without a bound."""
    bounds = [
        bound - used
        for bound, used in ((row.rows_per_day, row.today), (row.rows_in_all, row.ever))
        if bound is not None
    ]
    return min(bounds) if bounds else None


def _limits(row: Row) -> str:
    return f"{row.today}/{row.rows_per_day or '–'}, {row.ever}/{row.rows_in_all or '–'}"


def _receipted(
    signing: Signer,
    grant: Plan,
    row: Row,
    wanted: Asked,
    *,
    limit: int,
    line: str,
    call: str,
    kind: str,
    making: Making | None,
) -> Part:
    following = row.last if row.rows == limit else ""
    body = making(grant, row.body, following) if making else row.body.encode()
    if wanted.form == "json":
        mark = b'"%s"' % following.encode() if following else b"null"
        body = b'{"rows":%s,"next":%s}' % (body, mark)
    now = clock.now()
    made = receipt.Receipt(
        call=call,
        at=_iso(now),
        kind=kind,  # type: ignore[arg-type]
        grant=grant.grant_id,
        resource=grant.entry_key,
        provider=grant.provider,
        consumer=grant.consumer,
        by=f"account/{row.account_id}",
        purpose=grant.purpose,
        basis=grant.basis,
        fields=wanted.fields or tuple(grant.fields),
        rows=row.rows,
        request=sha256(line.encode()).hexdigest(),
        answer=sha256(body).hexdigest(),
    )
    payload = receipt.payload(made)
    keep(grant, call=call, at=now, kind=kind, rows=row.rows, payload=payload)
    if row.persons:
        _log_looks(row, grant)
    return Part(body, row.rows, following, signing.receipt(payload))


def keep(
    grant: Plan, *, call: str, at: datetime, kind: str, rows: int, payload: bytes, is_past: bool = False
) -> None:
    """Meter the use and queue its receipt, unless the grant changed meanwhile. Raises ``Conflict``.

    ``is_past``: the data have left already, under the grant as it was; the receipt must not be lost.
    """
    use = Use(
        grant_id=grant.grant_id,
        version=grant.version,
        day=timezone.localdate(at),
        call=call,
        at=at,
        provider_id=grant.provider_id,
        consumer_id=grant.consumer_id,
        resource=grant.entry_key,
        kind=kind,
        rows=rows,
        body=payload.decode(),
    )
    if not keep_use(use, is_past=is_past):
        raise Conflict(_("The grant was changed while you asked. Ask again."), code="grant_changed")


def _log_looks(row: Row, grant: Plan) -> None:
    """The persons whom the rows are about see under whose eyes they came, and why."""
    who = (row.account_id, row.organisation_id, f"sharing_grant/{grant.grant_id}", grant.purpose[:200])
    persons = [one for one in row.persons if one is not None]
    _run(_LOOKS.format(persons=_PERSONS[grant.person_term]), [*who, persons])


def _one_at_a_time(grant_id: int) -> None:
    _run("SELECT pg_advisory_xact_lock(%s, %s)::text", [0x67726E74, grant_id % 2**31])


def _run(sql: str, params: list[Any], *, is_read: bool = False) -> Any:
    """One statement on the thread's own connection, prepared on the server: no plan is made twice."""
    raw: Any = connection.connection
    if raw is None or raw.closed:
        connection.ensure_connection()
        raw = connection.connection
    try:
        return psycopg.Cursor(raw).execute(sql, params, prepare=True).fetchone()
    except psycopg.OperationalError:
        if connection.in_atomic_block or not is_read or not raw.closed:
            raise
        connection.close()
        connection.ensure_connection()
        return psycopg.Cursor(connection.connection).execute(sql, params, prepare=True).fetchone()


def _signer() -> Signer:
    return _signer_of(int(clock.now().timestamp()) // 10)


@lru_cache(maxsize=2)
def _signer_of(_ten_seconds: int) -> Signer:
    """The key in force, looked up every ten seconds."""
    return signer()


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
