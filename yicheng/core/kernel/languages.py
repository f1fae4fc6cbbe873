"""The reader's language, for names that a city's tables hold in both."""

from __future__ import annotations

from django.utils.translation import get_language


def is_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def in_language(chinese: str, english: str) -> str:
    """The text in the reader's language; Chinese where no English one is known."""
    return english if english and is_english() else chinese
