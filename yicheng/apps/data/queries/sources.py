"""Sources of data, their agreed fields, their loads and what was refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yicheng.apps.data.intake.rules import Field, reason_text
from yicheng.apps.data.intake.sheet import Sheet
from yicheng.apps.data.models import Load, RefusedRow, Source, SourceField
from yicheng.core.catalogue import public as catalogue
from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import SYSTEM, Viewer, scoped

SEE = "data.see_sources"
BRING = "data.bring_in"
PREVIEWED = 20
MOST_KNOWN = 5_000_000


def sources(viewer: Viewer) -> QuerySet[Source]:
    """The sources this viewer may see, with their organisations."""
    return scoped(Source.objects.select_related("organisation"), viewer, SEE, organisation="organisation_id")


def source_of(viewer: Viewer, source_id: int) -> Source:
    """One of them. Raises ``NotFound``."""
    viewer.require(SEE)
    found = sources(viewer).filter(pk=source_id).first()
    if found is None:
        raise NotFound(_("There is no such source of data, or none of your organisation."))
    return found


def published_version(viewer: Viewer, source: Source) -> catalogue.Version | None:
    """What is read of a source now, with its count of single changes; None before the first load is published."""
    try:
        found = catalogue.entry(viewer, source.key).version_id
    except Refusal:
        return None
    return catalogue.version(found) if found else None


def loads(viewer: Viewer) -> QuerySet[Load]:
    """The loads of the sources this viewer may see."""
    rows = Load.objects.select_related("source", "organisation")
    return scoped(rows, viewer, SEE, organisation="organisation_id", division="source__division_code")


def load_of(viewer: Viewer, load_id: int) -> Load:
    """One load. Raises ``NotFound``."""
    viewer.require(SEE)
    found = loads(viewer).filter(pk=load_id).first()
    if found is None:
        raise NotFound(_("There is no such load, or none of your organisation."))
    return found


def fields_of(source: Source) -> list[Field]:
    """The agreed fields, in order. One query."""
    return [field_of(row) for row in source.fields.order_by("position")]


def field_of(row: SourceField) -> Field:
    """A stored field as the rules know it."""
    return Field(
        key=row.key,
        title=row.title,
        kind=row.kind,  # type: ignore[arg-type]  # stored from a Field
        source=row.column,
        unit=row.unit,
        sensitivity=row.sensitivity,
        is_required=row.is_required,
        is_key=row.is_key,
        is_unique=row.is_unique,
        lowest=row.lowest,
        highest=row.highest,
        earliest=row.earliest.isoformat() if row.earliest else "",
        latest=row.latest.isoformat() if row.latest else "",
        pattern=row.pattern,
        codes=tuple(row.codes),
        reference=row.reference,
    )


def known_values(fields: Sequence[Field]) -> Mapping[str, pl.Series]:
    """The values in which others must occur (``set/field``); a data set that is not there leaves its rule unmet."""
    found = {}
    for reference in {one.reference for one in fields if one.reference}:
        key, _separator, name = reference.partition("/")
        try:
            query = catalogue.readable(key).query(SYSTEM, fields=[name], limit=MOST_KNOWN)
        except Refusal:
            continue
        found[reference] = pl.Series(
            [str(row[0]) for row in query.rows() if row[0] is not None], dtype=pl.String
        )
    return found


def known_among(sheet: Sheet, fields: Sequence[Field]) -> Mapping[str, pl.Series]:
    """The same for a few rows: only which of their values occur there, not all that do."""
    found = {}
    for one in fields:
        if one.reference and one.column in sheet.columns:
            key, _separator, name = one.reference.partition("/")
            texts = sheet.cells[str(sheet.columns.index(one.column))].drop_nulls().unique().to_list()
            with suppress(Refusal):
                where = catalogue.filters.In(name, tuple(texts))
                query = catalogue.readable(key).query(SYSTEM, fields=[name], where=where)
                known = [str(row[0]) for row in query.rows()] if texts else []
                found[one.reference] = pl.Series(known, dtype=pl.String)
    return found


def refused_rows(load: Load) -> QuerySet[RefusedRow]:
    """Its refused rows, in the order of the file."""
    return load.refused.order_by("row")


def refused_file(viewer: Viewer, load_id: int) -> Iterator[Sequence[str]]:
    """The refused rows as a table: row number and reasons before what was sent, ready to be mended and sent again."""
    load = load_of(viewer, load_id)
    viewer.require(BRING, organisation_id=load.organisation_id, division=load.source.division_code)
    fields = {one.key: one for one in fields_of(load.source)}
    yield _("Row"), _("Reasons"), *load.columns
    for row in refused_rows(load).iterator(chunk_size=2_000):
        yield str(row.row), " ".join(reason_text(one, fields) for one in row.reasons), *row.cells


def preview(viewer: Viewer, load: Load) -> tuple[list[Field], list[tuple[Any, ...]]]:
    """The first rows as they would be published, without the fields that never leave. For those who bring them in."""
    viewer.require(BRING, organisation_id=load.organisation_id, division=load.source.division_code)
    if load.version_id is None or load.status != Load.Status.CHECKED:
        return [], []
    from yicheng.apps.data.queries.staged import first_rows

    fields = [one for one in fields_of(load.source) if one.sensitivity < 4]
    return fields, first_rows(catalogue.version(load.version_id), [one.key for one in fields], most=PREVIEWED)
