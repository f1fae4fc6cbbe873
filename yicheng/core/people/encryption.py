"""Personal data at rest: sealed with Fernet keys that can be rotated, found again by a keyed digest.

``settings.FIELD_KEYS`` holds the keys, newest first: the first seals, all of them open.
``settings.FIELD_INDEX_KEY`` keys the digests by which a sealed value is looked up; it is
kept apart so that rotating the first does not touch the second.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """A sealed value opens with none of the keys: a key is missing from ``FIELD_KEYS``, or the value was altered."""


def seal(text: str) -> str:
    """The text encrypted with the newest key; an empty text stays empty."""
    return _fernet(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text again. Raises ``SealBroken``."""
    if not sealed:
        return ""
    try:
        return _fernet(tuple(settings.FIELD_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken("no key of FIELD_KEYS opens this value") from None


def reseal(sealed: str) -> str:
    """The same text under the newest key."""
    return seal(unseal(sealed))


def blind_index(kind: str, text: str) -> str | None:
    """A digest to find a sealed value by; ``kind`` keeps e-mails and numbers apart. None for an empty text."""
    if not text:
        return None
    message = f"{kind}\0{text}".encode()
    return hmac.new(settings.FIELD_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
