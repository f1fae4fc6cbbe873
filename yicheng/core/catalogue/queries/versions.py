"""Versions of data sets: which there are, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _
from psycopg import sql

from yicheng.core.catalogue.facts import SCHEMA, Field, SchemaChange, Version
from yicheng.core.catalogue.models import CatalogueField, DataSetVersion, FieldChange
from yicheng.core.catalogue.queries.entries import entry, field_of
from yicheng.core.catalogue.queries.readable import Query
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer

#: what happened to a row: the first column of ``changes``
CHANGE = Field("change", "change", "code")


def versions(viewer: Viewer, key: str) -> list[Version]:
    """The versions of a data set, newest first; without staged ones for who does not keep it. At most 200."""
    found = entry(viewer, key)
    rows = DataSetVersion.objects.filter(entry_id=found.id).select_related("entry").order_by("-number")
    if not viewer.may("catalogue.manage_data_sets", organisation_id=found.provider_id):
        rows = rows.filter(status__in=("current", "kept"))
    return [version_of(row) for row in rows[:200]]


def version(version_id: int) -> Version:
    """One version, by its id; the caller has checked who asks. Raises ``NotFound``."""
    row = DataSetVersion.objects.select_related("entry").filter(pk=version_id).first()
    if row is None:
        raise NotFound(_("There is no such version."))
    return version_of(row)


def version_of(row: DataSetVersion) -> Version:
    """A stored version as others receive it."""
    fields = CatalogueField.objects.filter(version=row).order_by("position")
    changes = FieldChange.objects.filter(version=row).order_by("key")
    return Version(
        id=row.pk,
        entry_id=row.entry_id,
        key=row.entry.key,
        number=row.number,
        status=row.status,  # type: ignore[arg-type]
        rows=row.row_count,
        note=row.note,
        fields=tuple(field_of(one) for one in fields),
        schema_changes=tuple(
            SchemaChange(one.key, one.change, one.before, one.after)  # type: ignore[arg-type]
            for one in changes
        ),
        begun_at=row.begun_at,
        published_at=row.published_at,
        edition=row.edition,
    )


def past_table(version: Version) -> sql.Identifier:
    """The table of what single changes did to the rows of a version (``_edition``, ``_change``, the row); may be absent."""
    return sql.Identifier(SCHEMA, f"ds_{version.entry_id}_v{version.number}_past")


def changed_rows(version: Version, editions: Sequence[int]) -> Query:
    """What these editions did: ``change``, then the fields: inserted rows as they came, others as they were before."""
    if not version.edition or version.status == "dropped":
        raise Conflict(_("The rows of this version are dropped: it was kept for a while only."))
    statement = sql.SQL("SELECT _change, {} FROM {} WHERE _edition = ANY(%s) ORDER BY _edition").format(
        _names(one.key for one in version.fields), past_table(version)
    )
    return Query(statement, (list(editions),), (CHANGE, *version.fields))


def changes(before: Version | None, after: Version) -> Query:
    """What differs by key: ``change`` (inserted, updated, deleted), then the fields of ``after``; in order of the key.

    Deleted rows hold the values they had, where the field was there. ``before`` None: everything was inserted.
    Raises ``Invalid`` where a version has no key, ``Conflict`` where its rows are dropped.
    """
    keys = [one.key for one in after.fields if one.is_key]
    if not keys:
        raise Invalid(
            _("Without a key field nobody can tell which rows changed. Mark the fields that name a row.")
        )
    if "dropped" in (after.status, before.status if before else ""):
        raise Conflict(_("The rows of this version are dropped: it was kept for a while only."))
    columns = (CHANGE, *after.fields)
    if before is None:
        return Query(_all_inserted(after, keys), (), columns)
    common = {one.key for one in before.fields} & {one.key for one in after.fields}
    if not set(keys) <= common:
        raise Invalid(_("The two versions have different keys: their rows cannot be compared."))
    return Query(_compared(before, after, keys=keys, common=common), (), columns)


def _all_inserted(after: Version, keys: list[str]) -> sql.Composable:
    return sql.SQL("SELECT 'inserted', {} FROM {} ORDER BY {}").format(
        _names(one.key for one in after.fields), after.table, _names(keys)
    )


def _compared(before: Version, after: Version, *, keys: list[str], common: set[str]) -> sql.Composable:
    """A full join by key (keys may be empty cells), rows that differ in a common field or are on one side only."""
    kinds = {one.key: one.kind for one in before.fields}
    same_kind = [one.key for one in after.fields if one.key in common and kinds[one.key] == one.kind]
    cells = [
        sql.SQL("CASE WHEN new._id IS NULL THEN old.{0} ELSE new.{0} END").format(sql.Identifier(one.key))
        if one.key in same_kind
        else sql.SQL("new.{}").format(sql.Identifier(one.key))
        for one in after.fields
    ]
    added = [one.key for one in after.fields if one.key not in same_kind]
    differs = [
        sql.SQL("old.{0} IS DISTINCT FROM new.{0}").format(sql.Identifier(key))
        for key in same_kind
        if key not in keys
    ] + [sql.SQL("new.{} IS NOT NULL").format(sql.Identifier(key)) for key in added]
    joined = sql.SQL(" AND ").join(sql.SQL("old.{0} = new.{0}").format(sql.Identifier(key)) for key in keys)
    return sql.SQL(
        "SELECT CASE WHEN old._id IS NULL THEN 'inserted' WHEN new._id IS NULL THEN 'deleted' ELSE 'updated' END, {cells}"
        " FROM {before} AS old FULL JOIN {after} AS new ON {joined}"
        " WHERE old._id IS NULL OR new._id IS NULL OR {differs} ORDER BY {keys}"
    ).format(
        cells=sql.SQL(", ").join(cells),
        before=before.table,
        after=after.table,
        joined=joined,
        differs=sql.SQL(" OR ").join(differs) if differs else sql.SQL("FALSE"),
        keys=sql.SQL(", ").join(
            sql.SQL("coalesce(new.{0}, old.{0})").format(sql.Identifier(key)) for key in keys
        ),
    )


def _names(keys: Iterable[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(key) for key in keys)
