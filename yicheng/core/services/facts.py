"""What is told of items, halls and forms outside this package: frozen, without a database behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from yicheng.core.kernel.languages import in_language


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """A material of an item. ``proved_by``: codes of licence types and keys of records that spare it."""

    code: str
    name: str
    name_en: str
    is_needed: bool
    needed_when: str
    form: str
    source: str
    copies: int
    page_format: str
    proved_by: tuple[str, ...]
    accepted_when: str
    accepted_when_en: str
    fill_note: str
    by_law: str

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def note(self) -> str:
        """When it is accepted, in the reader's language."""
        return in_language(self.accepted_when, self.accepted_when_en)


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A version of an item, as applications and processes need it. It never changes once published.

    ``departments``: drawn element → id of the organisation that does it. Days are working days; ``limit_days`` is
    what is promised, 0 on the spot. Money in fen.
    """

    item_id: int
    version_id: int
    number: int
    code: str
    name: str
    name_en: str
    summary: str
    summary_en: str
    level: str
    division_code: str
    organisation_id: int
    audiences: tuple[str, ...]
    process_key: str
    form_version_id: int | None
    limit_days: int
    legal_days: int | None
    fee_cents: int
    is_online: bool
    is_express: bool
    is_kiosk: bool
    halls: tuple[str, ...]
    result_kind: str
    result_name: str
    result_name_en: str
    licence_type: str
    is_in_force: bool
    materials: tuple[MaterialFacts, ...]
    departments: Mapping[str, int]

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def result_title(self) -> str:
        """What one gets, in the reader's language."""
        return in_language(self.result_name, self.result_name_en)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at a hall and how many places are left in it."""

    begins_at: datetime
    ends_at: datetime
    places_left: int
