"""Registering a data set and changing what the catalogue says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue import indexing
from yicheng.core.catalogue.categories import CATEGORIES, CYCLES, FIELD_KINDS, LICENCES, SHARE_TYPES
from yicheng.core.catalogue.declare import RESOURCES
from yicheng.core.catalogue.events import DataSetChanged
from yicheng.core.catalogue.facts import Entry, Field, NewDataSet
from yicheng.core.catalogue.models import CatalogueEntry, CatalogueField, DataSetVersion
from yicheng.core.catalogue.queries.entries import MANAGE, entries_of
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.application import parts
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Viewer

MOST_FIELDS = 400
_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_FIELD = re.compile(r"[a-z][a-z0-9_]*")
#: what ``change_data_set`` takes; the key and the provider stay
CHANGEABLE = frozenset(
    {
        "title",
        "title_en",
        "summary",
        "summary_en",
        "share_type",
        "share_terms",
        "legal_basis",
        "is_open",
        "category",
        "update_cycle",
        "keywords",
        "licence",
        "point",
        "geometry",
        "is_listed",
    }
)


@transaction.atomic
def register_data_set(viewer: Viewer, new: NewDataSet) -> Entry:
    """Put a data set into the catalogue; its rows come with ``begin_version``. Raises ``Invalid``, ``Conflict``."""
    viewer.require(MANAGE, organisation_id=new.provider_id)
    _check(new)
    body = Organisation.objects.filter(pk=new.provider_id, is_active=True).first()
    if body is None:
        raise _wrong("provider_id", _("Choose an organisation that is active."))
    row = CatalogueEntry(key=new.key, kind="data_set", organisation=body, division_code=body.division_code)
    _fill(row, {name: getattr(new, name) for name in CHANGEABLE if hasattr(new, name)})
    _check_words(row, [one.key for one in new.fields])
    row.registered_at = row.updated_at = clock.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(
            _("There are data named “%(key)s” already."),
            key=new.key,
            fields={"key": _("Choose another one.")},
        ) from None
    lay_fields(row, None, new.fields)
    indexing.index([row])
    record(
        viewer, action="catalogue.register_data_set", subject=f"data_set/{row.pk}", detail={"key": row.key}
    )
    return entries_of([row])[0]


@transaction.atomic
def change_data_set(viewer: Viewer, key: str, **changes: Any) -> Entry:
    """Change elements of the description by name, ``is_listed`` to withdraw it. Raises ``Invalid``, ``NotFound``."""
    row = kept_data_set(viewer, key)
    unknown = changes.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"a data set has no {', '.join(sorted(unknown))} to change")
    before = {name: _value(row, name) for name in changes}
    _fill(row, changes)
    _check_words(row, [one.key for one in _fields(row)])
    row.updated_at = clock.now()
    row.save()
    indexing.index([row])
    changed = tuple(sorted(name for name, value in before.items() if value != _value(row, name)))
    record(
        viewer,
        action="catalogue.change_data_set",
        subject=f"data_set/{row.pk}",
        detail={"key": key, "changed": changed},
    )
    publish(
        "catalogue.data_set_changed", DataSetChanged(row.pk, row.key, changed), subject=f"data_set/{row.key}"
    )
    return entries_of([row])[0]


def kept_data_set(viewer: Viewer, key: str) -> CatalogueEntry:
    """A data set that this viewer keeps, locked. Raises ``NotFound``, ``Forbidden``."""
    rows = CatalogueEntry.objects.defer("search").select_for_update(of=("self",))
    row = rows.select_related("organisation", "current").filter(key=key, kind="data_set").first()
    if row is None:
        raise NotFound(_("There is no data set named “%(key)s”."), key=key[:120])
    viewer.require(MANAGE, organisation_id=row.organisation_id)
    return row


def lay_fields(entry: CatalogueEntry, version: DataSetVersion | None, fields: Sequence[Field]) -> None:
    """Store the fields of an entry or of a version, in place of those it had."""
    check_fields(fields)
    CatalogueField.objects.filter(entry=entry, version=version).delete()
    CatalogueField.objects.bulk_create(
        CatalogueField(
            entry=entry,
            version=version,
            position=position,
            key=one.key,
            title=one.title[:120],
            title_en=one.title_en[:160],
            kind=one.kind,
            unit=one.unit[:30],
            term=one.term[:120],
            sensitivity=one.sensitivity,
            description=one.description,
            is_key=one.is_key,
        )
        for position, one in enumerate(fields)
    )


def check_fields(fields: Sequence[Field]) -> None:
    """Refuse fields that no table can have. Raises ``Invalid``."""
    if len(fields) > MOST_FIELDS:
        raise Invalid(_("A data set has at most %(most)s fields."), most=MOST_FIELDS)
    seen: set[str] = set()
    for one in fields:
        if not _FIELD.fullmatch(one.key) or len(one.key) > 60 or one.key in seen:
            raise Invalid(
                _("“%(key)s” is no name of a field: small letters, digits and _, each name once."),
                key=one.key[:60],
                fields={one.key[:60]: _("Not a name.")},
            )
        if one.kind not in FIELD_KINDS or one.sensitivity not in (1, 2, 3, 4):
            raise Invalid(_("“%(key)s” has no kind or no sensitivity that the catalogue knows."), key=one.key)
        if one.is_key and one.kind == "geometry":
            raise Invalid(_("“%(key)s” is a shape: it cannot be part of the key."), key=one.key)
        seen.add(one.key)


def _check(new: NewDataSet) -> None:
    labels = {part.label for part in parts()}
    if not _KEY.fullmatch(new.key) or len(new.key) > 120:
        raise _wrong("key", _("Write small letters, digits and _, with a dot between words: parks.benches"))
    if new.key in RESOURCES or new.key.partition(".")[0] in labels:
        raise _wrong("key", _("Names that begin with a part of the platform belong to it."))
    check_fields(new.fields)


def _check_words(row: CatalogueEntry, fields: Iterable[str]) -> None:
    names = set(fields)
    if not row.title.strip():
        raise _wrong("title", _("A data set needs a title."))
    if row.share_type not in SHARE_TYPES:
        raise _wrong("share_type", _("Choose one of the three share types."))
    if row.share_type != "unconditional" and not row.legal_basis.strip():
        raise _wrong("legal_basis", _("Name the law or rule by which it is not shared without conditions."))
    if row.is_open and row.share_type != "unconditional":
        raise _wrong("is_open", _("Only what is shared without conditions can be open to the public."))
    for name, known in (("category", CATEGORIES), ("update_cycle", CYCLES), ("licence", LICENCES)):
        value = getattr(row, name)
        if value and value not in known:
            raise _wrong(name, _("The catalogue does not know this word."))
    for name in ("point_lon", "point_lat", "geometry"):
        value = getattr(row, name)
        if value and names and value not in names:
            raise _wrong(name, _("This names no field of the data set."))


def _fill(row: CatalogueEntry, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name == "point":
            row.point_lon, row.point_lat = value or ("", "")
        elif name == "keywords":
            row.keywords = [str(word)[:40] for word in value][:30]
        else:
            setattr(row, name, value)
    row.title, row.title_en = row.title[:200], row.title_en[:200]
    indexing.sort(row)


def _value(row: CatalogueEntry, name: str) -> Any:
    return (row.point_lon, row.point_lat) if name == "point" else getattr(row, name)


def _fields(row: CatalogueEntry) -> list[CatalogueField]:
    return list(CatalogueField.objects.filter(entry=row, version_id=row.current_id))


def _wrong(field: str, text: Any) -> Invalid:
    return Invalid(_("The data set cannot be registered like this: %(why)s"), why=text, fields={field: text})
