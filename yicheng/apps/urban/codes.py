"""Codes of parts (部件标识码), sixteen digits: division 6, major class 2, minor class 2 or 3, sequence 6 or 5.

GB/T 30428.2 and its predecessor CJ/T 214 differ in the minor class; a city's pack says which it uses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid

LENGTH = 16
_ROUNDED = re.compile(r"\d(\.\d+)?E\+?\d+|\d{16}\.0+", re.IGNORECASE)
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True, slots=True)
class CodeLayout:
    """How the sixteen digits divide. ``minor_digits`` is 2 (CJ/T 214) or 3 (GB/T 30428.2)."""

    minor_digits: Literal[2, 3] = 2

    @property
    def sequence_digits(self) -> int:
        return LENGTH - 8 - self.minor_digits


LAYOUTS = {"6-2-2-6": CodeLayout(2), "6-2-3-5": CodeLayout(3)}


@dataclass(frozen=True, slots=True)
class PartCode:
    """A part's code, taken apart. ``class_code`` is major and minor together."""

    division: str
    major: str
    minor: str
    sequence: str

    @property
    def class_code(self) -> str:
        return self.major + self.minor

    def __str__(self) -> str:
        return self.division + self.major + self.minor + self.sequence


def parse_part_code(text: str, layout: CodeLayout) -> PartCode:
    """Take a code apart. Raises ``Invalid`` and says what is wrong with it."""
    digits = text.strip().removeprefix("'").translate(_WIDE)
    if _ROUNDED.fullmatch(digits):
        raise Invalid(
            _(
                "The spreadsheet has rounded the code (%(given)s): format the column as text and enter it again."
            ),
            given=digits[:40],
        )
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid(_("“%(given)s” is no part code: it must be sixteen digits."), given=text[:40])
    if len(digits) != LENGTH:
        raise Invalid(
            _("“%(given)s” has %(length)d digits; a part code has sixteen."),
            given=digits[:40],
            length=len(digits),
        )
    end = 8 + layout.minor_digits
    code = PartCode(digits[:6], digits[6:8], digits[8:end], digits[end:])
    if int(code.major) == 0 or int(code.minor) == 0:
        raise Invalid(
            _("“%(given)s” names no class: the digits after the sixth must not be zero."), given=digits
        )
    if int(code.sequence) == 0:
        raise Invalid(_("“%(given)s” has the sequence number zero: they begin with one."), given=digits)
    return code
