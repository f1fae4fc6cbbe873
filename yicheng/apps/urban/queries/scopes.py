"""From the scopes a viewer holds a right in to the rows that lie inside them."""

from __future__ import annotations

from django.db.models import Q

from yicheng.core.people.public import Viewer

NOTHING = Q(pk__in=())


def rows_within(viewer: Viewer, right: str, *, organisation: str = "", division: str = "division_code") -> Q:
    """The condition on rows that the right covers; nothing where it is not held.

    ``organisation`` names the column of the responsible body, "" where rows belong to none.
    """
    found = NOTHING
    for scope in viewer.scopes(right):
        within = Q()
        if scope.organisation_ids is not None and organisation:
            within &= Q(**{f"{organisation}__in": scope.organisation_ids})
        if scope.division:
            within &= Q(**{f"{division}__startswith": scope.division})
        if not within:
            return Q()
        found |= within
    return found
