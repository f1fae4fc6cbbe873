"""Brings a table to the state that a pack or an import says, telling what changed.

Used by pack sections: idempotent, few queries whatever the number of rows, and rows
that are no longer named are handed to ``retire`` instead of being deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from yicheng.core.kernel.pack import Tally

M = TypeVar("M", bound=Model)

BATCH = 1000


def sync(
    existing: QuerySet[M],
    rows: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    retire: Callable[[QuerySet[M]], int] | None = None,
) -> Tally:
    """Create or change rows of ``existing`` by ``key``; ``retire`` gets those not named.

    ``rows`` map attribute names (``parent_id`` for a foreign key) to values. ``retire``
    answers how many rows it changed; without it, rows not named are left as they are.
    """
    present = {tuple(getattr(one, name) for name in key): one for one in existing}
    created: list[M] = []
    changed: list[M] = []
    touched: set[str] = set()
    named: set[tuple[Any, ...]] = set()
    for row in rows:
        identity = tuple(row[name] for name in key)
        named.add(identity)
        one = present.get(identity)
        if one is None:
            created.append(existing.model(**row))
        elif different := [name for name, value in row.items() if getattr(one, name) != value]:
            for name in different:
                setattr(one, name, row[name])
            touched.update(different)
            changed.append(one)
    every: QuerySet[M] = QuerySet(existing.model)
    every.bulk_create(created, batch_size=BATCH)
    if changed:
        every.bulk_update(changed, sorted(touched), batch_size=BATCH)
    gone = [one.pk for identity, one in present.items() if identity not in named]
    retired = retire(every.filter(pk__in=gone)) if gone and retire else 0
    return Tally(len(created), len(changed), len(named) - len(created) - len(changed), retired)
