"""Whether data that were brought in are used: called by other departments, or the ground of a base database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db.models import Count

from yicheng.apps.data.models import FieldAuthority
from yicheng.core.sharing.public import calls_of


def uses_of(data_sets: Sequence[str]) -> Mapping[str, int]:
    """Calls through the sharing gateway, and fields of base databases that rest on it. Two queries."""
    if not data_sets:
        return {}
    grounds = FieldAuthority.objects.filter(data_set__in=data_sets, is_authoritative=True)
    fields = dict(grounds.values_list("data_set").annotate(n=Count("id")))
    return Counter(fields) + Counter(calls_of(data_sets))
