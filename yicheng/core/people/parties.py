"""Persons and companies as other parts know them, and the one row that each number has."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.identity import PartyKind, masked_number, number_digest, proper_number
from yicheng.core.people.models import Party

LONGEST_NAME = {"person": 80, "company": 200}


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A person or a company. ``name`` and ``masked_number`` are personal data of a person."""

    id: int
    kind: str
    name: str
    masked_number: str
    account_id: int | None
    is_proven: bool

    @property
    def is_company(self) -> bool:
        return self.kind == "company"


def facts_of(party: Party) -> PartyFacts:
    """The row as facts; opens its seals."""
    return PartyFacts(
        party.pk, party.kind, party.name, masked_number(party.number), party.account_id, party.is_proven
    )


def with_number(kind: PartyKind, number: str) -> Party | None:
    """The row of a proper number; None when nobody has it yet. One query."""
    return Party.objects.filter(kind=kind, number_index=number_digest(number)).first()


def find_or_make(kind: PartyKind, number: str, name: str) -> Party:
    """The one row of this number, made where it is missing, in the caller's transaction. Raises ``Invalid``."""
    number = proper_number(kind, number)
    found = with_number(kind, number)
    if found is not None:
        return found
    party = Party(kind=kind)
    party.number, party.name = number, proper_name(kind, name)
    try:
        with transaction.atomic():
            party.save()
    except IntegrityError:  # somebody else was faster
        return Party.objects.get(kind=kind, number_index=party.number_index)
    return party


def proper_name(kind: PartyKind, name: str) -> str:
    """The name as it is kept. Raises ``Invalid`` (field ``name``) where there is none, or it is too long."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME[kind]:
        text = _("Enter the full name as it stands on the identity card or the business licence.")
        raise Invalid(text, fields={"name": text})
    return name
