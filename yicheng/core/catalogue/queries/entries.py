"""Finding entries and reading one: what the catalogue says of data, not the data themselves."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import BooleanField, F, FloatField, Func, Q, QuerySet, Value
from django.db.models import Count as Counted
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.categories import CATEGORIES, SHARE_TYPES
from yicheng.core.catalogue.facts import Count, Entry, Field, Found, ShareType
from yicheng.core.catalogue.models import CatalogueEntry, CatalogueField
from yicheng.core.kernel import search
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer, organisation_names

PAGE_SIZE = 20
#: of more entries than these the best are not looked for: the words are too common to tell
MOST_RANKED = 3000
MANAGE = "catalogue.manage_data_sets"
KINDS = {"resource": _("Kept by the platform"), "data_set": _("Brought in by a department")}
FACETS = ("provider", "category", "share_type", "kind", "is_open")


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
    keyword: str = "",
    provider_code: str = "",
    only_open: bool = False,
    only_placed: bool = False,
    after: str = "",
    offset: int = 0,
    limit: int = PAGE_SIZE,
    newest_first: bool = False,
) -> Found:
    """Entries that hold all the words (and have the keyword, and a place), the best first; without words in the order of titles, or of their change.

    Four queries whatever the size: counts, names of providers, the page, the page's fields.
    """
    rows = visible(viewer)
    if only_open:
        rows = rows.filter(is_open=True)
    chosen = {"organisation_id": provider, "category": category, "share_type": share_type, "kind": kind}
    rows = rows.filter(**{name: value for name, value in chosen.items() if value})
    if provider_code:
        rows = rows.filter(organisation__code=provider_code)
    if keyword:
        rows = rows.filter(keywords__contains=[keyword])
    if only_placed:
        rows = rows.exclude(point_lon="", geometry="")
    wanted = search.query(words)
    if words.strip() and not wanted:
        rows = rows.none()
    if wanted:
        rows = rows.filter(_matches(wanted))
    total, facets = _spread(rows)
    rank = _rank(wanted) if wanted and total <= MOST_RANKED else Value(0.0)
    page = _page(rows.annotate(rank=rank), after=after, offset=offset, size=limit, newest_first=newest_first)
    more = _mark(page[limit - 1], newest_first=newest_first) if len(page) > limit else None
    return Found(entries_of(page[:limit]), total, facets, more)


def providers(viewer: Viewer) -> list[tuple[str, str, int]]:
    """Who provides the open entries: code, name, how many; in the order of the codes."""
    rows = visible(viewer).filter(is_open=True, organisation__isnull=False)
    counted = (
        rows.order_by().values_list("organisation__code", "organisation__name").annotate(n=Counted("id"))
    )
    return [(code or "", name or "", n) for code, name, n in counted.order_by("organisation__code")]


def keywords(viewer: Viewer, *, most: int = 1000) -> list[str]:
    """The keywords of the open entries."""
    rows = visible(viewer).filter(is_open=True).order_by()
    words = rows.annotate(word=Func(F("keywords"), function="unnest")).values_list("word", flat=True)
    return sorted(str(word) for word in words.distinct()[:most])


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
        updated_at=max(row.updated_at, row.current.changed_at or row.updated_at)
        if row.current
        else row.updated_at,
    )


def _matches(wanted: str) -> RawSQL:
    return RawSQL("catalogue_entry.search @@ %s::tsquery", [wanted], output_field=BooleanField())


def _rank(wanted: str) -> RawSQL:
    return RawSQL("ts_rank(catalogue_entry.search, %s::tsquery)::float8", [wanted], output_field=FloatField())


def _page(
    rows: QuerySet[CatalogueEntry], *, after: str, offset: int, size: int, newest_first: bool
) -> list[CatalogueEntry]:
    order = ("-updated_at", "-id") if newest_first else ("-rank", "sort_key", "id")
    if after:
        rows = rows.filter(_behind(after, newest_first=newest_first))
    return list(rows.order_by(*order).select_related("organisation", "current")[offset : offset + size + 1])


def _spread(rows: QuerySet[CatalogueEntry]) -> tuple[int, Mapping[str, Sequence[Count]]]:
    """How many there are, and how they spread: one pass over the rows, summed up by each element here."""
    columns = ("organisation_id", "category", "share_type", "kind", "is_open")
    sums: dict[str, dict[str, int]] = {name: defaultdict(int) for name in FACETS}
    total = 0
    for provider, category, share_type, kind, is_open, n in (
        rows.order_by().values_list(*columns).annotate(n=Counted("*"))
    ):
        total += n
        values = (str(provider or ""), category, share_type, kind, "true" if is_open else "false")
        for name, value in zip(FACETS, values, strict=True):
            sums[name][value] += n
    titles = _titles(value for value in sums["provider"] if value)
    return total, {name: _counts(found, titles) for name, found in sums.items()}


def _titles(providers: Iterable[str]) -> Mapping[str, str]:
    """What the values of facets are called."""
    found = {str(pk): name for pk, name in organisation_names(int(one) for one in providers).items()}
    found |= {key: str(one.title) for key, one in CATEGORIES.items()}
    found |= {key: str(title) for key, title in (*SHARE_TYPES.items(), *KINDS.items())}
    return {**found, "true": str(_("open")), "false": str(_("not open"))}


def _counts(found: Mapping[str, int], titles: Mapping[str, str]) -> list[Count]:
    counts = [Count(value, titles.get(value, value), n) for value, n in found.items() if value]
    return sorted(counts, key=lambda one: (-one.count, one.value))


def _mark(row: CatalogueEntry, *, newest_first: bool) -> str:
    if newest_first:
        return json.dumps([row.updated_at.isoformat(), row.pk])
    return json.dumps([row.rank, row.sort_key, row.pk])  # type: ignore[attr-defined]


def _behind(after: str, *, newest_first: bool) -> Q:
    try:
        if newest_first:
            moment, pk = json.loads(after)
            return Q(updated_at__lt=datetime.fromisoformat(moment)) | Q(
                updated_at=datetime.fromisoformat(moment), pk__lt=int(pk)
            )
        rank, key, pk = json.loads(after)
        rank, key, pk = float(rank), str(key), int(pk)
    except (ValueError, TypeError):
        raise Invalid(
            _("The address of this page of the list is damaged. Begin at the first page.")
        ) from None
    same = Q(sort_key__gt=key) | Q(sort_key=key, pk__gt=pk)
    return Q(rank__lt=rank) | (Q(rank=rank) & same)
