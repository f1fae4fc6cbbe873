"""The words of entries, for the search: pairs of Chinese characters, and others as they are, by weight."""

from __future__ import annotations

from collections.abc import Iterable

from yicheng.core.catalogue.models import CatalogueEntry
from yicheng.core.kernel.pinyin import sort_key


def sort(row: CatalogueEntry) -> None:
    """Give the row its place in the order of titles."""
    row.sort_key = sort_key(row.title)


def index(rows: Iterable[CatalogueEntry]) -> None:
    """Make the words of these rows findable."""
