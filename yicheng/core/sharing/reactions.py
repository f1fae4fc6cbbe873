"""What follows in sharing: a new version of a data set becomes changes for those who subscribed to it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from psycopg import sql

from yicheng.core.catalogue.public import VersionPublished, changes, version
from yicheng.core.catalogue.queries.readable import text_of
from yicheng.core.events.declare import Event, Reaction
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.sharing.models import Subscription


def note_versions(events: Sequence[Event]) -> None:
    """Note which rows a version changed, where somebody follows the data set. Coming twice is told twice."""
    for event in events:
        told: VersionPublished = event.payload
        if Subscription.objects.filter(grant__entry_id=told.entry_id).exclude(state="ended").exists():
            _note(told)


def _note(told: VersionPublished) -> None:
    after = version(told.version_id)
    before = version(told.previous_id) if told.previous_id else None
    try:
        query = changes(before, after)
    except (Invalid, Conflict):
        return  # without a key, or with rows gone already, nobody can tell
    keys = [sql.Identifier(one.key) for one in after.fields if one.is_key]
    names = [sql.Identifier("change"), *(sql.Identifier(one.key) for one in after.fields)]
    statement = sql.SQL(
        "INSERT INTO sharing_change (entry_id, row_key, change)"
        " SELECT {entry}, json_build_array({keys})::text, found.change FROM ({query}) AS found ({names})"
    ).format(
        entry=sql.Literal(told.entry_id),
        keys=sql.SQL(", ").join(sql.SQL("found.{}").format(one) for one in keys),
        query=query.sql,
        names=sql.SQL(", ").join(names),
    )
    with connection.cursor() as cursor:
        cursor.execute(text_of(statement), query.params)


REACTIONS = (Reaction("sharing.note_versions", ("catalogue.version_published",), note_versions),)
