"""Whether a fact's fields fit what a rule asks of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yicheng.core.alerts.conditions import Where


def fits(where: Iterable[Where], fields: Mapping[str, Any]) -> bool:
    """Every one fits; a field that the fact doesn't have fits nothing but ``is_not``."""
    return all(_fits(one, fields.get(one.field)) for one in where)


def _fits(one: Where, value: Any) -> bool:
    match one.operator:
        case "is":
            return _same(value, one.value)
        case "is_not":
            return not _same(value, one.value)
        case "contains":
            return value is not None and str(one.value) in str(value)
        case "above" | "below":
            number, limit = _number(value), _number(one.value)
            if number is None or limit is None:
                return False
            return number > limit if one.operator == "above" else number < limit
    raise ValueError(f"there is no operator {one.operator!r}")


def _same(value: Any, wanted: object) -> bool:
    """Equal, also where a form wrote a number or yes and no as text."""
    if value == wanted:
        return True
    if isinstance(value, bool):
        return str(wanted).lower() == str(value).lower()
    number = _number(value)
    return number is not None and number == _number(wanted)


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
