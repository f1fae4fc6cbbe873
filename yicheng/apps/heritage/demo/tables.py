"""What a city pack may bring for the demonstration of heritage: sites, places, relics (``demo/heritage_*.csv``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yicheng.apps.heritage.imports.sitelist import CATEGORIES
from yicheng.apps.heritage.models.relics import Grade, KeepingPlace, Material, Preservation, Relic, Wholeness
from yicheng.apps.heritage.models.sites import Access
from yicheng.core.kernel.pack import CityPack, Finding, Table, Tally, column


@dataclass(frozen=True, kw_only=True)
class SiteRow:
    """A site with an approximate place (WGS 84) and what visitors read."""

    line: int
    batch: int = column(minimum=1)
    serial: int = column(minimum=1)
    announced_year: int = column(minimum=1949)
    name: str = column(max_length=120)
    name_en: str = column(max_length=160, default="")
    era: str = column(max_length=80)
    category: str = column(choices=tuple(CATEGORIES))
    address: str = column(max_length=200, default="")
    division: str = column(ref="divisions.csv:code")
    keeper: str = column(ref="organisations.csv:code")
    lon: float = column(minimum=-180, maximum=180)
    lat: float = column(minimum=-90, maximum=90)
    precision_m: int = column(minimum=1)
    access: str = column(choices=tuple(Access.values))
    opening_hours: str = column(max_length=200, default="")
    access_note: str = column(max_length=200, default="")
    story: str = column(max_length=2000, default="")
    story_en: str = column(max_length=4000, default="")


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    """A room, a cabinet or a hall."""

    line: int
    code: str = column(max_length=40)
    name: str = column(max_length=120)
    kind: str = column(choices=tuple(KeepingPlace.Kind.values))
    keeper: str = column(ref="organisations.csv:code")
    division: str = column(ref="divisions.csv:code")
    is_public: bool = False


@dataclass(frozen=True, kw_only=True)
class RelicRow:
    """A relic; ``components``: "body:bronze;lid:bronze"."""

    line: int
    number: str = column(max_length=40)
    name: str = column(max_length=120)
    name_en: str = column(max_length=160, default="")
    era: str = column(max_length=80)
    category: str = column(max_length=40)
    material: str = column(choices=tuple(Material.values))
    grade: str = column(choices=tuple(Grade.values))
    height_cm: Decimal | None = None
    width_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    origin: str = column(choices=tuple(Relic.Origin.values))
    found_at: str = column(max_length=24, default="")
    acquired_year: int | None = None
    wholeness: str = column(choices=tuple(Wholeness.values))
    preservation: str = column(choices=tuple(Preservation.values))
    place: str = column(ref="demo/heritage_places.csv:code")
    components: tuple[str, ...] = ()
    story: str = column(max_length=2000, default="")


@dataclass(frozen=True, kw_only=True)
class DeviceRow:
    """A chip or sensor on a relic (and its component) or in a place, with the climate it measures.

    ``damp_hours`` hours ago it became damp and still is; ``damp_days`` days ago it was damp for three hours.
    """

    line: int
    number: str = column(max_length=40)
    name: str = column(max_length=120)
    model: str = column(ref="device_models.csv:code")
    relic: str = column(max_length=40, default="")
    place: str = column(max_length=40, default="")
    component: int | None = None
    humidity: float | None = None
    temperature: float | None = None
    damp_hours: float = column(minimum=0, default=0.0)
    damp_days: int = column(minimum=0, default=0)


SITES = Table("demo/heritage_sites.csv", SiteRow, key=("batch", "serial"), optional=True)
PLACES = Table("demo/heritage_places.csv", PlaceRow, key=("code",), optional=True)
RELICS = Table("demo/heritage_relics.csv", RelicRow, key=("number",), optional=True)
DEVICES = Table("demo/heritage_devices.csv", DeviceRow, key=("number",), optional=True)
TABLES: tuple[Table[Any], ...] = (SITES, PLACES, RELICS, DEVICES)


def check(pack: CityPack) -> Iterable[Finding]:
    """Faults of the three tables."""
    for table in TABLES:
        yield from pack.findings(table)


def load(pack: CityPack) -> Tally:
    """Nothing goes into the database: the demonstration reads the files itself."""
    return Tally()
