"""What other parts may call about places."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a point lies. ``cell_code`` is "" where no unit cell covers it; coordinates are WGS 84."""

    lon: float
    lat: float
    division_code: str
    cell_code: str
    division_name: str


def locate(lon: float, lat: float, *, datum: str = "wgs84") -> Place | None:
    """The division and unit cell of a point, or None outside the city.

    ``datum`` is the source's: wgs84, cgcs2000, gcj02 or bd09 (converted here). Raises ``Invalid`` on
    coordinates that are no coordinates.
    """
    from yicheng.core.places import queries

    return queries.locate(lon, lat, datum=datum)
