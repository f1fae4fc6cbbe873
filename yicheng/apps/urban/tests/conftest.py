"""What urban management's tests share: English words, and a small street to work in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from yicheng.apps.urban.tests.street import Street, build_street


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture
def street(db: None) -> Street:
    """An invented city of two counties, one street each, nine cells in the first; departments and people."""
    return build_street()
