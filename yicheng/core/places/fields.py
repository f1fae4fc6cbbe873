"""Two column types for outlines: PostgreSQL's own ``polygon``, and WKB for what has holes or parts.

PostgreSQL compares geometry with a tolerance of 0.000001 even where it multiplies two
differences; in degrees that puts a point thirty metres away "onto" a line. The column
therefore holds whole ten-millionths of a degree (a centimetre): ask it with ``scaled``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import shapely
from django.db import models
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
    Lookup = models.Lookup[Any]
else:  # generic for the type checker only
    Field, Lookup = models.Field, models.Lookup

UNITS_PER_DEGREE = 10_000_000
NUMBER = re.compile(r"[-+0-9.eE]+")


class RingField(Field):
    """One ring without holes as PostgreSQL's ``polygon``: indexed by its box, asked with ``@> point``.

    In Python a polygon in degrees, in the database in ``UNITS_PER_DEGREE``.
    """

    description = "A polygon without holes"

    def db_type(self, connection: Any) -> str:
        return "polygon"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Polygon | None:
        return None if value is None else ring_of_text(value)

    def get_prep_value(self, value: Any) -> Any:
        return text_of_ring(value) if isinstance(value, Polygon) else value

    def to_python(self, value: Any) -> Polygon | None:
        return ring_of_text(value) if isinstance(value, str) else value


@RingField.register_lookup
class Touches(Lookup):
    """``outline__touches=(west, south, east, north)``: the boxes meet; uses the index."""

    lookup_name = "touches"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        corners = [scaled(degrees) for degrees in self.rhs]
        return f"box({column}) && box(point(%s, %s), point(%s, %s))", (*params, *corners)

    def get_prep_lookup(self) -> Any:
        return self.rhs


class OutlineField(Field):
    """A polygon or multipolygon as well-known binary; compared and searched in memory (see ``atlas``)."""

    description = "A polygon or multipolygon"

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> BaseGeometry | None:
        return None if value is None else shapely.from_wkb(bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        return shapely.to_wkb(value) if isinstance(value, BaseGeometry) else value

    def to_python(self, value: Any) -> BaseGeometry | None:
        return shapely.from_wkb(bytes(value)) if isinstance(value, bytes | memoryview) else value


def scaled(degrees: float) -> int:
    """Degrees as the database holds them."""
    return round(degrees * UNITS_PER_DEGREE)


def text_of_ring(ring: Polygon) -> str:
    """``((x,y),…)`` as PostgreSQL reads it, the closing point left out."""
    return "(" + ",".join(f"({scaled(x)},{scaled(y)})" for x, y in list(ring.exterior.coords)[:-1]) + ")"


def ring_of_text(text: str) -> Polygon:
    """What PostgreSQL writes for a ``polygon``."""
    numbers = [round(float(part)) / UNITS_PER_DEGREE for part in NUMBER.findall(text)]
    return Polygon(list(zip(numbers[::2], numbers[1::2], strict=True)))
