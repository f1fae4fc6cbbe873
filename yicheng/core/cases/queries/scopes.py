"""Which cases and tasks a viewer may know of, as conditions that indexes serve."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Left

from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.registry import kinds_by_key
from yicheng.core.people.public import Scope, Viewer

M = TypeVar("M", bound=Model)

NOTHING = Q(pk__in=())


def visible(viewer: Viewer, *, path: str = "") -> Q:
    """The cases this viewer may see; ``path`` leads to them (``case__``)."""
    everywhere = _scoped(viewer.scopes("cases.view_case"), path)
    if everywhere is not None and not everywhere:
        return Q()
    by_process = [
        Q(**{f"{path}process": process.key}) & scope
        for process in PROCESSES
        if process.view_right != "cases.view_case"
        and (scope := _scoped(viewer.scopes(process.view_right), path)) is not None
    ]
    conditions = [*([everywhere] if everywhere is not None else []), *by_process]
    return reduce(or_, conditions) if conditions else Q(**{f"{path}pk__in": ()})


def may_view(viewer: Viewer, case: Case) -> bool:
    """Whether this viewer may see this case: by right, or because a task of it is theirs."""
    process = PROCESSES.get(case.process) if case.process in PROCESSES else None
    rights = {"cases.view_case", process.view_right if process else "cases.view_case"}
    for right in rights:
        if any(
            scope.covers(organisation_id=case.organisation_id, division=case.division_code)
            for scope in viewer.scopes(right)
        ):
            return True
    return _has_task(viewer, case)


def _has_task(viewer: Viewer, case: Case) -> bool:
    if not viewer.is_signed_in:
        return False
    kinds = kinds_by_key()
    tasks = Task.objects.filter(case_id=case.pk).exclude(status=Task.Status.CANCELLED)
    return any(
        task.kind in kinds
        and viewer.may(
            kinds[task.kind].right, organisation_id=task.organisation_id, division=task.division_code
        )
        for task in tasks
    )


def workable(viewer: Viewer) -> Q:
    """The tasks this viewer may do: kinds grouped by the scopes their right is held in."""
    groups: dict[tuple[Scope, ...], list[str]] = {}
    for key, kind in kinds_by_key().items():
        scopes = viewer.scopes(kind.right)
        if scopes:
            groups.setdefault(scopes, []).append(key)
    every = len(groups) == 1 and sum(map(len, groups.values())) == len(kinds_by_key())
    conditions = [
        scope if every else Q(kind__in=sorted(keys)) & scope
        for scopes, keys in groups.items()
        if (scope := _scoped(scopes, "")) is not None
    ]
    return reduce(or_, conditions) if conditions else NOTHING


def with_county(rows: QuerySet[M], *, path: str = "") -> QuerySet[M]:
    """Make the first six digits of the division usable in conditions as ``county`` (they are indexed)."""
    counted: QuerySet[Any] = rows.alias(county=Left(f"{path}division_code", 6))
    return counted


def _scoped(scopes: Iterable[Scope], path: str) -> Q | None:
    """Any of the scopes; an empty Q: everywhere; None: nowhere. Rows need ``with_county``."""
    conditions: list[Q] = []
    for scope in scopes:
        condition = Q()
        if scope.organisation_ids is not None:
            condition &= Q(**{f"{path}organisation_id__in": sorted(scope.organisation_ids)})
        if scope.division:
            condition &= division_q(scope.division, path)
        if not condition:
            return Q()
        conditions.append(condition)
    return reduce(or_, conditions) if conditions else None


def division_q(division: str, path: str = "") -> Q:
    """A division and what lies in it."""
    if len(division) == 6:
        return Q(county=division)
    inside = Q(**{f"{path}division_code__startswith": division})
    return Q(county=division[:6]) & inside if len(division) > 6 else inside
