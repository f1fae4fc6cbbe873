"""Follow links: a token that opens one case to whoever reported it, kept only as a digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from django.conf import settings

BYTES = 16


def new_token(idempotency_key: str = "") -> str:
    """A token nobody can guess; the same one for the same key, so that a report sent twice leads to one link."""
    if not idempotency_key:
        return secrets.token_urlsafe(BYTES)
    digest = hmac.new(
        settings.SECRET_KEY.encode(), f"urban.follow\0{idempotency_key}".encode(), hashlib.sha256
    )
    return urlsafe_b64encode(digest.digest()[:BYTES]).decode().rstrip("=")


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
