"""What an application keeps sealed (answers, known values, where to send the result), opened and closed again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yicheng.core.people.public import seal, unseal
from yicheng.core.services.models import Application

#: longer than any honest form; the sealed text is a third longer
LARGEST = 400_000


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A value that a source knew: what ``forms.bind`` takes as known."""

    value: Any
    source: str
    key: str = ""
    receipt: str = ""


def answers_of(application: Application) -> dict[str, Any]:
    """The answers by key; personal data: the caller has checked the right."""
    return _opened(application.answers_sealed)


def known_of(application: Application) -> dict[str, KnownAnswer]:
    """What sources knew, by the names that forms use."""
    return {name: KnownAnswer(**found) for name, found in _opened(application.known_sealed).items()}


def sealed(values: Mapping[str, Any]) -> str:
    """The values as a column keeps them."""
    return seal(json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=str)) if values else ""


def _opened(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unseal(text)) if text else {}
    return found
