"""The words of entries, for the search: pairs of Chinese characters, and others as they are, by weight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from django.utils.translation import override

from yicheng.core.catalogue.categories import CATEGORIES
from yicheng.core.catalogue.models import CatalogueEntry, CatalogueField
from yicheng.core.kernel import search
from yicheng.core.kernel.pinyin import sort_key


def sort(row: CatalogueEntry) -> None:
    """Give the row its place in the order of titles."""
    row.sort_key = sort_key(row.title)


def index(rows: Iterable[CatalogueEntry]) -> None:
    """Make the words of these rows (with their organisation) findable; three queries at most, whatever their number."""
    by_id = {row.pk: row for row in rows}
    fields: dict[int, list[CatalogueField]] = defaultdict(list)
    for one in CatalogueField.objects.filter(entry_id__in=by_id).order_by("position"):
        if one.version_id == by_id[one.entry_id].current_id:
            fields[one.entry_id].append(one)
    vectors = [_vector(row, fields[pk]) for pk, row in by_id.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalogue_entry SET search = words.search::tsvector"
            " FROM unnest(%s::bigint[], %s::text[]) AS words (id, search) WHERE catalogue_entry.id = words.id",
            [list(by_id), vectors],
        )


def _vector(row: CatalogueEntry, fields: Sequence[CatalogueField]) -> str:
    """A ``tsvector`` literal: title first (A), then keywords and provider (B), summary (C), fields (D)."""
    body = row.organisation
    return search.weighted_vector(
        ("A", [row.title, row.title_en, row.key.replace(".", " ").replace("_", " ")]),
        (
            "B",
            [
                *row.keywords,
                body.name if body else "",
                body.short_name if body else "",
                *_category(row.category),
            ],
        ),
        ("C", [row.summary, row.summary_en]),
        ("D", [text for one in fields for text in (one.title, one.title_en, one.term, one.key)]),
    )


def _category(key: str) -> list[str]:
    if key not in CATEGORIES:
        return []
    with override("en"):
        return [CATEGORIES[key].standard, str(CATEGORIES[key].title)]
