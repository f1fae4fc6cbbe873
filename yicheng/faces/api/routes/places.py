"""Places: where a point lies, the divisions of the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema
from pydantic import Field

from yicheng.core.kernel.errors import NotFound
from yicheng.core.places import public as places
from yicheng.core.web.public import answer

router = Router()


class Point(Schema):
    """A point, in the datum its source speaks."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees east.")]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees north.")]
    datum: Annotated[
        Literal["wgs84", "cgcs2000", "gcj02", "bd09"],
        Field(description="What the coordinates are in: GCJ-02 and BD-09 are converted."),
    ] = "wgs84"


@dataclass(frozen=True, slots=True)
class PlaceOut:
    """Where a point lies. ``cell_code`` is empty where no unit cell covers it; coordinates are WGS 84."""

    lon: float
    lat: float
    division_code: str
    division_name: str
    cell_code: str


@dataclass(frozen=True, slots=True)
class DivisionOut:
    """An administrative division: county (6 digits), street or town (9), community (12)."""

    code: str
    name: str


class Under(Schema):
    """Which divisions."""

    level: Annotated[Literal["county", "street", "community"], Field(description="How fine.")] = "county"
    under: Annotated[str, Field(pattern=r"^[0-9]{0,12}$", description="Only below this code.")] = ""


LEVELS = {"county": 2, "street": 3, "community": 4}


@router.get("/locate", response={200: PlaceOut}, operation_id="locate", summary="Where a point lies")
def locate(request: HttpRequest, point: Query[Point]) -> HttpResponse:
    """Division and unit cell of a point; 404 outside the city. One query."""
    place = places.locate(point.lon, point.lat, datum=point.datum)
    if place is None:
        raise NotFound(_("This point lies outside the city."))
    return answer(PlaceOut(place.lon, place.lat, place.division_code, place.division_name, place.cell_code))


@router.get(
    "/divisions", response={200: list[DivisionOut]}, operation_id="list_divisions", summary="Divisions"
)
def divisions(request: HttpRequest, chosen: Query[Under]) -> HttpResponse:
    """The divisions of a level, below a code, in the order of their names."""
    found = places.divisions(LEVELS[chosen.level], under=chosen.under)
    return answer([DivisionOut(one.code, one.name) for one in found])
