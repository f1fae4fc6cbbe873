"""The codes that stand on licences and in one-time showings: 128 random bits in letters that nobody confuses.

Crockford's base 32 (no I, L, O, U) behind a letter that says what the code is for. Guessing one of a million
valid codes takes 2¹⁰⁸ tries on average; tries are limited all the same.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LICENCE, ONCE = "C", "S"
_LETTERS = 26  # of five bits: 130, the upper two are zero
LICENCE_PATTERN = rf"{LICENCE}[0-7][{ALPHABET}]{{25}}"
ONCE_PATTERN = rf"{ONCE}[0-7][{ALPHABET}]{{25}}"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_NOISE = re.compile(r"[\s\-_.]+")


def new_code(kind: str, *, random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A fresh code of this kind (``LICENCE`` or ``ONCE``)."""
    number = int.from_bytes(random(16), "big")
    letters = [ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LETTERS))]
    return kind + "".join(letters)


def normal(text: str) -> str:
    """What somebody typed, as it was printed: upper case, no gaps, the usual misreadings mended."""
    return _NOISE.sub("", text.strip()).upper().translate(_MISREAD)


def in_groups(code: str) -> str:
    """For reading aloud: the kind, then fives."""
    rest = code[1:]
    return " ".join([code[0] + rest[:1], *(rest[at : at + 5] for at in range(1, len(rest), 5))])


def digest(code: str) -> str:
    """By which a one-time code is found; the code itself is kept nowhere."""
    return hashlib.sha256(code.encode()).hexdigest()
