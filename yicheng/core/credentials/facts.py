"""What the doors of this package take and answer, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class NewSeal:
    """A seal as it is registered. ``rules``: what it may be set on → the ways (``hand``, ``approval``, ``process``)."""

    code: str
    title: str
    organisation_id: int
    line: str = ""
    number: str = ""
    diameter_mm: Decimal = Decimal(42)
    custodian_id: int | None = None
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What a drafter writes. Recipients are ids of organisations."""

    kind: str
    title: str
    body: str
    main_ids: tuple[int, ...] = ()
    copy_ids: tuple[int, ...] = ()
    annexes: tuple[str, ...] = ()
    note: str = ""
    urgency: str = "plain"
    openness: str = "on_request"
    answers_id: int | None = None
