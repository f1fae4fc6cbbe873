"""Texts are compared in the source language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals in English, whatever the city's language."""
    with translation.override("en"):
        yield
