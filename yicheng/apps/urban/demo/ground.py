"""Where and what happens in the demonstration: the pack's roads and reports, or, without them, streets and classes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from yicheng.apps.urban.demo.scenes import SCENES
from yicheng.apps.urban.demo.tables import NAMES, REPORTS, ROADS, SPOTS, ReportRow, RoadRow, SpotRow
from yicheng.core.cases.public import case_classes
from yicheng.core.kernel.pack import CityPack, open_pack, pack_of_city
from yicheng.core.places.public import divisions
from yicheng.core.web.public import city

#: how much of what happens on a road happens at its few bad spots
SHARE_OF_HOT_SPOTS = 0.6
HOT_SPOTS = 3
SCATTER_DEGREES = 0.0004


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in WGS 84 degrees and how people name it."""

    lon: float
    lat: float
    address: str


class Ground:
    """The city as the demonstration knows it."""

    def __init__(self, pack: CityPack | None) -> None:
        self.roads: Sequence[RoadRow] = (pack.rows(ROADS) if pack else ()) or _streets()
        self.spots: Sequence[SpotRow] = (pack.rows(SPOTS) if pack else ()) or (SpotRow(0, "{road} {number}"),)
        self.reports: Sequence[ReportRow] = _known(pack.rows(REPORTS) if pack else ()) or _plain_reports()
        self.names: Sequence[str] = [row.name for row in pack.rows(NAMES)] if pack else []

    def spot(self, chance: random.Random) -> Spot:
        """Somewhere on a road, often at one of its bad spots."""
        road = chance.choices(self.roads, [row.weight for row in self.roads])[0]
        bad = random.Random(road.name)
        along = [bad.random() for _ in range(HOT_SPOTS)]
        share = chance.choice(along) if chance.random() < SHARE_OF_HOT_SPOTS else chance.random()
        lon = road.west_lon + (road.east_lon - road.west_lon) * share + chance.gauss(0, SCATTER_DEGREES)
        lat = road.west_lat + (road.east_lat - road.west_lat) * share + chance.gauss(0, SCATTER_DEGREES)
        named = chance.choice(self.spots).text.format(road=road.name, number=2 + int(share * 180))
        return Spot(round(lon, 6), round(lat, 6), named)

    def report(self, chance: random.Random) -> ReportRow:
        """What is wrong there."""
        return chance.choices(self.reports, [row.weight for row in self.reports])[0]


def ground(root: Path | None = None) -> Ground:
    """The ground of the loaded city; ``root``: its pack's folder, found among ``cities/`` by the city's code."""
    return Ground(open_pack(root) if root else pack_of_city(city().code))


def _streets() -> list[RoadRow]:
    """One short road through the seat of every street or town that has one."""
    near = 0.004
    return [
        RoadRow(0, street.name, street.lon - near, street.lat, street.lon + near, street.lat)
        for street in divisions(3)
        if street.lon is not None and street.lat is not None
    ]


def _known(rows: Sequence[ReportRow]) -> list[ReportRow]:
    codes = {one.code for one in case_classes("urban")}
    return [row for row in rows if row.class_code in codes]


def _plain_reports() -> list[ReportRow]:
    """Every class once, in its own name."""
    scenes = list(SCENES)
    return [
        ReportRow(0, one.code, scenes[number % len(scenes)], one.name, f"{one.name} – {{spot}}", one.name)
        for number, one in enumerate(case_classes("urban"))
        if one.is_leaf
    ]
