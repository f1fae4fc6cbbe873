"""Which rows are wanted, as a small tree; compiled to SQL by identifiers and parameters, never by joining text.

Every door (CKAN, OGC, exports, the sharing gateway) parses its own language into this tree. ``fields_of`` tells
which fields a tree looks at, so that nobody asks by a field that they may not see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from yicheng.core.catalogue.facts import Field
from yicheng.core.kernel.errors import Invalid

Value = str | int | float | Decimal | bool | date | datetime
Operator = Literal["=", "<>", "<", "<=", ">", ">="]
DEEPEST = 30
MOST_VALUES = 1000
_BIGINT = 2**63


@dataclass(frozen=True, slots=True)
class And:
    """All of them; none given: every row."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of them; none given: no row."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not this."""

    part: Filter


@dataclass(frozen=True, slots=True)
class Compare:
    """A field held against a value."""

    field: str
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class In:
    """A field that has one of the values."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A field from ``low`` to ``high``, both included."""

    field: str
    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class Like:
    """A text by a pattern: ``%`` any characters, ``_`` one, backslash before either means itself."""

    field: str
    pattern: str
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class IsNull:
    """A field without a value."""

    field: str


@dataclass(frozen=True, slots=True)
class Box:
    """Rows whose place touches the box; WGS 84 degrees. Of entries with a point or a geometry."""

    west: float
    south: float
    east: float
    north: float


Filter = And | Or | Not | Compare | In | Between | Like | IsNull | Box


@dataclass(frozen=True, slots=True)
class Ground:
    """What a tree is compiled against: the fields by key, and where the place of a row is."""

    fields: Mapping[str, Field]
    point: tuple[str, str] | None = None
    geometry: str = ""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition: SQL with a placeholder for each of the parameters."""

    sql: sql.Composable
    params: tuple[Any, ...]


def compiled(tree: Filter, ground: Ground) -> Compiled:
    """The tree as a condition. Raises ``Invalid``: an unknown field, a value that is none, a tree too deep."""
    return _compiled(tree, ground, DEEPEST)


def fields_of(tree: Filter) -> Iterator[str]:
    """The keys of the fields that the tree looks at; a ``Box`` looks at the place and names none."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from fields_of(part)
        case Not(part):
            yield from fields_of(part)
        case Box():
            return
        case _:
            yield tree.field


def has_box(tree: Filter) -> bool:
    """Whether the tree asks for a place."""
    match tree:
        case And(parts) | Or(parts):
            return any(has_box(part) for part in parts)
        case Not(part):
            return has_box(part)
        case _:
            return isinstance(tree, Box)


def _compiled(tree: Filter, ground: Ground, depth: int) -> Compiled:
    if depth == 0:
        raise Invalid(_("The filter is nested too deeply. Write it with fewer brackets."))
    match tree:
        case And(parts):
            return _joined([_compiled(part, ground, depth - 1) for part in parts], sql.SQL(" AND "), "TRUE")
        case Or(parts):
            return _joined([_compiled(part, ground, depth - 1) for part in parts], sql.SQL(" OR "), "FALSE")
        case Not(part):
            inner = _compiled(part, ground, depth - 1)
            return Compiled(sql.SQL("(NOT {})").format(inner.sql), inner.params)
        case Box():
            return _box(tree, ground)
        case _:
            return _leaf(tree, _field(ground, tree.field))


def _joined(parts: list[Compiled], word: sql.SQL, none: Literal["TRUE", "FALSE"]) -> Compiled:
    if not parts:
        return Compiled(sql.SQL(none), ())
    text = sql.SQL("({})").format(word.join(part.sql for part in parts))
    return Compiled(text, tuple(value for part in parts for value in part.params))


def _field(ground: Ground, key: str) -> Field:
    if key not in ground.fields:
        raise Invalid(
            _("Rows cannot be filtered by “%(key)s”."), key=key[:60], fields={key[:60]: _("Not a field.")}
        )
    return ground.fields[key]


