"""How items are found by everyday words: what is written into their search column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast

from yicheng.core.kernel.search import vector

if TYPE_CHECKING:
    from yicheng.core.services.models import ItemVersion


def search_vector(version: ItemVersion) -> Any:
    """The search column of an item: its names, everyday words and what it says of itself."""
    texts = (version.name, version.words, version.name_en, version.result_name, version.summary)
    return Cast(Value(vector(*texts)), SearchVectorField())
