"""A rule that staff made, between its rows in the table and the one form in which all rules run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from yicheng.core.alerts.conditions import (
    Absence,
    Anomaly,
    Combination,
    Condition,
    Duration,
    FactHappened,
    Hours,
    On,
    RateOfChange,
    Threshold,
    Where,
)
from yicheng.core.alerts.declare import AlertRule, Audience, Opens, Rung, Scope, Severity
from yicheng.core.alerts.models import Rule, RuleCondition

Kind = RuleCondition.Kind


def rule_of_row(row: Rule, conditions: Sequence[RuleCondition]) -> AlertRule:
    """The rule that the rows say. Raises ``ValueError`` where they make no rule."""
    return AlertRule(
        key=row.key,
        title=row.title,
        severity=Severity(row.severity),
        text=row.text,
        condition=_condition(row, conditions),
        scope=Scope(
            property=row.property,
            bearer_kind=row.bearer_kind,
            division=row.division_code,
            hours=_hours(row),
        ),
        audience=Audience(row.audience_right),
        advice=row.advice,
        opens=Opens(class_code=row.class_code) if row.opens_case else None,
        escalate=_ladder(row),
        on_delay=timedelta(seconds=row.on_delay_s),
        off_delay=timedelta(seconds=row.off_delay_s),
    )


def _condition(row: Rule, conditions: Sequence[RuleCondition]) -> Condition:
    if not conditions:
        raise ValueError("a rule needs a condition")
    if len(conditions) == 1:
        return _single(conditions[0])
    parts = tuple(_part(one) for one in conditions)
    within = timedelta(seconds=row.within_s)
    if row.needed >= len(parts):
        return Combination(all_of=parts, within=within)
    return Combination(any_of=parts, at_least=row.needed, within=within)


def _single(one: RuleCondition) -> Condition:
    period = timedelta(seconds=one.period_s or 0)
    match one.kind:
        case Kind.THRESHOLD:
            return _threshold(one)
        case Kind.DURATION:
            return Duration(_threshold(one), period)
        case Kind.RATE:
            return RateOfChange(period, rise=one.above, fall=one.below, hysteresis=one.hysteresis)
        case Kind.ABSENCE:
            return Absence(period)
        case Kind.ANOMALY:
            return Anomaly(
                deviations=one.above or Anomaly().deviations, learns_for=period or Anomaly().learns_for
            )
        case Kind.FACT:
            return _fact(one)
    raise ValueError(f"there is no condition of kind {one.kind!r}")


def _part(one: RuleCondition) -> On | FactHappened:
    return _fact(one) if one.kind == Kind.FACT else On(one.property, _threshold(one))


def _threshold(one: RuleCondition) -> Threshold:
    return Threshold(above=one.above, below=one.below, hysteresis=one.hysteresis)


def _fact(one: RuleCondition) -> FactHappened:
    where = (Where(one.field, one.operator, one.value),) if one.field else ()  # type: ignore[arg-type]
    return FactHappened(one.event, where=where, until=one.until)


def _hours(row: Rule) -> Hours | None:
    if row.start is None or row.end is None:
        return Hours(weekdays=tuple(row.weekdays)) if row.weekdays else None
    return Hours(row.start, row.end, tuple(row.weekdays) or Hours().weekdays)


def _ladder(row: Rule) -> tuple[Rung, ...]:
    if row.escalate_after_s is None:
        return ()
    return (Rung(timedelta(seconds=row.escalate_after_s), "alerts.receive_escalated"),)
