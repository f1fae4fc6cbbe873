"""The city's own clock and languages: noted when its pack is loaded, obeyed by every process that starts after."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from yicheng.core.kernel.city import CitySettings


def note_city(city: CitySettings) -> bool:
    """Write down time zone and languages, and go by the zone from now on; True when running processes must restart."""
    note = Path(settings.CITY_NOTE)
    values = {"time_zone": city.time_zone, "languages": list(city.languages)}
    before = read_note(note)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps(values))
    if settings.IS_ZONE_OF_CITY:
        settings.TIME_ZONE = city.time_zone
        timezone.get_default_timezone.cache_clear()  # type: ignore[attr-defined]  # the stubs forget the cache
    return before != values


def read_note(path: Path) -> dict[str, Any]:
    """What is noted; empty before a pack was loaded."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
