"""What goes into the actions on alerts and what comes back: frozen facts, no tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yicheng.core.alerts.declare import Described


@dataclass(frozen=True, slots=True)
class ActiveAlert:
    """An alert that stands, in the reader's words. ``severity`` 1 (red) to 4 (blue)."""

    id: int
    rule: str
    subject: str
    severity: int
    state: str
    title: str
    text: str
    advice: str
    raised_at: datetime
    is_drill: bool
    case_id: int | None


@dataclass(frozen=True, slots=True)
class Find:
    """What a rule found with a subject at ``at`` (by the readings' own time)."""

    rule: str
    subject: str
    at: datetime
    about: Described | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    series_id: int | None = None
    value: float | None = None
    is_drill: bool = False


@dataclass(frozen=True, slots=True)
class Over:
    """That what a rule had found with a subject is over."""

    rule: str
    subject: str
    at: datetime
    value: float | None = None
    note: str = ""
    is_drill: bool = False
