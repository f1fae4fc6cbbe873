"""Single rows of a published data set, changed by their department: held to the same rules, all or nothing, at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.actions.sources import own_source
from yicheng.apps.data.actions.staging import IDENTITY, SEALED, catalogue_fields, stored
from yicheng.apps.data.intake.checking import Checked, check
from yicheng.apps.data.intake.geojson import sheet_of_records
from yicheng.apps.data.intake.rules import Field, reason_text
from yicheng.apps.data.intake.values import polars_type
from yicheng.apps.data.models import Source
from yicheng.apps.data.queries.sources import fields_of, known_among
from yicheng.apps.data.queries.staged import twins
from yicheng.core.catalogue import public as catalogue
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.public import Viewer

MOST = 1_000
SHOWN = 100
Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RowsTaken:
    """What became of the rows. ``edition`` counts the changes of the version since it was published."""

    edition: int
    inserted: int
    updated: int
    deleted: int
    unchanged: int


@transaction.atomic
def change_rows(viewer: Viewer, source_id: int, *, upserts: Records = (), deletes: Records = ()) -> RowsTaken:
    """Insert or replace whole rows, delete rows named by their key; nothing is changed when one row is refused.

    Rows go by the names of the fields or the titles of their columns. Raises ``Invalid`` with the reasons by row,
    ``ColumnsChanged``, ``Conflict`` before the first whole load.
    """
    if len(upserts) + len(deletes) > MOST:
        raise Invalid(_("At most %(most)s rows at a time."), most=MOST)
    source = own_source(viewer, source_id)
    fields = fields_of(source)
    version = _version(viewer, source, fields)
    keys = [one for one in fields if one.is_key]
    if not keys:
        raise Conflict(_("Single rows can only be changed where a key names them. Mark the key fields."))
    new = _checked(upserts, fields, part="upsert", version=version)
    gone = _checked(deletes, keys, part="delete")
    both = new.select(one.key for one in keys).join(gone, on=[one.key for one in keys], how="semi")
    if both.height:
        raise Invalid(_("%(count)d rows are to be replaced and deleted at once."), count=both.height)
    made = catalogue.change_rows(
        viewer,
        source.key,
        upserts=stored(new, fields).write_json(),
        deletes=stored(gone, keys).write_json(),
        silent=[one.key + SEALED for one in fields if one.kind == IDENTITY],
    )
    unchanged = new.height - made.inserted - made.updated
    return RowsTaken(made.number, made.inserted, made.updated, made.deleted, unchanged)


@transaction.atomic
def take_back_rows(viewer: Viewer, source_id: int, *, to: int) -> RowsTaken:
    """Put the rows back to what they were after an edition. Raises ``Conflict``."""
    source = own_source(viewer, source_id)
    made = catalogue.take_back_rows(viewer, source.key, to=to)
    return RowsTaken(made.number, made.inserted, made.updated, made.deleted, 0)


def _version(viewer: Viewer, source: Source, fields: Sequence[Field]) -> catalogue.Version:
    version_id = catalogue.entry(viewer, source.key).version_id if fields else None
    if version_id is None:
        raise Conflict(
            _("“%(title)s” has no published rows yet: send the whole table first."), title=source.title
        )
    version = catalogue.version(version_id)
    if [(one.key, one.kind) for one in catalogue_fields(fields)] != [
        (one.key, one.kind) for one in version.fields
    ]:
        raise Conflict(_("The fields were agreed anew: send the whole table once, then single rows."))
    return version


def _checked(
    records: Records, fields: Sequence[Field], *, part: str, version: catalogue.Version | None = None
) -> pl.DataFrame:
    """The rows as typed columns. Raises ``Invalid`` naming each refused row (``upsert.3``) with its reasons."""
    columns = {one.key: one.column for one in fields}
    named = [{columns.get(name, name): value for name, value in record.items()} for record in records]
    if not named:
        return pl.DataFrame(schema={one.key: polars_type(one.kind) for one in fields})
    sheet = sheet_of_records(named, "json")
    if sheet.height < len(named):
        raise Invalid(_("There is an empty row among them."))
    checked = check(sheet, fields, known=known_among(sheet, fields))
    if checked.refused_count:
        raise _refused(checked, fields, part)
    if version is not None:
        taken = twins(version, checked.sound, fields)
        if taken:
            raise Invalid(_("“%(title)s”: another row has this value already."), title=taken.title)
    return checked.sound


def _refused(checked: Checked, fields: Sequence[Field], part: str) -> Invalid:
    known = {one.key: one for one in fields}
    reasons = {
        f"{part}.{row.row - 1}": " ".join(reason_text(one, known) for one in row.reasons)
        for row in checked.refused(most=SHOWN)
    }
    return Invalid(
        _("%(count)d rows are refused; nothing was changed."), count=checked.refused_count, fields=reasons
    )
