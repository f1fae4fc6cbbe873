"""Narrows rows to the scopes in which a viewer holds a right: the same rule as ``Scope.covers``, in SQL."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from yicheng.core.people.viewer import Scope, Viewer

M = TypeVar("M", bound=Model)


def scoped(
    rows: QuerySet[M],
    viewer: Viewer,
    right: str,
    *,
    organisation: str = "organisation_id",
    division: str = "division_code",
) -> QuerySet[M]:
    """The rows for which the viewer holds ``right``; no row when it is not held at all.

    ``organisation`` and ``division`` name the scope columns; an empty name says that the rows have none,
    and a scope that asks for one then covers nothing.
    """
    scopes = viewer.scopes(right)
    if Scope() in scopes:
        return rows
    covered = Q(pk__in=[])
    for scope in scopes:
        covered |= _inside(scope, organisation=organisation, division=division)
    return rows.filter(covered)


def _inside(scope: Scope, *, organisation: str, division: str) -> Q:
    inside = Q()
    if scope.organisation_ids is not None:
        inside &= Q(**{f"{organisation}__in": scope.organisation_ids}) if organisation else Q(pk__in=[])
    if scope.division:
        inside &= Q(**{f"{division}__startswith": scope.division}) if division else Q(pk__in=[])
    return inside
