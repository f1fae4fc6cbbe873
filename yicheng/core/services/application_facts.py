"""What other parts learn of items and applications: plain facts, free of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """An application as results and other parts need it; no answers in it."""

    id: int
    number: str
    code: str
    item: str
    version_id: int
    licence_type: str
    party_id: int
    account_id: int | None
    organisation_id: int
    division_code: str
    case_id: int | None
    status: str
    decision: str
    decided_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a draft led to: its new revision, and the sources of what is known by field."""

    application_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One line of an application's list of materials, as people see it."""

    code: str
    name: str
    is_needed: bool
    way: str
    state: str
    note: str
    proof_title: str
    reference: str
    receipt: str
    source: str
    files: Sequence[Any]
    accepted_when: str = ""
    material_id: int | None = None

    @property
    def is_given(self) -> bool:
        """Whether there is anything for this line."""
        return self.way != ""

    @property
    def is_spared(self) -> bool:
        """Whether nobody had to bring it."""
        return self.way == "proof"


@dataclass(frozen=True, slots=True)
class StepLine:
    """A stage of an application's way, for the row of steps."""

    title: str
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewApplication:
    """What beginning an application takes. ``hall_id`` and ``window_id`` where staff take it."""

    item: str
    party_id: int
    source: str = "portal"
    hall_id: int | None = None
    window_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form needs of a draft: answers opened, known fields, where to go on."""

    id: int
    item: str
    version_id: int
    revision: int
    step: str
    answers: Mapping[str, Any]
    saved_at: datetime
