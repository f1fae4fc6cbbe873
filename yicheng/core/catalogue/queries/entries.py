"""Finding entries and reading one: what the catalogue says of data, not the data themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count as Counted
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.categories import CATEGORIES, SHARE_TYPES
from yicheng.core.catalogue.facts import Count, Entry, Field, Found, ShareType
from yicheng.core.catalogue.models import CatalogueEntry, CatalogueField
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer, organisation_names

PAGE_SIZE = 20
MANAGE = "catalogue.manage_data_sets"


def visible(viewer: Viewer) -> QuerySet[CatalogueEntry]:
    """Entries this viewer may know of: staff all that are listed, others what is open to the public."""
    rows = CatalogueEntry.objects.defer("search").filter(is_listed=True)
    return rows if viewer.kind in ("staff", "system") else rows.filter(is_open=True)


def find(
    viewer: Viewer,
    words: str = "",
    *,
    provider: int | None = None,
    category: str = "",
    share_type: ShareType | None = None,
    kind: str = "",
    only_open: bool = False,
    after: str = "",
    limit: int = PAGE_SIZE,
) -> Found:
    """Entries that hold the words, in the order of their titles."""
    rows = visible(viewer)
    if only_open:
        rows = rows.filter(is_open=True)
    if words.strip():
        rows = rows.filter(Q(title__icontains=words.strip()) | Q(summary__icontains=words.strip()))
    for name, value in (
        ("organisation_id", provider),
        ("category", category),
        ("share_type", share_type),
        ("kind", kind),
    ):
        if value:
            rows = rows.filter(**{name: value})
    total = rows.count()
    ordered = rows.order_by("sort_key", "id").select_related("organisation", "current")
    if after:
        ordered = ordered.filter(_behind(after))
    page = list(ordered[: limit + 1])
    more = _mark(page[limit - 1]) if len(page) > limit else None
    return Found(entries_of(page[:limit]), total, _facets(rows), more)


def entry(viewer: Viewer, key: str, *, only_open: bool = False) -> Entry:
    """One entry. Raises ``NotFound``, also where the viewer may not know of it."""
    rows = visible(viewer)
    if only_open:
        rows = rows.filter(is_open=True)
    found = rows.filter(key=key).select_related("organisation", "current").first()
    if found is None:
        raise NotFound(_("There are no data named “%(key)s”."), key=key[:120])
    return entries_of([found])[0]


def entries_of(rows: Sequence[CatalogueEntry]) -> list[Entry]:
    """Rows (with organisation and current version) as entries; one query for all their fields."""
    fields: dict[int, list[Field]] = {row.pk: [] for row in rows}
    wanted = Q(pk__in=[])
    for row in rows:
        wanted |= Q(entry_id=row.pk, version_id=row.current_id)
    for one in CatalogueField.objects.filter(wanted).order_by("entry_id", "position") if rows else ():
        fields[one.entry_id].append(field_of(one))
    return [_entry(row, tuple(fields[row.pk])) for row in rows]


def field_of(row: CatalogueField) -> Field:
    """A stored field as others receive it."""
    return Field(
        key=row.key,
        title=row.title,
        kind=row.kind,  # type: ignore[arg-type]  # stored from a Field
        unit=row.unit,
        term=row.term,
        sensitivity=row.sensitivity,
        description=row.description,
        is_key=row.is_key,
        title_en=row.title_en,
    )


def _entry(row: CatalogueEntry, fields: tuple[Field, ...]) -> Entry:
    body = row.organisation
    return Entry(
        id=row.pk,
        key=row.key,
        kind=row.kind,  # type: ignore[arg-type]
        title=row.title,
        summary=row.summary,
        title_en=row.title_en,
        summary_en=row.summary_en,
        provider_id=row.organisation_id,
        provider=body.name if body else "",
        provider_code=body.code if body else "",
        share_type=row.share_type,  # type: ignore[arg-type]
        legal_basis=row.legal_basis,
        share_terms=row.share_terms,
        is_open=row.is_open,
        category=row.category,
        update_cycle=row.update_cycle,
        keywords=tuple(row.keywords),
        fields=fields,
        point=(row.point_lon, row.point_lat) if row.point_lon else None,
        geometry=row.geometry,
        rows=row.row_count,
        version=row.current.number if row.current else 0,
        version_id=row.current_id,
        licence=row.licence,
        registered_at=row.registered_at,
        updated_at=row.updated_at,
    )


def _facets(rows: QuerySet[CatalogueEntry]) -> Mapping[str, Sequence[Count]]:
    names = {
        "provider": "organisation_id",
        "category": "category",
        "share_type": "share_type",
        "kind": "kind",
    }
    counted = {name: _counted(rows, column) for name, column in names.items()}
    titles = organisation_names(int(value) for value, _count in counted["provider"] if value)
    return {
        "provider": [Count(value, titles.get(int(value), value), n) for value, n in counted["provider"]],
        "category": [
            Count(value, str(CATEGORIES[value].title) if value in CATEGORIES else value, n)
            for value, n in counted["category"]
        ],
        "share_type": [Count(value, str(SHARE_TYPES[value]), n) for value, n in counted["share_type"]],
        "kind": [Count(value, value, n) for value, n in counted["kind"]],
    }


def _counted(rows: QuerySet[CatalogueEntry], column: str) -> list[tuple[str, int]]:
    found: Iterable[Any] = (
        rows.order_by().values_list(column).annotate(n=Counted("id")).order_by(F("n").desc(), column)
    )
    return [(str(value), count) for value, count in found if value not in (None, "")]


def _mark(row: CatalogueEntry) -> str:
    return json.dumps([row.sort_key, row.pk])


def _behind(after: str) -> Q:
    try:
        sort_key, pk = json.loads(after)
        return Q(sort_key__gt=str(sort_key)) | Q(sort_key=str(sort_key), pk__gt=int(pk))
    except (ValueError, TypeError):
        raise Invalid(
            _("The address of this page of the list is damaged. Begin at the first page.")
        ) from None
