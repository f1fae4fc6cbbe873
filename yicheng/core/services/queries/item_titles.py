"""Names of service items and windows for lists that know only their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yicheng.core.kernel.languages import in_language
from yicheng.core.services.models import ServiceItem, Window


def item_titles(ids: Iterable[int | None]) -> Mapping[int, str]:
    """The name of each item as it is in force, in the reader's language. One query."""
    rows = ServiceItem.objects.filter(pk__in=[one for one in ids if one], current__isnull=False)
    found = rows.values_list("pk", "current__name", "current__name_en")
    return {pk: in_language(name, name_en) for pk, name, name_en in found}


def window_titles(ids: Iterable[int | None]) -> Mapping[int, str]:
    """Each window with its hall, in the reader's language. One query."""
    rows = Window.objects.filter(pk__in=[one for one in ids if one]).select_related("hall")
    return {row.pk: f"{row.hall} · {row.name}" for row in rows}
