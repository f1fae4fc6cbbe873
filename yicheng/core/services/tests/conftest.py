"""What the tests of government services share: the source language, and a small town."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.utils import translation

from yicheng.core.cases.current import forget as forget_settings
from yicheng.core.services.tests.town import Town, build_town
from yicheng.runtime.testing.rows import shared_rows


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture
def town(town_rows: Town, db: None) -> Iterator[Town]:
    """A small town, with nothing remembered of another test's."""
    forget_settings()
    yield deepcopy(town_rows)
    forget_settings()


town_rows = shared_rows(build_town)
