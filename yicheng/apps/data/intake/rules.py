"""What a field of a data set must be: its kind and the rules its values are held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Kind = Literal[
    "text", "integer", "number", "boolean", "date", "datetime", "identity", "credit_code", "phone", "longitude",
    "latitude",
]  # fmt: skip

KINDS: Mapping[Kind, str | Promise] = {
    "text": _("Text"),
    "integer": _("Whole number"),
    "number": _("Decimal number"),
    "boolean": _("Yes or no"),
    "date": _("Date"),
    "datetime": _("Date and time"),
    "identity": _("Identity number (GB 11643)"),
    "credit_code": _("Unified social credit code (GB 32100)"),
    "phone": _("Telephone number"),
    "longitude": _("Longitude (degrees)"),
    "latitude": _("Latitude (degrees)"),
}

#: 1 open, 2 inside the administration, 3 personal or internal, 4 never shared
SENSITIVITIES: Mapping[int, str | Promise] = {
    1: _("1 · open to everybody"),
    2: _("2 · inside the administration"),
    3: _("3 · personal or internal"),
    4: _("4 · never leaves its department"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``source`` is the column's title in the file; the rest are its rules.

    ``lowest`` and ``highest`` bound numbers, ``earliest`` and ``latest`` (ISO dates) dates; ``pattern`` is a
    regular expression over the whole value; ``codes`` the values allowed; ``reference`` names another data
    set's field (``market.companies/credit_code``) in which the value must occur.
    """

    key: str
    title: str
    kind: Kind = "text"
    source: str = ""
    unit: str = ""
    sensitivity: int = 2
    is_required: bool = False
    is_key: bool = False
    is_unique: bool = False
    lowest: Decimal | None = None
    highest: Decimal | None = None
    earliest: str = ""
    latest: str = ""
    pattern: str = ""
    codes: tuple[str, ...] = ()
    reference: str = ""

    @property
    def column(self) -> str:
        """The column in a file, by its title."""
        return self.source or self.title

    @property
    def must_be_there(self) -> bool:
        return self.is_required or self.is_key

    @property
    def must_be_alone(self) -> bool:
        return self.is_unique or self.is_key


#: why a value is refused; the placeholders are the field's own rules
REASONS: Mapping[str, str | Promise] = {
    "required": _("“%(title)s” is missing."),
    "integer": _("“%(title)s” must be a whole number."),
    "number": _("“%(title)s” must be a number."),
    "boolean": _("“%(title)s” must be yes or no."),
    "date": _("“%(title)s” must be a date, such as 2026-03-05."),
    "datetime": _("“%(title)s” must be a date with a time, such as 2026-03-05 14:30."),
    "identity": _("“%(title)s” is no identity number: eighteen digits, a real date, the right check digit."),
    "credit_code": _("“%(title)s” is no social credit code: eighteen signs and the right check digit."),
    "phone": _("“%(title)s” is no telephone number."),
    "longitude": _("“%(title)s” must be a longitude between -180 and 180 degrees."),
    "latitude": _("“%(title)s” must be a latitude between -90 and 90 degrees."),
    "lowest": _("“%(title)s” must be at least %(lowest)s."),
    "highest": _("“%(title)s” must be at most %(highest)s."),
    "earliest": _("“%(title)s” must not be before %(earliest)s."),
    "latest": _("“%(title)s” must not be after %(latest)s."),
    "pattern": _("“%(title)s” does not have the agreed form."),
    "codes": _("“%(title)s” must be one of: %(codes)s."),
    "unique": _("“%(title)s” occurs more than once."),
    "reference": _("“%(title)s” is not to be found in %(reference)s."),
    "too_long": _("“%(title)s” is longer than %(most)d signs."),
    "beyond": _("The row has more cells than the table has columns."),
}
LONGEST_TEXT = 10_000


def reason_text(reason: str, fields: Mapping[str, Field]) -> str:
    """A stored reason (``lowest:area``) in words, in the reader's language."""
    code, _separator, key = reason.partition(":")
    text = str(REASONS.get(code, code))
    if not key or key not in fields:
        return (
            text % {"title": key}
            if "%(title)s" in text and "%(" not in text.replace("%(title)s", "")
            else text
        )
    field = fields[key]
    codes = "、".join(field.codes[:20]) + ("…" if len(field.codes) > 20 else "")
    return text % {
        "title": field.title,
        "lowest": field.lowest,
        "highest": field.highest,
        "earliest": field.earliest,
        "latest": field.latest,
        "codes": codes,
        "reference": field.reference,
        "most": LONGEST_TEXT,
    }
