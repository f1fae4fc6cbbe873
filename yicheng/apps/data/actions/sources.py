"""Setting up where a data set comes from: the source, its agreed fields, its connection."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import fields as fields_of_dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.actions.staging import catalogue_fields, point_of
from yicheng.apps.data.intake.rules import KINDS, Field
from yicheng.apps.data.models import Source, SourceField
from yicheng.apps.data.queries.sources import BRING, fields_of
from yicheng.core.catalogue import public as catalogue
from yicheng.core.journal import public as journal
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer, seal

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
FIELD_KEY = re.compile(r"[a-z][a-z0-9_]{0,49}")


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source as its department describes it; the data set enters the catalogue with its first checked load."""

    key: str
    title: str
    organisation_id: int
    share_type: str = "conditional"
    legal_basis: str = ""
    summary: str = ""
    category: str = ""
    update_cycle: str = "on_demand"
    kind: str = "upload"
    mode: str = "replace"


@dataclass(frozen=True, slots=True)
class Connection:
    """How the platform (or a department's system) brings the rows. ``secret`` None: as it was."""

    kind: str
    address: str = ""
    table: str = ""
    username: str = ""
    secret: str | None = None
    paging: str = "none"
    page_name: str = ""
    size_name: str = ""
    page_size: int = 500
    rows_path: str = ""
    mark_path: str = ""
    every_hours: int | None = None


@transaction.atomic
def set_up_source(viewer: Viewer, new: NewSource, *, division: str = "") -> Source:
    """A new source of one's own department. Raises ``Invalid``, ``Conflict``, ``Forbidden``."""
    viewer.require(BRING, organisation_id=new.organisation_id, division=division)
    if not KEY.fullmatch(new.key) or len(new.key) > 120:
        wrong = _("Write small letters, digits and _, with a dot between words: parks.benches")
        raise Invalid(wrong, fields={"key": wrong})
    if not new.title.strip():
        raise Invalid(_("A data set needs a title."), fields={"title": _("Write a title.")})
    if new.share_type != "unconditional" and not new.legal_basis.strip():
        wrong = _("Name the law or rule by which it is not shared without conditions.")
        raise Invalid(wrong, fields={"legal_basis": wrong})
    values = {one.name: getattr(new, one.name) for one in fields_of_dataclass(new)}
    try:
        with transaction.atomic():
            source = Source.objects.create(**values, division_code=division, created_at=clock.now())
    except IntegrityError:
        raise Conflict(
            _("There is a source for “%(key)s” already."),
            key=new.key,
            fields={"key": _("Choose another one.")},
        ) from None
    journal.record(
        viewer, action="data.set_up_source", subject=f"source/{source.pk}", detail={"key": new.key}
    )
    return source


@transaction.atomic
def agree_fields(viewer: Viewer, source_id: int, fields: Sequence[Field]) -> Source:
    """Lay down the fields and their rules; the next load is held to them. Raises ``Invalid``."""
    source = own_source(viewer, source_id)
    check_fields(fields)
    source.fields.all().delete()
    SourceField.objects.bulk_create(_row(source, position, one) for position, one in enumerate(fields))
    journal.record(
        viewer,
        action="data.agree_fields",
        subject=f"source/{source.pk}",
        detail={"fields": [one.key for one in fields]},
    )
    return source


@transaction.atomic
def connect(viewer: Viewer, source_id: int, connection: Connection) -> Source:
    """Say how and when the rows come. The secret is kept encrypted. Raises ``Invalid``."""
    source = own_source(viewer, source_id)
    _check_connection(connection)
    for one in fields_of_dataclass(connection):
        if one.name != "secret":
            setattr(source, one.name, getattr(connection, one.name))
    if connection.secret is not None:
        source.secret_sealed = seal(connection.secret)
    if not source.is_outside:
        source.every_hours = None
    source.next_run_at = clock.now() if source.every_hours else None
    source.save()
    journal.record(
        viewer,
        action="data.connect_source",
        subject=f"source/{source.pk}",
        detail={"kind": source.kind, "every_hours": source.every_hours},
    )
    return source


def own_source(viewer: Viewer, source_id: int) -> Source:
    """A source of one's own, locked. Raises ``NotFound``, ``Forbidden``."""
    found = Source.objects.select_for_update().filter(pk=source_id).first()
    if found is None:
        raise NotFound(_("There is no such source of data, or none of your organisation."))
    viewer.require(BRING, organisation_id=found.organisation_id, division=found.division_code)
    return found


