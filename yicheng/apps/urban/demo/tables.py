"""What a city pack may bring for its demonstration: roads, spots, reports, names (``demo/*.csv``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yicheng.apps.urban.demo.scenes import SCENES
from yicheng.core.kernel.pack import CityPack, Finding, Table, Tally, column


@dataclass(frozen=True)
class RoadRow:
    """A road from end to end in WGS 84 degrees; ``weight``: how much happens there."""

    line: int
    name: str = column(max_length=60)
    west_lon: float = column(minimum=-180, maximum=180)
    west_lat: float = column(minimum=-90, maximum=90)
    east_lon: float = column(minimum=-180, maximum=180)
    east_lat: float = column(minimum=-90, maximum=90)
    weight: int = column(minimum=1, default=1)


@dataclass(frozen=True)
class SpotRow:
    """How people name a spot, with ``{road}`` and perhaps ``{number}``."""

    line: int
    text: str = column(max_length=80, pattern=r".*\{road\}.*")


@dataclass(frozen=True)
class ReportRow:
    """A matter as residents write it, with ``{spot}``, and what the department did."""

    line: int
    class_code: str = column(ref="case_classes.csv:code")
    scene: str = column(max_length=20)
    title: str = column(max_length=80)
    words: str = column(max_length=500)
    result: str = column(max_length=500)
    weight: int = column(minimum=1, default=1)


@dataclass(frozen=True)
class NameRow:
    """An invented person's name."""

    line: int
    name: str = column(max_length=40)


ROADS = Table("demo/roads.csv", RoadRow, key=("name",), optional=True)
SPOTS = Table("demo/spots.csv", SpotRow, key=("text",), optional=True)
REPORTS = Table("demo/reports.csv", ReportRow, optional=True)
NAMES = Table("demo/names.csv", NameRow, key=("name",), optional=True)
TABLES: tuple[Table[Any], ...] = (ROADS, SPOTS, REPORTS, NAMES)


def check(pack: CityPack) -> Iterable[Finding]:
    """Faults of the four tables."""
    for table in TABLES:
        yield from pack.findings(table)
    yield from _unknown_scenes(pack)


def load(pack: CityPack) -> Tally:
    """Nothing goes into the database: the demonstration reads the files itself."""
    return Tally()


def _unknown_scenes(pack: CityPack) -> Iterator[Finding]:
    for row in pack.rows(REPORTS):
        if row.scene not in SCENES:
            known = ", ".join(SCENES)
            yield Finding(REPORTS.file, row.line, _("There is no such picture. Choose one of: %s") % known)
