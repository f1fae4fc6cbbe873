"""The next changes of a subscription as CloudEvents 1.0, each with the row as the grant shows it at this moment.

A subject stands for a row: a digest keyed by the subscription, so that a row outside of the grant tells nothing
but that it changed. What left the grant, or the data, is told as removed.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from django.db import connection
from psycopg import sql

from yicheng.core.catalogue.public import filters
from yicheng.core.catalogue.queries.readable import text_of
from yicheng.core.sharing.gateway.plan import Plan

TYPES = {True: "city.yicheng.sharing.row.changed", False: "city.yicheng.sharing.row.removed"}
#: only what every transaction before it has committed: nothing can slip in between later
_NEXT = """
SELECT id, recorded_at, row_key FROM sharing_change
 WHERE entry_id = %s AND id > %s AND txid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of an entry that changed."""

    id: int
    at: datetime
    key: str


def next_changes(entry_id: int, *, after: int, limit: int) -> list[Changed]:
    """The changes behind a cursor, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [entry_id, after, limit])
        return [Changed(*row) for row in cursor.fetchall()]


def events(plan: Plan, changed: Sequence[Changed], *, secret: str) -> tuple[bytes, int]:
    """The changes as a batch of CloudEvents, and how many rows it shows."""
    rows = _rows(plan, list(dict.fromkeys(one.key for one in changed)))
    made = [_event(plan, one, rows.get(one.key), secret) for one in changed]
    return msgspec.json.encode(made), sum(one.key in rows for one in changed)


def _event(plan: Plan, changed: Changed, row: msgspec.Raw | None, secret: str) -> Mapping[str, Any]:
    subject = hmac.new(secret.encode(), changed.key.encode(), sha256).hexdigest()[:32]
    made: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(changed.id),
        "source": f"/api/v1/shared/{plan.grant_id}",
        "type": TYPES[row is not None],
        "subject": subject,
        "time": changed.at.isoformat().replace("+00:00", "Z"),
        "sequence": f"{changed.id:020}",
        "resource": plan.entry_key,
    }
    if row is not None:
        made |= {"datacontenttype": "application/json", "data": row}
    return made


def _rows(plan: Plan, keys: Sequence[str]) -> dict[str, msgspec.Raw]:
    """The rows that the grant shows, by their keys."""
    names = list(plan.fields)
    is_set = plan.data.resource is None
    own = list(plan.data.entry.key_fields) if is_set else []
    where = filters.And((plan.condition, _with_keys(own, keys))) if is_set else plan.condition
    query = plan.data.query(
        None,
        fields=[*names, *own],
        where=where,
        masks=plan.masks,  # type: ignore[arg-type]  # checked when the grant was made
        with_id=True,
    )
    shown = sql.SQL(", ").join(sql.SQL("found.{}").format(sql.Identifier(name)) for name in names)
    columns = [sql.Identifier(name) for name in ("_id", *names, *(f"_key_{name}" for name in own))]
    key = (
        sql.SQL("json_build_array({})::text").format(
            sql.SQL(", ").join(sql.SQL("found.{}").format(sql.Identifier(f"_key_{name}")) for name in own)
        )
        if is_set
        else sql.SQL("found._id::text")
    )
    statement = sql.SQL(
        "SELECT {key}, to_json(cells)::text FROM ({query}) AS found ({columns}), LATERAL (SELECT {shown}) AS cells"
    ).format(key=key, query=query.sql, columns=sql.SQL(", ").join(columns), shown=shown)
    params: tuple[Any, ...] = query.params
    if not is_set:
        statement += sql.SQL(" WHERE found._id = ANY(%s::{}[])").format(sql.SQL(_id_type(plan)))
        params = (*params, list(keys))
    with connection.cursor() as cursor:
        cursor.execute(text_of(statement), params)
        return {found: msgspec.Raw(row.encode()) for found, row in cursor.fetchall()}


def _with_keys(own: Sequence[str], keys: Sequence[str]) -> filters.Filter:
    values = [json.loads(key) for key in keys]
    if len(own) == 1:
        return filters.In(own[0], tuple(one[0] for one in values if one[0] is not None))
    return filters.Or(
        tuple(
            filters.And(
                tuple(filters.Compare(name, "=", value) for name, value in zip(own, one, strict=True))
            )
            for one in values
            if None not in one
        )
    )


def _id_type(plan: Plan) -> Any:
    assert plan.data.resource is not None
    key = plan.data.resource.model()._meta.pk  # noqa: SLF001  Django's own name for it
    return "bigint" if "Integer" in key.get_internal_type() or "Auto" in key.get_internal_type() else "text"
