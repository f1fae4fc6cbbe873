"""Moves sealed columns to the newest key: the loop that every part's rotation runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from yicheng.core.people.encryption import reseal

AT_ONCE = 500


def reseal_rows(rows: QuerySet[Any], *columns: str, at_once: int = AT_ONCE) -> int:
    """Reseal these columns of all rows, in batches of their own transactions; answers how many rows were touched.

    May be run again, and after an interruption: what is under the newest key already is only sealed anew.
    """
    touched, last = 0, 0
    while batch := _reseal_batch(rows.filter(pk__gt=last).order_by("pk")[:at_once], columns):
        touched, last = touched + len(batch), batch[-1].pk
    return touched


@transaction.atomic
def _reseal_batch(rows: QuerySet[Any], columns: Sequence[str]) -> list[Any]:
    batch = list(rows.select_for_update(of=("self",)))
    for row in batch:
        for column in columns:
            setattr(row, column, reseal(getattr(row, column)))
    rows.model._default_manager.bulk_update(batch, columns)
    return batch
