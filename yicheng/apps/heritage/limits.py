"""What each material bears: climate, light, vibration, with the source of every figure.

A source is a published standard by number and title, or ``CITY``: a figure the city has set itself, which its
conservators may tighten. The alert rules and the risk of a relic are made of these rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.models.relics import Material

BUILDING = "JGJ 66-2015 博物馆建筑设计规范"
ARCHIVES = "JGJ 25-2010 档案馆建筑设计规范"
LIGHTING = "GB/T 23863-2009 博物馆照明设计规范"
#: not a standard: set by the city until its conservators decide otherwise
CITY = "city"

HUMIDITY, SWING, TEMPERATURE = "humidity", "humidity_swing", "temperature"
ILLUMINANCE, DOSE, VIBRATION = "illuminance", "light_dose", "vibration"


@dataclass(frozen=True, slots=True)
class Limit:
    """One row: what a material bears of one quantity.

    ``low`` and ``high`` are in the unit of the observed property; ``lasting`` is how long it may be passed before
    it counts; ``hysteresis`` how far it must come back. Of ``humidity_swing``, ``high`` is the change within a day.
    """

    material: Material
    quantity: str
    low: float | None
    high: float | None
    hysteresis: float
    lasting: timedelta
    source: str

    @property
    def is_by_city(self) -> bool:
        """Whether the figure is the city's own and no standard's."""
        return self.source == CITY

    def holds(self, value: float) -> bool:
        """Whether the value is within the limit."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


#: quantity → title, observed property, unit as people write it
QUANTITIES: dict[str, tuple[str | Promise, str, str]] = {
    HUMIDITY: (_("Relative humidity"), "humidity", "%"),
    SWING: (_("Change of humidity within a day"), "humidity", "%"),
    TEMPERATURE: (_("Temperature"), "temperature", "℃"),
    ILLUMINANCE: (_("Illuminance"), "illuminance", "lx"),
    DOSE: (_("Light dose of a year"), "light_dose", "lx·h"),
    VIBRATION: (_("Vibration velocity"), "vibration", "mm/s"),
}

#: material → lowest and highest relative humidity, %, and whose figure it is
_HUMIDITY: dict[Material, tuple[float | None, float, str]] = {
    Material.BRONZE: (None, 40, BUILDING),
    Material.IRON: (None, 40, BUILDING),
    Material.GOLD_SILVER: (None, 40, BUILDING),
    Material.CERAMIC: (40, 50, BUILDING),
    Material.STONE: (40, 50, BUILDING),
    Material.JADE: (40, 50, BUILDING),
    Material.WALL_PAINTING: (40, 50, BUILDING),
    Material.PAPER: (45, 60, ARCHIVES),
    Material.SILK: (50, 60, BUILDING),
    Material.WOOD: (50, 60, BUILDING),
    Material.LACQUER: (50, 60, BUILDING),
    Material.BONE: (50, 60, BUILDING),
    Material.LEATHER: (50, 60, BUILDING),
}
#: what swells and shrinks with damp: the change within a day
_SWING: dict[Material, tuple[float, str]] = {
    Material.PAPER: (10, ARCHIVES),
    Material.SILK: (10, CITY),
    Material.WOOD: (10, CITY),
    Material.LACQUER: (10, CITY),
    Material.BONE: (10, CITY),
    Material.LEATHER: (10, CITY),
    Material.WALL_PAINTING: (10, CITY),
}
_TEMPERATURE: dict[Material, tuple[float, float, str]] = {
    Material.PAPER: (14, 24, ARCHIVES),
    Material.SILK: (14, 24, CITY),
    Material.WOOD: (10, 26, CITY),
    Material.LACQUER: (10, 26, CITY),
    Material.BONE: (10, 26, CITY),
    Material.LEATHER: (10, 24, CITY),
    Material.WALL_PAINTING: (5, 26, CITY),
}
#: material → illuminance, lx, and dose of a year, lx·h (None: the standard sets none)
_LIGHT: dict[Material, tuple[float, float | None]] = {
    Material.PAPER: (50, 50_000),
    Material.SILK: (50, 50_000),
    Material.LEATHER: (50, 50_000),
    Material.LACQUER: (150, 360_000),
    Material.WOOD: (150, 360_000),
    Material.BONE: (150, 360_000),
    Material.WALL_PAINTING: (150, 360_000),
    Material.BRONZE: (300, None),
    Material.IRON: (300, None),
    Material.GOLD_SILVER: (300, None),
    Material.CERAMIC: (300, None),
    Material.STONE: (300, None),
    Material.JADE: (300, None),
}
_VIBRATION: dict[Material, float] = {
    Material.CERAMIC: 2.0,
    Material.BRONZE: 3.0,
    Material.STONE: 3.0,
    Material.LACQUER: 2.0,
    Material.BONE: 2.0,
    Material.WALL_PAINTING: 1.0,
}

_HALF_HOUR, _HOUR, _NOW = timedelta(minutes=30), timedelta(hours=1), timedelta(0)


def _rows() -> tuple[Limit, ...]:
    damp = [
        Limit(one, HUMIDITY, low, high, 2, _HALF_HOUR, source)
        for one, (low, high, source) in _HUMIDITY.items()
    ]
    swing = [Limit(one, SWING, None, high, 1, _NOW, source) for one, (high, source) in _SWING.items()]
    warm = [
        Limit(one, TEMPERATURE, low, high, 1, _HOUR, source)
        for one, (low, high, source) in _TEMPERATURE.items()
    ]
    lit = [
        Limit(one, ILLUMINANCE, None, lux, lux / 10, _HALF_HOUR, LIGHTING)
        for one, (lux, _d) in _LIGHT.items()
    ]
    dose = [
        Limit(one, DOSE, None, most, 0, _NOW, LIGHTING)
        for one, (_lx, most) in _LIGHT.items()
        if most is not None
    ]
    shaken = [Limit(one, VIBRATION, None, most, most / 10, _NOW, CITY) for one, most in _VIBRATION.items()]
    return (*damp, *swing, *warm, *lit, *dose, *shaken)


LIMITS: tuple[Limit, ...] = _rows()
_BY_PLACE = {(one.material, one.quantity): one for one in LIMITS}


def limit_of(material: str, quantity: str) -> Limit | None:
    """What the material bears of the quantity; None where nothing is laid down."""
    return _BY_PLACE.get((Material(material), quantity)) if material in Material.values else None


def limits_of(material: str) -> list[Limit]:
    """Everything laid down for a material, in the order of ``QUANTITIES``."""
    return [found for quantity in QUANTITIES if (found := limit_of(material, quantity))]


def rule_key(limit: Limit) -> str:
    """The key of the alert rule that watches this row."""
    return f"heritage.{limit.quantity}_{limit.material}"
