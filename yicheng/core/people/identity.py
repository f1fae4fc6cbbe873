"""The numbers by which a person or a company is known everywhere: GB 11643 and GB 32100, checked by python-stdnum."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.encryption import blind_index

PartyKind = Literal["person", "company"]

WRONG_PERSON = _(
    "This is not a valid identity number: check its 18 characters, the last one may be the letter X."
)
WRONG_COMPANY = _("This is not a valid unified social credit code: check its 18 characters.")


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What a person's number says by itself."""

    born_on: date
    is_male: bool


def proper_number(kind: PartyKind, number: str) -> str:
    """The number in its one form. Raises ``Invalid`` (field ``number``)."""
    text = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    found = _person(text) if kind == "person" else _company(text)
    if found is None:
        fault = WRONG_PERSON if kind == "person" else WRONG_COMPANY
        raise Invalid(fault, fields={"number": fault})
    return found


def number_digest(number: str) -> str:
    """The keyed digest by which a (proper) number is found again, in data too that hold no number itself."""
    return blind_index("party", number) or ""


def number_facts(number: str) -> NumberFacts:
    """Birthday and sex as a person's (proper) number holds them."""
    return NumberFacts(ric.get_birth_date(number), int(number[16]) % 2 == 1)


def masked_number(number: str) -> str:
    """Enough to recognise one's own, too little to use: ``4101**********001X``."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def masked_name(name: str) -> str:
    """``张**``: the first letter of a person's name, the rest hidden."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def _person(text: str) -> str | None:
    try:
        number: str = ric.validate(text)
    except ValidationError:
        return None
    return number if ric.get_birth_date(number) <= timezone.localdate(clock.now()) else None


def _company(text: str) -> str | None:
    try:
        number: str = uscc.validate(text)
    except ValidationError:
        return None
    return number
