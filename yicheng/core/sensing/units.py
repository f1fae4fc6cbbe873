"""Units: UCUM codes and what people write, turned into each other by pint.

Conversions between units of one dimension are linear here, so each pair is worked out once
as a factor and an offset; readings are then converted by one multiplication.
"""

from __future__ import annotations

from functools import cache
from typing import Any

#: UCUM code (or what data loggers write) → what pint calls it
NAMES = {
    "Cel": "degC", "°C": "degC", "℃": "degC", "C": "degC", "degC": "degC",
    "[degF]": "degF", "°F": "degF", "℉": "degF", "F": "degF", "K": "kelvin",
    "%": "percent", "%rh": "percent", "%RH": "percent", "RH(%)": "percent", "1": "dimensionless",
    "[ppm]": "ppm", "ppm": "ppm", "[ppb]": "ppb",
    "lx": "lux", "klx": "kilolux", "lx.h": "lux * hour", "lxh": "lux * hour",
    "W/m2": "watt / meter ** 2", "mW/m2": "milliwatt / meter ** 2", "uW/cm2": "microwatt / centimeter ** 2",
    "mW/cm2": "milliwatt / centimeter ** 2", "mW/cm2h": "milliwatt * hour / centimeter ** 2", "W/cm2h": "watt * hour / centimeter ** 2",
    "W.h/m2": "watt * hour / meter ** 2", "uW/lm": "microwatt / lumen",
    "Pa": "pascal", "hPa": "hectopascal", "kPa": "kilopascal", "MPa": "megapascal", "bar": "bar",
    "mbar": "millibar", "mm[Hg]": "mmHg",
    "m/s2": "meter / second ** 2", "mm/s2": "millimeter / second ** 2", "[g]": "standard_gravity",
    "g": "standard_gravity", "mm/s": "millimeter / second", "m/s": "meter / second", "km/h": "kilometer / hour",
    "um/m": "micrometer / meter", "m": "meter", "cm": "centimeter", "mm": "millimeter", "um": "micrometer",
    "km": "kilometer", "deg": "degree", "rad": "radian", "mrad": "milliradian",
    "N": "newton", "kN": "kilonewton", "V": "volt", "mV": "millivolt", "A": "ampere", "mA": "milliampere",
    "W": "watt", "kW": "kilowatt", "kW.h": "kilowatt * hour", "Hz": "hertz", "s": "second", "min": "minute",
    "h": "hour", "ug/m3": "microgram / meter ** 3", "mg/m3": "milligram / meter ** 3", "m3": "meter ** 3",
    "m3/h": "meter ** 3 / hour", "L": "liter", "L/min": "liter / minute", "dB": "", "dB[SPL]": "", "dB[mW]": "",
    "{count}": "", "{state}": "", "[pH]": "", "uS/cm": "microsiemens / centimeter", "NTU": "",
}  # fmt: skip


class UnknownUnit(ValueError):
    """Nobody knows this unit, or it measures something else than the property does."""


def is_unit(code: str) -> bool:
    """Whether this code is known."""
    return code in NAMES


@cache
def conversion(code: str, *, to: str) -> tuple[float, float]:
    """(factor, offset): ``value × factor + offset`` is in the unit ``to``. Raises ``UnknownUnit``."""
    if code == to:
        return 1.0, 0.0
    source, target = NAMES.get(code), NAMES.get(to)
    if source is None or target is None or not (source and target):
        raise UnknownUnit(code)
    if source == target:
        return 1.0, 0.0
    zero, one = _convert(0.0, source, target), _convert(1.0, source, target)
    return one - zero, zero


def _convert(value: float, source: str, target: str) -> float:
    import pint

    try:
        return float(_units().Quantity(value, source).to(target).magnitude)
    except pint.DimensionalityError:
        raise UnknownUnit(source) from None


@cache
def _units() -> Any:
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