def ensure_registered(viewer: Viewer, source: Source) -> None:
    """Put the data set into the catalogue when its first load is checked."""
    fields = fields_of(source)
    try:
        known = catalogue.entry(viewer, source.key)
    except NotFound:
        catalogue.register_data_set(
            viewer,
            catalogue.NewDataSet(
                key=source.key,
                title=source.title,
                provider_id=source.organisation_id,
                share_type=source.share_type,  # type: ignore[arg-type]  # one of the three, checked there
                summary=source.summary,
                legal_basis=source.legal_basis,
                category=source.category,
                update_cycle=source.update_cycle,
                fields=catalogue_fields(fields),
                point=point_of(fields),
            ),
        )
        return
    if known.kind != "data_set" or known.provider_id != source.organisation_id:
        raise Conflict(_("“%(key)s” is another department's data set."), key=source.key)


def schedule_next(source: Source) -> None:
    """Set the next run by the clock, in the caller's transaction."""
    source.last_run_at = clock.now()
    source.next_run_at = clock.now() + timedelta(hours=source.every_hours) if source.every_hours else None


def check_fields(fields: Sequence[Field]) -> None:
    """Refuse fields and rules that make no sense. Raises ``Invalid``."""
    if not fields:
        raise Invalid(_("A data set needs at least one field."))
    seen: set[str] = set()
    for one in fields:
        name = f"“{one.title or one.key}”"
        if not FIELD_KEY.fullmatch(one.key) or one.key in seen:
            raise Invalid(
                _("%(field)s: the name in the table must be small letters, digits and _, once."), field=name
            )
        if one.kind not in KINDS or one.sensitivity not in (1, 2, 3, 4):
            raise Invalid(_("%(field)s has no kind or no sensitivity."), field=name)
        if one.kind == "identity" and one.sensitivity < 3:
            raise Invalid(_("%(field)s: identity numbers are personal: sensitivity 3 or 4."), field=name)
        if one.lowest is not None and one.highest is not None and one.lowest > one.highest:
            raise Invalid(_("%(field)s: the lowest value is above the highest."), field=name)
        if one.pattern and not _is_pattern(one.pattern):
            raise Invalid(_("%(field)s: the pattern is no regular expression."), field=name)
        if one.reference and not re.fullmatch(r"[a-z][a-z0-9_.]+/[a-z][a-z0-9_]*", one.reference):
            raise Invalid(_("%(field)s: write the reference as data.set/field."), field=name)
        seen.add(one.key)


def _is_pattern(pattern: str) -> bool:
    """Of the linear kind that the checker runs: no pattern can hang it."""
    try:
        pl.Series(["x"]).str.contains(rf"^(?:{pattern})$")
    except pl.exceptions.PolarsError:
        return False
    return True


def _row(source: Source, position: int, one: Field) -> SourceField:
    return SourceField(
        source=source,
        position=position,
        key=one.key,
        title=one.title[:120],
        column=one.column[:200],
        kind=one.kind,
        unit=one.unit[:30],
        sensitivity=one.sensitivity,
        is_required=one.is_required,
        is_key=one.is_key,
        is_unique=one.is_unique,
        lowest=one.lowest,
        highest=one.highest,
        earliest=date.fromisoformat(one.earliest) if one.earliest else None,
        latest=date.fromisoformat(one.latest) if one.latest else None,
        pattern=one.pattern,
        codes=list(one.codes),
        reference=one.reference,
    )


def _check_connection(one: Connection) -> None:
    faults: dict[str, Any] = {}
    if one.kind not in Source.Kind.values:
        faults["kind"] = _("Choose how the rows come.")
    if one.kind == "http" and not one.address.startswith(("https://", "http://")):
        faults["address"] = _("Write an address that begins with https:// or http://.")
    if one.kind in ("postgres", "mysql"):
        if not re.fullmatch(r"[A-Za-z0-9.\-]+(:\d{1,5})?/[\w\-]{1,63}", one.address):
            faults["address"] = _("Write host:port/database.")
        if not re.fullmatch(r"[\w$]{1,63}(\.[\w$]{1,63})?", one.table):
            faults["table"] = _("Write the name of one table or view: schema.table")
    if one.paging not in Source.Paging.values:
        faults["paging"] = _("Choose how pages follow each other.")
    elif one.paging != "none" and not one.page_name:
        faults["page_name"] = _("Name the parameter that leads to the next page.")
    if one.every_hours is not None and not 1 <= one.every_hours <= 24 * 31:
        faults["every_hours"] = _("From 1 hour to 31 days.")
    if not 1 <= one.page_size <= 10_000:
        faults["page_size"] = _("From 1 to 10,000.")
    if faults:
        raise Invalid(_("The source cannot be reached like this."), fields=faults)


@transaction.atomic
def change_mode(viewer: Viewer, source_id: int, mode: str) -> Source:
    """Whether a load is the whole data set or adds to it. Raises ``Invalid``."""
    source = own_source(viewer, source_id)
    if mode not in Source.Mode.values:
        raise Invalid(_("Choose what a load is."), fields={"mode": _("Choose one.")})
    if source.mode != mode:
        source.mode = mode
        source.save(update_fields=["mode"])
        journal.record(
            viewer, action="data.change_mode", subject=f"source/{source.pk}", detail={"mode": mode}
        )
    return source
