"""Whether data that were brought in are used: what other parts have told about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yicheng.apps.data.models import FieldAuthority


def uses_of(data_sets: Sequence[str]) -> Mapping[str, int]:
    """How many fields of base databases rest on each data set."""
    found: dict[str, int] = {}
    for key in FieldAuthority.objects.filter(data_set__in=data_sets).values_list("data_set", flat=True):
        found[key] = found.get(key, 0) + 1
    return found
