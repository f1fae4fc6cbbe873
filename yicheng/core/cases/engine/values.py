"""What a drawn expression may do to values: bounded, total, and blind to Python's objects.

Missing or mixed-up values give ``None`` (FEEL's null) instead of an error, so that a
gateway falls to its default flow; only sizes out of bounds are refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

NUMBER_LIMIT = 10**15
TEXT_LIMIT = 10_000
LIST_LIMIT = 1_000

_NUMERIC = (int, float)


class OutOfBounds(Exception):
    """A value grew past what an expression may hold."""


def is_number(value: Any) -> bool:
    """Whether it is a number; truth values are none."""
    return isinstance(value, _NUMERIC) and not isinstance(value, bool)


def plain(value: Any) -> Any:
    """The value, if it is of a plain kind (text, number, truth, list, mapping), else None."""
    if value is None or isinstance(value, bool | str):
        return value
    if is_number(value):
        return bounded_number(value)
    if isinstance(value, list | tuple):
        return list(value)
    return value if isinstance(value, dict) else None


def bounded_number(value: float) -> int | float:
    """The number, unless it left the range that every step can hold."""
    if isinstance(value, float) and not math.isfinite(value):
        raise OutOfBounds("a number became infinite")
    if abs(value) > NUMBER_LIMIT:
        raise OutOfBounds("a number grew beyond 10^15")
    return value


def add(left: Any, right: Any) -> Any:
    """Sum of numbers, or two texts joined."""
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > TEXT_LIMIT:
            raise OutOfBounds("a text grew beyond 10,000 characters")
        return left + right
    return _arithmetic(left, right, lambda a, b: a + b)


def subtract(left: Any, right: Any) -> Any:
    """Difference of numbers."""
    return _arithmetic(left, right, lambda a, b: a - b)


def multiply(left: Any, right: Any) -> Any:
    """Product of numbers (never of a text or a list)."""
    return _arithmetic(left, right, lambda a, b: a * b)


def divide(left: Any, right: Any) -> Any:
    """Quotient; None when dividing by zero."""
    return _arithmetic(left, right, lambda a, b: a / b) if right else None


def modulo(left: Any, right: Any) -> Any:
    """Remainder of numbers (never Python's text formatting)."""
    return _arithmetic(left, right, lambda a, b: a % b) if right else None


def _arithmetic(left: Any, right: Any, operate: Callable[[Any, Any], Any]) -> Any:
    if is_number(left) and is_number(right):
        return bounded_number(operate(left, right))
    return None


def negate(value: Any) -> Any:
    """The number with its sign turned."""
    return -value if is_number(value) else None


def equal(left: Any, right: Any) -> bool:
    """Equality without Python's ``True == 1``."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def ordered(left: Any, right: Any, *, operator: str) -> bool | None:
    """``<``, ``<=``, ``>``, ``>=`` between two numbers or two texts; None for anything else."""
    both_numbers = is_number(left) and is_number(right)
    if not both_numbers and not (isinstance(left, str) and isinstance(right, str)):
        return None
    if operator == "<":
        return bool(left < right)
    if operator == "<=":
        return bool(left <= right)
    return bool(left > right) if operator == ">" else bool(left >= right)


def contains(container: Any, item: Any) -> bool:
    """Membership in a list or mapping, or a part of a text."""
    if isinstance(container, str):
        return isinstance(item, str) and item in container
    if isinstance(container, Sequence | Mapping):
        return any(equal(member, item) for member in container)
    return False


def member(container: Any, key: Any) -> Any:
    """``a.b`` and ``a["b"]`` on mappings, ``a[0]`` on lists; None when absent. Never Python attributes."""
    if isinstance(container, dict) and isinstance(key, str):
        return plain(container.get(key))
    if isinstance(container, list) and isinstance(key, int) and -len(container) <= key < len(container):
        return plain(container[key])
    return None


def truth(value: Any) -> bool:
    """Whether a condition holds: only true itself, or what a form sends for it."""
    if isinstance(value, bool):
        return value
    return value is not None and value not in (0, "", [], {}, "false", "False")


def _numbers(values: Sequence[Any]) -> list[Any]:
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return [item for item in items if is_number(item)]


def _count(values: Sequence[Any]) -> Any:
    value = values[0]
    return len(value) if isinstance(value, str | list | dict) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


#: name → (how many arguments at least, at most, what it does)
FUNCTIONS: dict[str, tuple[int, int, Callable[[Sequence[Any]], Any]]] = {
    "not": (1, 1, lambda v: not truth(v[0])),
    "count": (1, 1, _count),
    "len": (1, 1, _count),
    "string length": (1, 1, _count),
    "min": (1, 20, lambda v: min(_numbers(v), default=None)),
    "max": (1, 20, lambda v: max(_numbers(v), default=None)),
    "sum": (1, 20, lambda v: bounded_number(sum(_numbers(v)))),
    "abs": (1, 1, lambda v: abs(v[0]) if is_number(v[0]) else None),
    "floor": (1, 1, lambda v: math.floor(v[0]) if is_number(v[0]) else None),
    "ceiling": (1, 1, lambda v: math.ceil(v[0]) if is_number(v[0]) else None),
    "lower case": (1, 1, lambda v: _text(v[0]).lower()),
    "upper case": (1, 1, lambda v: _text(v[0]).upper()),
    "contains": (2, 2, lambda v: contains(v[0], v[1])),
    "list contains": (2, 2, lambda v: contains(v[0], v[1])),
    "starts with": (2, 2, lambda v: _text(v[0]).startswith(_text(v[1]))),
    "ends with": (2, 2, lambda v: _text(v[0]).endswith(_text(v[1]))),
}
