"""What is told of licences outside this package: plain facts, free of tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from yicheng.core.kernel.languages import in_language

#: as the one who looks sees it; ``replaced``: an old paper, a newer version exists
Standing = Literal["valid", "suspended", "revoked", "expired", "replaced", "not_yet"]


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field that licences of a kind have."""

    key: str
    name: str
    name_en: str
    kind: str
    is_required: bool
    is_public: bool

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field with what it says; dates as ISO 8601."""

    rule: FieldRule
    value: str


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """A kind of licence as it reads now."""

    code: str
    name: str
    name_en: str
    holder_kind: str
    authority_id: int | None
    validity_months: int | None
    fields: tuple[FieldRule, ...]

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class LicenceFacts:
    """A licence with everything it says: for its holder, and for staff who stated a purpose."""

    id: int
    number: str
    type_code: str
    type_name: str
    type_name_en: str
    version: int
    version_id: int
    code: str
    holder_id: int
    holder_kind: str
    holder_name: str
    organisation_id: int
    organisation: str
    organisation_en: str
    division_code: str
    standing: Standing
    valid_from: date
    valid_until: date | None
    issued_at: datetime
    fields: tuple[FieldValue, ...]

    @property
    def title(self) -> str:
        """The name of its kind in the reader's language."""
        return in_language(self.type_name, self.type_name_en)

    @property
    def authority(self) -> str:
        """Who issued it, in the reader's language."""
        return in_language(self.organisation, self.organisation_en)

    def values(self) -> Mapping[str, str]:
        """What its fields say, by key."""
        return {field.rule.key: field.value for field in self.fields}


@dataclass(frozen=True, slots=True)
class Verified:
    """What whoever scans a printed code may know: enough to check a paper, too little to pass for its holder."""

    number: str
    type_code: str
    type_name: str
    type_name_en: str
    holder_kind: str
    holder: str
    organisation: str
    organisation_en: str
    standing: Standing
    since: datetime | None
    valid_from: date
    valid_until: date | None
    fields: tuple[FieldValue, ...]
    checked_at: datetime

    @property
    def title(self) -> str:
        """The name of its kind in the reader's language."""
        return in_language(self.type_name, self.type_name_en)

    @property
    def authority(self) -> str:
        """Who issued it, in the reader's language."""
        return in_language(self.organisation, self.organisation_en)


@dataclass(frozen=True, slots=True)
class LicenceProof:
    """That a party holds a valid licence of a kind: in place of a paper. ``receipt`` names the entry in its log."""

    licence_id: int
    number: str
    type_code: str
    type_name: str
    type_name_en: str
    organisation_id: int
    valid_until: date | None
    fields: Mapping[str, str]
    receipt: str


@dataclass(frozen=True, slots=True)
class NewLicence:
    """What is to be issued, to whom, by which body. ``valid_until`` None: as the kind says."""

    type_code: str
    party_id: int
    fields: Mapping[str, str]
    organisation_id: int
    case_id: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
