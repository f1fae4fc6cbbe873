"""Whose platform this is: the loaded pack's name, centre and hotline, remembered for a minute."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yicheng.core.web.models import CityProfile

REMEMBERED_S = 60
KEY = "web.city"


@dataclass(frozen=True, slots=True)
class City:
    """The city as pages show it; coordinates in WGS 84 degrees."""

    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    lon: float = 0.0
    lat: float = 0.0
    zoom: float = 3.0
    hotline: str = ""

    @property
    def name(self) -> str:
        """In the reader's language; before a pack is loaded, the platform's own name."""
        english = (get_language() or "").startswith("en")
        return (self.name_en if english else self.name_zh) or _("Yicheng")

    @property
    def centre(self) -> str:
        """``lon,lat`` as map elements take it."""
        return f"{self.lon:.5f},{self.lat:.5f}"


def city() -> City:
    """The city of the loaded pack; an empty one before any was loaded. At most one query a minute."""
    known: City | None = cache.get(KEY)
    if known is None:
        known = _read()
        cache.set(KEY, known, REMEMBERED_S)
    return known


def _read() -> City:
    row = CityProfile.objects.first()
    if row is None:
        return City()
    return City(
        code=row.code,
        name_zh=row.name,
        name_en=row.name_en,
        lon=row.lon,
        lat=row.lat,
        zoom=row.zoom,
        hotline=row.hotline,
    )
