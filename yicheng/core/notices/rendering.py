"""Turns a stored notice into words, in whatever language is active."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone

from yicheng.core.notices.declare import NOTICES, PHRASES, NoticeKind, Phrased


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as people read it."""

    title: str
    text: str


def words(kind: str, placeholders: Mapping[str, Any]) -> Words:
    """Title and text in the active language. A kind whose application is gone shows its key."""
    if kind not in NOTICES:
        return Words(title=kind, text="")
    declared = NOTICES.get(kind)
    values = {name: _shown(value) for name, value in placeholders.items()}
    return Words(title=str(declared.title) % values, text=str(declared.text) % values)


def stored(kind: NoticeKind, values: Mapping[str, Any]) -> dict[str, Any]:
    """Placeholders as JSON. Raises ``KeyError`` at once where a sentence would lack one."""
    for sentence in (str(kind.title), str(kind.text)):
        sentence % values
    return {name: _storable(value) for name, value in values.items()}


def _storable(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Phrased):
        return {"phrase": value.key, "of": dict(value.values)}
    return value if isinstance(value, (int, float, bool)) or value is None else str(value)


def _shown(value: Any) -> Any:
    """Moments and days in the reader's own writing; the platform's time zone."""
    if isinstance(value, dict) and "moment" in value:
        local = timezone.localtime(datetime.fromisoformat(value["moment"]))
        return formats.date_format(local, "SHORT_DATETIME_FORMAT")
    if isinstance(value, dict) and "day" in value:
        return formats.date_format(date.fromisoformat(value["day"]), "SHORT_DATE_FORMAT")
    if isinstance(value, dict) and "phrase" in value:
        return PHRASES.get(value["phrase"]).words(value["of"]) if value["phrase"] in PHRASES else ""
    return value
