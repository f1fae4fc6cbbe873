"""The code of an invitation to rate: in a link, in a QR code, typed at a kiosk. Only its digest is kept."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

#: Crockford's letters: none that is taken for another
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_TAKEN_FOR = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def code_of(subject: str) -> str:
    """The code for a transaction: the same one each time it is asked for, so that a slip can be printed again."""
    message = f"services.rating\0{subject}".encode()
    number = int.from_bytes(hmac.digest(settings.SECRET_KEY.encode(), message, "sha256")[:8])
    return "".join(LETTERS[(number >> (5 * place)) & 31] for place in range(LENGTH))


def typed(text: str) -> str:
    """A code as somebody typed it, in its plain form; "" where it cannot be one."""
    plain = text.strip().rstrip("/").rpartition("/")[2].upper().translate(_TAKEN_FOR)
    return plain if len(plain) == LENGTH and set(plain) <= set(LETTERS) else ""


def spaced(code: str) -> str:
    """The code in groups of four, for people."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def digest_of(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(f"services.rating\0{code}".encode()).hexdigest()