def _leaf(tree: Compare | In | Between | Like | IsNull, field: Field) -> Compiled:
    column = sql.Identifier(field.key)
    if isinstance(tree, IsNull):
        return Compiled(sql.SQL("({} IS NULL)").format(column), ())
    if field.kind == "geometry":
        raise Invalid(_("“%(field)s” is a shape: filter by a box instead."), field=field.title)
    match tree:
        case Compare(operator=operator, value=value):
            return Compiled(
                sql.SQL("({} {} %s)").format(column, _OPERATORS[operator]), (parsed(field, value),)
            )
        case In(values=values):
            if len(values) > MOST_VALUES:
                raise Invalid(_("Name at most %(most)s values at a time."), most=MOST_VALUES)
            cast = sql.SQL(_ARRAYS[field.kind])
            return Compiled(
                sql.SQL("({} = ANY(%s::{}))").format(column, cast), ([parsed(field, one) for one in values],)
            )
        case Between(low=low, high=high):
            return Compiled(
                sql.SQL("({} BETWEEN %s AND %s)").format(column), (parsed(field, low), parsed(field, high))
            )
        case Like(pattern=pattern, ignore_case=ignore_case):
            word = sql.SQL("ILIKE" if ignore_case else "LIKE")
            return Compiled(sql.SQL("({}::text {} %s)").format(column, word), (_pattern(field, pattern),))


_OPERATORS: Mapping[str, sql.SQL] = {
    "=": sql.SQL("="),
    "<>": sql.SQL("<>"),
    "<": sql.SQL("<"),
    "<=": sql.SQL("<="),
    ">": sql.SQL(">"),
    ">=": sql.SQL(">="),
}
_ARRAYS: Mapping[str, Literal["text[]", "numeric[]", "boolean[]", "date[]", "timestamptz[]"]] = {
    "text": "text[]",
    "code": "text[]",
    "integer": "numeric[]",
    "number": "numeric[]",
    "decimal": "numeric[]",
    "boolean": "boolean[]",
    "date": "date[]",
    "datetime": "timestamptz[]",
}


def _box(box: Box, ground: Ground) -> Compiled:
    corners = (box.west, box.south, box.east, box.north)
    if not all(-1e6 < one < 1e6 for one in corners):
        raise Invalid(_("The box lies outside of the world. Give degrees: west, south, east, north."))
    wanted = sql.SQL("box(point(%s, %s), point(%s, %s))")
    if ground.point:
        lon, lat = (sql.Identifier(key) for key in ground.point)
        place = sql.SQL("(point({}::float8, {}::float8) <@ {})").format(lon, lat, wanted)
        return Compiled(place, corners)
    if ground.geometry:
        shape = sql.SQL("(datasets.geometry_box({}) && {})").format(sql.Identifier(ground.geometry), wanted)
        return Compiled(shape, corners)
    raise Invalid(_("These data have no place on the map: they cannot be filtered by a box."))


def _pattern(field: Field, pattern: str) -> str:
    if field.kind not in ("text", "code"):
        raise Invalid(_("“%(field)s” is no text: it cannot be filtered by a pattern."), field=field.title)
    text = _text(field, pattern)
    lead = len(text) - len(text.rstrip("\\"))
    return text + "\\" if lead % 2 else text  # PostgreSQL refuses a pattern that ends in one backslash


def parsed(field: Field, value: Value) -> Any:
    """A value as the field's column takes it, from itself or from text. Raises ``Invalid``."""
    try:
        return _PARSERS[field.kind](field, value)
    except (ValueError, InvalidOperation, OverflowError):
        text = _("“%(value)s” is no value of “%(title)s”.")
        raise Invalid(
            text,
            value=str(value)[:60].replace("\0", "?"),
            title=field.title,
            fields={field.key: _("Not a value.")},
        ) from None


def _text(_field: Field, value: Value) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if "\0" in text:
        raise ValueError(text)
    text.encode()  # a lone surrogate is no text
    return text


def _number(_field: Field, value: Value) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(value)  # noqa: TRY004  the caller tells it to the user
    number = Decimal(str(value).strip())
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise ValueError(value)
    return number


def _boolean(_field: Field, value: Value) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "false": False, "1": True, "0": False}
    if str(value).lower() not in words:
        raise ValueError(value)
    return words[str(value).lower()]


def _date(_field: Field, value: Value) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = parse_date(str(value))
    if found is None:
        raise ValueError(value)
    return found


def _datetime(_field: Field, value: Value) -> datetime:
    from datetime import UTC

    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    found = value if isinstance(value, datetime) else parse_datetime(str(value))
    if found is None:
        day = parse_date(str(value))
        if day is None:
            raise ValueError(value)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return found if is_aware(found) else found.replace(tzinfo=UTC)


_PARSERS: Mapping[str, Any] = {
    "text": _text,
    "code": _text,
    "integer": _number,
    "number": _number,
    "decimal": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}
