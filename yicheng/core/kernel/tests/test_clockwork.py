"""The loaded city's time zone and languages are noted, and obeyed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from yicheng.core.kernel.city import CitySettings
from yicheng.core.kernel.clockwork import note_city, read_note

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BOSTON = CitySettings("250000", "波士顿", "Boston", "America/New_York", ("en", "zh-hans"), (-71.06, 42.36))


@pytest.fixture(autouse=True)
def own_note(settings: Any, tmp_path: Path) -> None:
    settings.CITY_NOTE = tmp_path / "city.json"
    settings.TIME_ZONE = settings.TIME_ZONE  # put back afterwards, with what is remembered of it


def test_clock_is_the_citys_own(settings: Any) -> None:
    settings.IS_ZONE_OF_CITY = True
    assert note_city(BOSTON) is True
    assert timezone.localtime(NOON, timezone.get_default_timezone()).hour == 7
    assert read_note(settings.CITY_NOTE) == {"time_zone": "America/New_York", "languages": ["en", "zh-hans"]}
    assert note_city(BOSTON) is False


def test_a_zone_from_the_environment_wins(settings: Any) -> None:
    settings.IS_ZONE_OF_CITY, before = False, settings.TIME_ZONE
    note_city(BOSTON)
    assert before == settings.TIME_ZONE


@pytest.mark.parametrize("text", ["", "[]", "{", "\udcff"])
def test_a_damaged_note_is_no_note(settings: Any, text: str) -> None:
    settings.CITY_NOTE.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_note(settings.CITY_NOTE) == {}
