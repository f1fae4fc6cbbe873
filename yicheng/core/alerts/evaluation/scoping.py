"""Which series a rule is for, asked of the register: for trials, for learning, for the rule's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yicheng.core.alerts.conditions import Combination, FactHappened, On
from yicheng.core.alerts.declare import AlertRule
from yicheng.core.sensing.public import SeriesFact
from yicheng.core.sensing.remembered import read_facts


def series_of_rule(rule: AlertRule, *, limit: int | None = None) -> Sequence[SeriesFact]:
    """The series in a rule's scope, in order of their ids; none for rules of facts. One query."""
    scope, conditions, values = rule.scope, ["d.status <> 'retired'"], list[Any]()
    properties = properties_of(rule)
    if not properties and (rule.condition is None or isinstance(rule.condition, FactHappened)):
        return ()
    if properties != {""}:
        conditions.append("s.property = ANY(%s)")
        values.append(sorted(properties))
    if scope.bearer_kind:
        conditions.append("d.bearer_kind = %s")
        values.append(scope.bearer_kind)
    if scope.division:
        conditions.append("d.division_code LIKE %s")
        values.append(f"{scope.division}%")
    if scope.series is not None:
        conditions.append("s.id = ANY(%s)")
        values.append(sorted(scope.series()))
    found = read_facts("WHERE " + " AND ".join(conditions), values)
    return found if limit is None else found[:limit]


def properties_of(rule: AlertRule) -> set[str]:
    """The observed properties a rule asks about; {""}: any."""
    condition = rule.condition
    if condition is None or isinstance(condition, FactHappened):
        return set()
    if isinstance(condition, Combination):
        return {part.property for part in condition.parts if isinstance(part, On)}
    return {rule.scope.property}
