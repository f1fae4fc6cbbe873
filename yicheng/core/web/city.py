"""Whose platform this is: the loaded pack's name, centre and hotline, remembered for a minute."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from django.utils.translation import gettext as _

from yicheng.core.kernel.languages import is_english
from yicheng.core.web.models import CityProfile

REMEMBERED_S = 60
_known: dict[str, tuple[float, City]] = {}


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
        return (self.name_en if is_english() else self.name_zh) or _("Yicheng")

    @property
    def centre(self) -> str:
        """``lon,lat`` as map elements take it."""
        return f"{self.lon:.5f},{self.lat:.5f}"


def city() -> City:
    """The city of the loaded pack; an empty one before any was loaded. One query a minute in each process."""
    until, known = _known.get("city", (0.0, None))
    if known is None or monotonic() > until:
        known = _read()
        _known["city"] = (monotonic() + REMEMBERED_S, known)
    return known


def forget_city() -> None:
    """Read it anew: a pack was loaded in this process."""
    _known.clear()


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
