"""What follows in sharing: a new version of a data set, or changed rows of it, become changes for its subscribers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from django.db import connection
from psycopg import sql

from yicheng.core.catalogue.public import (
    Query,
    RowsChanged,
    Version,
    VersionPublished,
    changed_rows,
    changes,
    version,
)
from yicheng.core.catalogue.queries.readable import text_of
from yicheng.core.events.declare import Event, Reaction
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.sharing.models import Subscription


def note_versions(events: Sequence[Event]) -> None:
    """Note which rows a version changed, where somebody follows the data set. Coming twice is told twice."""
    for event in events:
        told: VersionPublished = event.payload
        if _is_followed(told.entry_id):
            _note(told)


def _note(told: VersionPublished) -> None:
    after = version(told.version_id)
    before = version(told.previous_id) if told.previous_id else None
    try:
        query = changes(before, after)
    except (Invalid, Conflict):
        return  # without a key, or with rows gone already, nobody can tell
    _note_changes(told.entry_id, after, query)


def _note_changes(entry_id: int, after: Version, query: Query) -> None:
    keys = [sql.Identifier(one.key) for one in after.fields if one.is_key]
    names = [sql.Identifier("change"), *(sql.Identifier(one.key) for one in after.fields)]
    statement = sql.SQL(
        "INSERT INTO sharing_change (entry_id, row_key, change)"
        " SELECT {entry}, json_build_array({keys})::text, found.change FROM ({query}) AS found ({names})"
    ).format(
        entry=sql.Literal(entry_id),
        keys=sql.SQL(", ").join(sql.SQL("found.{}").format(one) for one in keys),
        query=query.sql,
        names=sql.SQL(", ").join(names),
    )
    with connection.cursor() as cursor:
        cursor.execute(text_of(statement), query.params)


def note_rows(events: Sequence[Event]) -> None:
    """Note the rows that were changed singly, where somebody follows the data set; all editions of a version at once."""
    told: dict[tuple[int, int], list[int]] = {}
    for event in events:
        one: RowsChanged = event.payload
        told.setdefault((one.entry_id, one.version_id), []).append(one.edition)
    for (entry_id, version_id), editions in told.items():
        if _is_followed(entry_id):
            with suppress(Conflict):  # rows gone already: the next version tells what differs
                after = version(version_id)
                _note_changes(entry_id, after, changed_rows(after, editions))


def _is_followed(entry_id: int) -> bool:
    return Subscription.objects.filter(grant__entry_id=entry_id).exclude(state="ended").exists()


REACTIONS = (
    Reaction("sharing.note_versions", ("catalogue.version_published",), note_versions),
    Reaction("sharing.note_rows", ("catalogue.rows_changed",), note_rows),
)
