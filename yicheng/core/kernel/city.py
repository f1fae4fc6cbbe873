"""A city's own settings: ``city.toml`` of its pack, parsed once at the border.

::

    [city]
    code = "100000"              # the city's six-digit division code
    name = "某市"
    name_en = "Sometown"
    time_zone = "Asia/Shanghai"
    languages = ["zh-hans", "en"]
    centre = [113.6, 34.7]       # longitude, latitude
    zoom = 11                    # of the first map
    datum = "cgcs2000"           # of every coordinate in the pack
    hotline = "12345"

Other tables belong to the sections that name them (``PackSection.settings``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from yicheng.core.kernel.tables import Finding, decode

FILE = "city.toml"
DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True)
class CitySettings:
    """Who the city is; see the module's text for the units."""

    code: str
    name: str
    name_en: str
    time_zone: str
    languages: tuple[str, ...]
    centre: tuple[float, float]
    zoom: float = 11.0
    datum: str = "cgcs2000"
    hotline: str = ""


def read_city(root: Path) -> tuple[CitySettings | None, Mapping[str, Any], tuple[Finding, ...]]:
    """The settings (None where faulty), every table of the file, and what is wrong."""
    path = root / FILE
    if not path.is_file():
        return None, {}, (Finding(FILE, 0, _("The file is missing: a pack begins with it.")),)
    text, findings = decode(path, FILE)
    if text is None:
        return None, {}, tuple(findings)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+)", str(error))
        return None, {}, (Finding(FILE, int(where[1]) if where else 0, str(error)),)
    city = tables.get("city")
    if not isinstance(city, dict):
        return None, tables, (Finding(FILE, 0, _("The table [city] is missing.")),)
    findings += [Finding(FILE, line_of(text, name), reason) for name, reason in _faults(city)]
    if any(finding.severity == "error" for finding in findings):
        return None, tables, tuple(findings)
    return _settings(city), tables, tuple(findings)


def line_of(text: str, name: str) -> int:
    """The first line that sets ``name``, 0 where none does."""
    found = re.search(rf"^\s*{re.escape(name)}\s*=", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 0


def _settings(city: Mapping[str, Any]) -> CitySettings:
    lon, lat = city["centre"]
    values = {**city, "centre": (float(lon), float(lat)), "languages": tuple(city["languages"])}
    return CitySettings(**values)


def _faults(city: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("code", "name", "name_en", "time_zone", "languages", "centre"):
        if name not in city:
            yield name, _("“%(name)s” is missing in [city].") % {"name": name}
    for name in city:
        if name not in CitySettings.__dataclass_fields__:
            yield name, _("Nobody knows “%(name)s” in [city].") % {"name": name}
    for name in ("code", "name", "name_en", "time_zone", "datum", "hotline"):
        if name in city and not isinstance(city[name], str):
            yield name, _("“%(name)s” must be a text in quotes.") % {"name": name}
    yield from _faults_of_values(city)


def _faults_of_values(city: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not re.fullmatch(r"\d{6}", str(city.get("code", "000000"))):
        yield "code", _("“code” must be the six digits of the city's division.")
    if str(city.get("time_zone", "UTC")) not in available_timezones():
        yield "time_zone", _("“time_zone” must be a name such as Asia/Shanghai.")
    if city.get("datum", "cgcs2000") not in DATUMS:
        yield "datum", _("“datum” must be one of %(datums)s.") % {"datums": ", ".join(DATUMS)}
    languages = city.get("languages", ["en"])
    if not isinstance(languages, list) or not languages or not {*languages} <= {*LANGUAGES}:
        yield "languages", _("“languages” must be a list out of %(all)s.") % {"all": ", ".join(LANGUAGES)}
    if not _is_point(city.get("centre", [0, 0])):
        yield "centre", _("“centre” must be [longitude, latitude] in degrees.")
    if not isinstance(city.get("zoom", 11), int | float):
        yield "zoom", _("“zoom” must be a number.")


def _is_point(value: Any) -> bool:
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(type(part) in (int, float) for part in value)
    ):
        return False
    return bool(-180 <= value[0] <= 180 and -90 <= value[1] <= 90)
