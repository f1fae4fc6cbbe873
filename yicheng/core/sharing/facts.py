"""What goes into the actions of sharing and what others get to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What a department asks for. ``rows_where``: see ``conditions``; volumes None: no bound asked for."""

    resource: str
    fields: tuple[str, ...]
    purpose: str
    legal_basis: str
    starts_on: date
    ends_on: date
    rows_where: str = ""
    rows_per_day: int | None = None
    rows_in_all: int | None = None
    renews_id: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a provider gives: fields with their masks ("": as they are), rows, period, volume."""

    fields: tuple[str, ...]
    masks: Mapping[str, str] = field(default_factory=dict)
    rows_where: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    rows_per_day: int | None = None
    rows_in_all: int | None = None
