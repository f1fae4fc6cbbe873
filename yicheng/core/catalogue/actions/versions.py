"""Versions of a data set: staged in a table of their own, published whole, put back, dropped when old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from psycopg import errors, sql

from yicheng.core.catalogue.actions.data_sets import kept_data_set, lay_fields
from yicheng.core.catalogue.events import VersionPublished
from yicheng.core.catalogue.facts import ROW_ID, Field, SchemaChange, Version
from yicheng.core.catalogue.models import CatalogueEntry, DataSetVersion, FieldChange
from yicheng.core.catalogue.queries.readable import text_of
from yicheng.core.catalogue.queries.versions import past_table, version_of
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer

KEPT = 5
ABANDONED = timedelta(days=7)
COLUMN_TYPES: dict[str, Any] = {
    "text": "text",
    "code": "text",
    "integer": "bigint",
    "number": "double precision",
    "decimal": "numeric",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamptz",
    "geometry": "jsonb",
}
#: the same, as COPY's binary form names them
_COPY_TYPES = {"bigint": "int8", "double precision": "float8", "boolean": "bool"}


@transaction.atomic
def begin_version(viewer: Viewer, key: str, fields: Sequence[Field], *, note: str = "") -> Version:
    """Make an empty table with these fields, to be filled and then published. Raises ``Invalid``."""
    entry = kept_data_set(viewer, key)
    if not fields:
        raise Invalid(_("A data set needs at least one field."))
    last = DataSetVersion.objects.filter(entry=entry).aggregate(last=Max("number"))["last"] or 0
    row = DataSetVersion.objects.create(
        entry=entry, number=last + 1, note=note[:400], begun_by_id=viewer.account_id, begun_at=clock.now()
    )
    lay_fields(entry, row, fields)
    version = version_of(row)
    _run(_creation(version))
    return version


def copy_rows(version: Version, rows: Iterable[Sequence[Any]]) -> int:
    """Add rows to a staged version by binary COPY; values in the order of its fields, of their Python types.

    Answers how many. Exact numbers are ``Decimal``, times aware; a geometry is GeoJSON as a dict or ``Jsonb``. Raises ``Invalid`` where a value does not fit.
    """
    columns = sql.SQL(", ").join(sql.Identifier(one.key) for one in version.fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(version.table, columns)
    shapes = [at for at, one in enumerate(version.fields) if one.kind == "geometry"]
    count = 0
    with _staged(version), transaction.atomic(), _raw().cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([_copy_type(one) for one in version.fields])
        for row in _with_shapes(rows, shapes) if shapes else rows:
            copy.write_row(row)
            count += 1
    return count


@transaction.atomic
def publish_version(viewer: Viewer, version_id: int) -> Version:
    """Let the staged version be read from now on: indexed, its keys unique, all or nothing. Raises ``Invalid``."""
    row, entry = _locked(viewer, version_id, DataSetVersion.Status.STAGING)
    version = version_of(row)
    _finish(version, entry)
    previous = entry.current
    row.row_count = _count(version)
    changes = _schema_changes(version_of(previous).fields if previous else (), version.fields)
    FieldChange.objects.bulk_create(
        FieldChange(
            version=row, key=one.field, change=one.change, before=one.before[:200], after=one.after[:200]
        )
        for one in changes
        if previous
    )
    row.published_at = clock.now()
    return _put(viewer, row, entry, is_restored=False)


@transaction.atomic
def restore_version(viewer: Viewer, version_id: int) -> Version:
    """Put a kept version back; the one read until now is kept. Raises ``Conflict`` where its rows are gone."""
    row, entry = _locked(viewer, version_id, DataSetVersion.Status.KEPT)
    return _put(viewer, row, entry, is_restored=True)


@transaction.atomic
def discard_version(viewer: Viewer, version_id: int) -> None:
    """Drop a staged version and its rows."""
    row, _entry = _locked(viewer, version_id, DataSetVersion.Status.STAGING)
    _drop(row)
    record(viewer, action="catalogue.discard_version", subject=f"data_set_version/{row.pk}")


def drop_old_versions(*, kept: int = KEPT) -> int:
    """Drop the tables of kept versions beyond the newest ``kept``, and staged ones that nobody went on with."""
    dropped = 0
    staged = DataSetVersion.objects.filter(status="staging", begun_at__lt=clock.now() - ABANDONED)
    for pk in [*staged.values_list("pk", flat=True), *_beyond(kept)]:
        with transaction.atomic():
            row = DataSetVersion.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is not None and row.status in ("staging", "kept"):
                _drop(row)
                dropped += 1
    return dropped


def _beyond(kept: int) -> list[int]:
    found: dict[int, int] = {}
    old = []
    for row in DataSetVersion.objects.filter(status="kept").order_by("entry_id", "-published_at", "-pk"):
        found[row.entry_id] = found.get(row.entry_id, 0) + 1
        if found[row.entry_id] > kept:
            old.append(row.pk)
    return old


def _locked(viewer: Viewer, version_id: int, status: str) -> tuple[DataSetVersion, CatalogueEntry]:
    key = DataSetVersion.objects.filter(pk=version_id).values_list("entry__key", flat=True).first()
    if key is None:
        raise NotFound(_("There is no such version."))
    entry = kept_data_set(viewer, key)
    row = DataSetVersion.objects.select_for_update().get(pk=version_id)
    if row.status != status:
        raise Conflict(_("This version is published, put back or dropped already. Open the data set anew."))
    row.entry = entry
    return row, entry


def _put(viewer: Viewer, row: DataSetVersion, entry: CatalogueEntry, *, is_restored: bool) -> Version:
    previous = entry.current
    if previous is not None:
        previous.status = DataSetVersion.Status.KEPT
        previous.save(update_fields=["status"])
    row.status = DataSetVersion.Status.CURRENT
    row.save()
    entry.current, entry.row_count, entry.updated_at = row, row.row_count, clock.now()
    entry.save(update_fields=["current", "row_count", "updated_at"])
    detail = {"key": entry.key, "number": row.number, "rows": row.row_count, "is_restored": is_restored}
    record(viewer, action="catalogue.publish_version", subject=f"data_set/{entry.pk}", detail=detail)
    told = VersionPublished(
        entry.pk,
        entry.key,
        row.pk,
        row.number,
        previous.pk if previous else None,
        row.row_count,
        is_restored,
    )
    publish(
        "catalogue.version_published", told, subject=f"data_set/{entry.key}", division=entry.division_code
    )
    return version_of(row)


def _creation(version: Version) -> sql.Composable:
    columns = [
        sql.SQL("{} bigint GENERATED BY DEFAULT AS IDENTITY (CACHE 1000)").format(sql.Identifier(ROW_ID)),
        *(
            sql.SQL("{} {}").format(sql.Identifier(one.key), sql.SQL(COLUMN_TYPES[one.kind]))
            for one in version.fields
        ),
    ]
    return sql.SQL("CREATE TABLE {} ({})").format(version.table, sql.SQL(", ").join(columns))


def _finish(version: Version, entry: CatalogueEntry) -> None:
    """What readers need: row numbers, unique keys, places, statistics."""
    _run(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(version.table, sql.Identifier(ROW_ID)))
    _make_keys(version)
    names = {one.key for one in version.fields}
    if entry.point_lon in names and entry.point_lat in names:
        place = sql.SQL("CREATE INDEX ON {} USING gist (point({}::float8, {}::float8))")
        _run(place.format(version.table, sql.Identifier(entry.point_lon), sql.Identifier(entry.point_lat)))
    if entry.geometry in names:
        shape = sql.SQL("CREATE INDEX ON {} USING gist (datasets.geometry_box({}))")
        _run(shape.format(version.table, sql.Identifier(entry.geometry)))
    _run(sql.SQL("ANALYZE {}").format(version.table))


def _make_keys(version: Version) -> None:
    keys = [sql.Identifier(one.key) for one in version.fields if one.is_key]
    if not keys:
        return
    filled = sql.SQL(", ").join(sql.SQL("ALTER COLUMN {} SET NOT NULL").format(key) for key in keys)
    unique = sql.SQL("CREATE UNIQUE INDEX ON {} ({})").format(version.table, sql.SQL(", ").join(keys))
    try:
        with transaction.atomic():
            _run(sql.SQL("ALTER TABLE {} {}").format(version.table, filled))
            _run(unique)
    except IntegrityError as error:
        detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or str(error)
        raise Invalid(
            _("Each row needs a key of its own: %(detail)s The last good version stays."), detail=detail[:200]
        ) from None


def _schema_changes(before: Sequence[Field], after: Sequence[Field]) -> list[SchemaChange]:
    old, new = {one.key: one for one in before}, {one.key: one for one in after}
    found = [SchemaChange(key, "removed", _described(old[key]), "") for key in old.keys() - new.keys()]
    found += [SchemaChange(key, "added", "", _described(new[key])) for key in new.keys() - old.keys()]
    found += [
        SchemaChange(key, "changed", _described(old[key]), _described(new[key]))
        for key in old.keys() & new.keys()
        if _described(old[key]) != _described(new[key])
    ]
    return sorted(found, key=lambda one: one.field)


def _described(field: Field) -> str:
    words = [field.kind, field.unit, f"sensitivity {field.sensitivity}", "key" if field.is_key else ""]
    return ", ".join(word for word in words if word)


def _with_shapes(rows: Iterable[Sequence[Any]], shapes: Sequence[int]) -> Iterator[Sequence[Any]]:
    from psycopg.types.json import Jsonb

    for row in rows:
        cells = list(row)
        for at in shapes:
            if isinstance(cells[at], dict):
                cells[at] = Jsonb(cells[at])
        yield cells


def _copy_type(field: Field) -> str:
    name: str = COLUMN_TYPES[field.kind]
    return _COPY_TYPES.get(name, name)


class _staged:  # noqa: N801  reads as what it is: with _staged(version)
    """Tells what COPY refuses as a refusal."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def __enter__(self) -> None:
        if self.version.status != "staging":
            raise Conflict(_("This version is published already: begin another one."))

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, errors.DataError | ValueError | TypeError | OverflowError):
            raise Invalid(_("A value does not fit its field: %(why)s"), why=str(error)[:300]) from error


def _count(version: Version) -> int:
    with connection.cursor() as cursor:
        cursor.execute(text_of(sql.SQL("SELECT count(*) FROM {}").format(version.table)))
        found: int = cursor.fetchone()[0]
    return found


def _drop(row: DataSetVersion) -> None:
    version = version_of(row)
    _run(sql.SQL("DROP TABLE IF EXISTS {}, {}").format(version.table, past_table(version)))
    row.status = DataSetVersion.Status.DROPPED
    row.save(update_fields=["status"])


def _run(statement: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text_of(statement))


def _raw() -> Any:
    connection.ensure_connection()
    return connection.connection
