"""What the writing of accounts and organisations takes: plain facts, free of tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What an account of staff needs. Without ``password`` one is made and answered."""

    username: str
    display_name: str
    organisation_id: int
    email: str = ""
    phone: str = ""
    real_name: str = ""
    language: str = "zh-hans"
    password: str = ""


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation as an administrator writes it; ``parent_id`` None makes a root."""

    code: str
    name: str
    kind: str
    parent_id: int | None = None
    short_name: str = ""
    name_en: str = ""
    division_code: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Somebody to be taken on. The role holds in ``division`` if given, else in the organisation, else
    (``within`` false) everywhere."""

    username: str
    display_name: str
    organisation: str
    role: str
    division: str = ""
    within: bool = True
