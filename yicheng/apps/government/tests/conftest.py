"""A corner of the sample city with its staff, residents, seals and licences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import translation

from yicheng.apps.government.demo import papers
from yicheng.apps.government.demo.cast import Cast, cast
from yicheng.apps.government.tests.smallcity import load_small_city


@pytest.fixture
def people(db: None, tmp_path: Path) -> Iterator[Cast]:
    """Everybody, before anything is asked for."""
    load_small_city(tmp_path)
    cache.clear()
    with translation.override("zh-hans"):
        made = cast()
        papers.hand_out(made)
        yield made
    cache.clear()
