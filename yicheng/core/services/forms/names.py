"""What expressions of a form find: the answers, today, ages, and totals of columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from yicheng.core.cases.engine.expressions import expression
from yicheng.core.cases.engine.tokens import FaultyExpression
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.identity import number_facts, proper_number
from yicheng.core.services.forms.parts import Part


def names_of(answers: Mapping[str, Any], row: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything an expression may name; a row's own answers stand before the form's."""
    together = {**answers, **(row or {})}
    today = timezone.localdate(clock.now())
    return {
        **together,
        "today": today.isoformat(),
        "age_of": {key: age for key, value in together.items() if (age := _age(value, today)) is not None},
        "total": {key: _totals(value) for key, value in answers.items() if isinstance(value, list)},
    }


def value_of(text: str, names: Mapping[str, Any]) -> Any:
    """What an expression gives; None for one that leaves its bounds."""
    try:
        return expression(text).value(names)
    except FaultyExpression:
        return None


def holds(text: str, names: Mapping[str, Any]) -> bool:
    """Whether a condition is true."""
    try:
        return expression(text).holds(names)
    except FaultyExpression:
        return False


def is_hidden(part: Part, names: Mapping[str, Any]) -> bool:
    """Whether a part is not asked for with these answers."""
    return bool(part.hide) and holds(part.hide, names)


def _age(value: Any, today: date) -> int | None:
    """Whole years since birth, of a person's number or a date."""
    born = _born(value) if isinstance(value, str) else None
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _born(text: str) -> date | None:
    if len(text) == 18:
        try:
            return number_facts(proper_number("person", text)).born_on
        except Invalid:
            return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _totals(rows: list[Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in rows:
        for key, value in row.items() if isinstance(row, dict) else ():
            if isinstance(value, int | float) and not isinstance(value, bool):
                found[key] = found.get(key, 0) + value
    return found
