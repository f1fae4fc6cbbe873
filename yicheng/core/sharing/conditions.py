"""Which rows are asked for, as people write it: one condition a line, all must hold.

::

    division = 410102
    status in open, closed
    opened_at >= 2026-01-01
    address contains 路

Parsed into the catalogue's filters, so a value is always a parameter and a name always a field of the entry.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.public import filters
from yicheng.core.kernel.errors import Invalid

MOST = 40
_LINE = re.compile(r"\s*([a-z][a-z0-9_]{0,59})\s*(<>|<=|>=|=|<|>|\bin\b|\bcontains\b|\bbegins\b)\s*(.*\S)\s*")


def parsed(text: str, fields: Collection[str]) -> filters.Filter:
    """The conditions as a filter over ``fields``. Raises ``Invalid``, naming the line."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST:
        raise Invalid(_("Write at most %(most)s conditions."), most=MOST)
    return filters.And(tuple(_condition(number, line, fields) for number, line in lines))


def _condition(number: int, line: str, fields: Collection[str]) -> filters.Filter:
    found = _LINE.fullmatch(line)
    if found is None:
        text = _("Line %(number)s is no condition. Write: field = value, field >= value, field in a, b.")
        raise Invalid(text, number=number)
    field, operator, value = found.groups()
    if field not in fields:
        text = _("Line %(number)s: there is no field “%(field)s” that can be shared.")
        raise Invalid(text, number=number, field=field)
    match operator:
        case "in":
            return filters.In(field, tuple(one.strip() for one in re.split("[,，]", value) if one.strip()))
        case "contains":
            return filters.Like(field, f"%{_literal(value)}%")
        case "begins":
            return filters.Like(field, f"{_literal(value)}%")
        case _:
            return filters.Compare(field, operator, value)  # type: ignore[arg-type]  # one of the expression's


def _literal(value: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", value)
