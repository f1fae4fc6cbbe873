"""Changing single rows of the version that is read now: by key, all or nothing, each kept with the row as it was.

A call is an edition of the version. Beside the table of the rows lies one of the past (``…_past``): for each edition the
rows that it inserted, and those that it updated or deleted as they stood before. So what changed can be told to
subscribers row by row, and taken back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from psycopg import errors, sql

from yicheng.core.catalogue.actions.data_sets import kept_data_set
from yicheng.core.catalogue.events import RowsChanged
from yicheng.core.catalogue.facts import ROW_ID, Edition, Version
from yicheng.core.catalogue.models import CatalogueEntry, DataSetVersion
from yicheng.core.catalogue.queries.readable import text_of
from yicheng.core.catalogue.queries.versions import past_table, version_of
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.public import Viewer

#: rows by their fields, or one text of JSON that holds a list of them
Rows = Sequence[Mapping[str, Any]] | str
MOST_ROWS = 10_000
_SAID = sql.SQL("said AS MATERIALIZED (SELECT * FROM json_populate_recordset(NULL::{table}, %s::json))")
_UPSERT = sql.SQL(
    "WITH {said}, before AS MATERIALIZED (SELECT old.* FROM {table} AS old JOIN said ON {same}),"
    " updated AS (UPDATE {table} AS old SET {set} FROM said WHERE {same} AND ({differs}) RETURNING old.{id}),"
    " inserted AS (INSERT INTO {table} ({names}) SELECT {names} FROM said"
    " WHERE NOT EXISTS (SELECT 1 FROM before AS old WHERE {same}) RETURNING *),"
    " kept AS (INSERT INTO {past} SELECT %s, 'updated', before.* FROM before"
    " WHERE before.{id} IN (SELECT {id} FROM updated)"
    " UNION ALL SELECT %s, 'inserted', inserted.* FROM inserted)"
    " SELECT (SELECT count(*) FROM inserted), (SELECT count(*) FROM updated)"
)
_DELETE = sql.SQL(
    "WITH {said}, gone AS (DELETE FROM {table} AS old USING said WHERE {same} RETURNING old.*),"
    " kept AS (INSERT INTO {past} SELECT %s, 'deleted', gone.* FROM gone) SELECT count(*) FROM gone"
)
#: of each key the first that happened to it behind an edition: what it was before all of that
_BEFORE = sql.SQL(
    "SELECT coalesce(json_agg(first) FILTER (WHERE first._change <> 'inserted'), '[]')::text,"
    " coalesce(json_agg(first) FILTER (WHERE first._change = 'inserted'), '[]')::text"
    " FROM (SELECT DISTINCT ON ({keys}) * FROM {past} WHERE _edition > %s ORDER BY {keys}, _edition) AS first"
)


@transaction.atomic
def change_rows(
    viewer: Viewer,
    key: str,
    *,
    upserts: Rows = (),
    deletes: Rows = (),
    silent: Collection[str] = (),
) -> Edition:
    """Insert or replace whole rows, and delete rows by their key fields; as mappings, or as one text of JSON.

    A row that says what stands there already changes nothing; ``silent`` names fields whose difference does not count.
    Answers what changed. Raises ``Invalid``, ``Conflict`` where the data set has no rows or no key yet.
    """
    entry = kept_data_set(viewer, key)
    if entry.current is None:
        raise Conflict(_("“%(title)s” holds no data yet."), title=entry.title)
    version = version_of(entry.current)
    _check(version, upserts, deletes)
    return _changed(viewer, entry, version, _json(upserts), _json(deletes), silent=silent)


@transaction.atomic
def take_back_rows(viewer: Viewer, key: str, *, to: int) -> Edition:
    """Put the rows back to what they were after edition ``to`` (0: as the version was published); an edition itself."""
    entry = kept_data_set(viewer, key)
    row = entry.current
    if row is None or not 0 <= to < row.edition:
        raise Conflict(_("Behind this edition nothing was changed."))
    version = version_of(row)
    keys = sql.SQL(", ").join(map(sql.Identifier, _keys(version)))
    upserts, deletes = _run(_BEFORE.format(keys=keys, past=past_table(version)), [to])
    return _changed(viewer, entry, version, upserts, deletes, silent=())


def _changed(
    viewer: Viewer,
    entry: CatalogueEntry,
    version: Version,
    upserts: str,
    deletes: str,
    *,
    silent: Collection[str],
) -> Edition:
    number = version.edition + 1
    _ensure_past(version)
    try:
        with transaction.atomic():
            (deleted,) = _run(_statement(_DELETE, version), [deletes, number])
            inserted, updated = _run(_statement(_UPSERT, version, silent), [upserts, number, number])
    except (errors.DataError, errors.IntegrityError) as error:
        raise Invalid(
            _("A value does not fit its field: %(why)s"), why=str(error).partition("\n")[0][:300]
        ) from error
    made = Edition(number, inserted, updated, deleted)
    if not made.count:
        return Edition(version.edition, 0, 0, 0)
    more = F("row_count") + inserted - deleted
    DataSetVersion.objects.filter(pk=version.id).update(
        edition=number, changed_at=clock.now(), row_count=more
    )
    if inserted != deleted:
        CatalogueEntry.objects.filter(pk=entry.pk).update(row_count=more)
    detail = {"key": entry.key, "edition": number, "rows": made.count}
    record(viewer, action="catalogue.change_rows", subject=f"data_set/{entry.pk}", detail=detail)
    told = RowsChanged(entry.pk, entry.key, version.id, number, made.count)
    publish("catalogue.rows_changed", told, subject=f"data_set/{entry.key}", division=entry.division_code)
    return made


def _check(version: Version, upserts: Rows, deletes: Rows) -> None:
    keys = _keys(version)
    for rows in (upserts, deletes):
        if isinstance(rows, str):
            continue
        if len(rows) > MOST_ROWS:
            raise Invalid(_("At most %(most)s rows at a time."), most=MOST_ROWS)
        named = {json.dumps([row.get(key) for key in keys], default=str) for row in rows}
        if len(named) < len(rows):
            raise Invalid(_("Two of these rows have the same key."))


def _keys(version: Version) -> list[str]:
    found = [one.key for one in version.fields if one.is_key]
    if not found:
        raise Conflict(_("Single rows can only be changed where a key names them. Mark the key fields."))
    return found


def _statement(text: sql.SQL, version: Version, silent: Collection[str] = ()) -> sql.Composed:
    keys = _keys(version)
    others = [one.key for one in version.fields if one.key not in keys]
    told = [
        sql.SQL("old.{0} IS DISTINCT FROM said.{0}").format(sql.Identifier(one))
        for one in others
        if one not in silent
    ]
    return text.format(
        said=_SAID.format(table=version.table),
        table=version.table,
        past=past_table(version),
        id=sql.Identifier(ROW_ID),
        names=sql.SQL(", ").join(sql.Identifier(one.key) for one in version.fields),
        same=sql.SQL(" AND ").join(sql.SQL("old.{0} = said.{0}").format(sql.Identifier(key)) for key in keys),
        set=sql.SQL(", ").join(
            sql.SQL("{0} = said.{0}").format(sql.Identifier(one)) for one in others or keys
        ),
        differs=sql.SQL(" OR ").join(told) if told else sql.SQL("FALSE"),
    )


def _ensure_past(version: Version) -> None:
    if version.edition:
        return
    past = past_table(version)
    create = sql.SQL(
        "CREATE TABLE IF NOT EXISTS {} (_edition bigint NOT NULL, _change text NOT NULL, LIKE {})"
    )
    index = sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} (_edition)")
    with connection.cursor() as cursor:
        cursor.execute(text_of(create.format(past, version.table)))
        cursor.execute(
            text_of(index.format(sql.Identifier(f"ds_{version.entry_id}_v{version.number}_past_by"), past))
        )


def _json(rows: Rows) -> str:
    return rows if isinstance(rows, str) else json.dumps(list(rows), ensure_ascii=False, default=str)


def _run(statement: sql.Composable, params: Sequence[Any]) -> Any:
    connection.ensure_connection()
    raw: Any = connection.connection
    with raw.cursor() as cursor:
        return cursor.execute(statement, params).fetchone()
