"""Paging by keyset: a page deep in a list costs what the first one costs, and new rows shift nothing.

The order must end in a unique field and name columns without NULL. The token in the
address holds the last row's values; a damaged one is refused, not guessed.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid

M = TypeVar("M", bound=Model)
Narrow = Callable[[QuerySet[M]], QuerySet[M]]
Fetch = Callable[[QuerySet[M], Sequence[str], int], list[M]]
#: so many rows are looked at one by one before an index is asked
WINDOW = 3_000


@dataclass(frozen=True, slots=True)
class Keyset(Generic[M]):
    """One page. ``next`` and ``previous`` are tokens, empty where there is nothing."""

    rows: Sequence[M]
    next: str = ""
    previous: str = ""


def keyset_page(
    rows: QuerySet[M],
    *,
    order: Sequence[str],
    size: int = 50,
    after: str = "",
    before: str = "",
    fetch: Fetch[M] | None = None,
) -> Keyset[M]:
    """The page after or before a token, or the first; ``order`` as in ``order_by``, fields of the model itself.

    ``fetch`` finds the first so many rows in an order, where plain slicing would be slow (``scanned_first``).
    """
    backwards = bool(before)
    token = before or after
    sought = [_turned(name) for name in order] if backwards else list(order)
    if token:
        rows = rows.filter(_beyond(sought, _read(rows.model, sought, token)))
    found = (fetch or _sliced)(rows, sought, size + 1)
    has_more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, has_more) if backwards else (has_more, bool(after))
    return Keyset(
        rows=found,
        next=_token(found[-1], order) if found and has_next else "",
        previous=_token(found[0], order) if found and has_previous else "",
    )


def scanned_first(scan: Narrow[M], narrow: Narrow[M], *, window: int = WINDOW) -> Fetch[M]:
    """For a condition whose index answers all or nothing (words): try it on the rows that come first.

    ``scan`` puts the condition so that no index serves it, ``narrow`` so that one does. Words that are frequent
    fill the page from the window; for rare ones the index is quick. Four queries at most.
    """

    def fetch(rows: QuerySet[M], order: Sequence[str], limit: int) -> list[M]:
        field, way = (order[0][1:], "gte") if order[0].startswith("-") else (order[0], "lte")
        edge = list(rows.order_by(*order).values_list(field, flat=True)[window : window + 1])
        near = rows.filter(**{f"{field}__{way}": edge[0]}) if edge else rows
        found = _sliced(scan(near), order, limit)
        if not edge or len(found) == limit:
            return found
        gathered = narrow(rows).order_by(*map(_unindexed, order)).values_list("pk", flat=True)[:limit]
        return _sliced(rows.filter(pk__in=list(gathered)), order, limit)

    return fetch


def _unindexed(name: str) -> OrderBy:
    """An order that no index gives: else the server may walk through all rows in order, hoping for frequent words."""
    field = name.lstrip("-")
    return OrderBy(Coalesce(field, field), descending=name.startswith("-"))


def _sliced(rows: QuerySet[M], order: Sequence[str], limit: int) -> list[M]:
    return list(rows.order_by(*order)[:limit])


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows strictly after ``values``: an OR of prefixes, with a bound on the first column for the index."""
    condition = Q()
    same = Q()
    for name, value in zip(order, values, strict=True):
        field, way = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        condition |= same & Q(**{f"{field}__{way}": value})
        same &= Q(**{field: value})
    first, way = (order[0][1:], "lte") if order[0].startswith("-") else (order[0], "gte")
    return Q(**{f"{first}__{way}": values[0]}) & condition


def _token(row: Model, order: Sequence[str]) -> str:
    values = [row._meta.get_field(name.lstrip("-")).value_to_string(row) for name in order]  # type: ignore[union-attr]  # noqa: SLF001
    return urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _read(model: type[Model], order: Sequence[str], token: str) -> list[Any]:
    try:
        texts = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if (
            not isinstance(texts, list)
            or len(texts) != len(order)
            or not all(isinstance(t, str) for t in texts)
        ):
            raise ValueError(token)
        fields = [model._meta.get_field(name.lstrip("-")) for name in order]  # noqa: SLF001
        return [field.to_python(text) for field, text in zip(fields, texts, strict=True)]  # type: ignore[union-attr]
    except (ValueError, ValidationError):
        raise Invalid(
            _("The address of this page of the list is damaged. Begin at the first page.")
        ) from None
