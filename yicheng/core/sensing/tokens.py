"""Keys of devices as text: ``yd_<prefix>_<secret>``; the prefix finds the row, the SHA-256 of the whole proves it.

The secret has 256 random bits, so a plain digest is enough.
"""

from __future__ import annotations

import hashlib
import re
import secrets

PATTERN = re.compile(r"yd_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")


def new_key() -> tuple[str, str]:
    """A new key and its prefix."""
    prefix = secrets.token_hex(6)
    return f"yd_{prefix}_{secrets.token_urlsafe(32)}", prefix


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
