"""What programs show to be recognised: API keys of accounts, and tokens that the OAuth2 address handed out.

An API key is ``yc_<prefix>_<secret>``: the prefix finds the row, the SHA-256 of the whole
proves it. The secret has 256 random bits, so a plain digest is enough and costs nothing
per call. OAuth2 tokens are found by the digest that the OAuth toolkit keeps.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare

from yicheng.core.kernel import clock
from yicheng.core.people.grants import grants_of
from yicheng.core.people.models import Account, ApiToken
from yicheng.core.people.viewer import Viewer

USED_EVERY = timedelta(minutes=10)
_PREFIX = re.compile(r"[0-9a-f]{12}")
_SEALED = ("email_sealed", "phone_sealed", "real_name_sealed")


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who showed a live token; ``rights`` None means all that the account holds."""

    account: Account
    rights: frozenset[str] | None


def find(key: str) -> Bearer | None:
    """The bearer of this key, in one query; None when it is unknown, expired, revoked or its account retired."""
    return _by_api_key(key) if key.startswith("yc_") else _by_oauth_token(key)


def viewer_for(bearer: Bearer, *, address: str) -> Viewer:
    """The viewer a program is: the account's grants, narrowed to the token's rights."""
    account = bearer.account
    return Viewer(
        kind="system",
        account_id=account.pk,
        name=str(account),
        organisation_id=account.organisation_id,
        language=account.language,
        address=address,
        grants=grants_of(account.pk, version=account.grants_version),
        only=bearer.rights,
    )


def make(account: Account, *, name: str, rights: list[str], expires_at: datetime) -> tuple[ApiToken, str]:
    """A new API key and its row; the key itself is not kept and cannot be shown again."""
    prefix = secrets.token_hex(6)
    key = f"yc_{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        account=account, name=name, prefix=prefix, digest=_digest(key), rights=rights, expires_at=expires_at
    )
    return row, key


def sweep() -> None:
    """Drop the OAuth2 tokens that are over, and API keys a year after their end (a job)."""
    from oauth2_provider.models import AccessToken

    now = clock.now()
    AccessToken.objects.filter(expires__lt=now).delete()
    ApiToken.objects.filter(expires_at__lt=now - timedelta(days=365)).delete()


def _by_api_key(key: str) -> Bearer | None:
    now = clock.now()
    prefix = key.removeprefix("yc_").partition("_")[0]
    if not _PREFIX.fullmatch(prefix):
        return None
    token = (
        ApiToken.objects.select_related("account")
        .defer(*(f"account__{column}" for column in _SEALED))
        .filter(prefix=prefix, expires_at__gt=now, revoked_at=None, account__is_active=True)
        .first()
    )
    if token is None or not constant_time_compare(token.digest, _digest(key)):
        return None
    if token.used_at is None or now - token.used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
    return Bearer(token.account, frozenset(token.rights) if token.rights else None)


def _by_oauth_token(key: str) -> Bearer | None:
    from oauth2_provider.models import AccessToken

    token = (
        AccessToken.objects.select_related("application__user")
        .defer(*(f"application__user__{column}" for column in _SEALED))
        .filter(token_checksum=_digest(key), expires__gt=clock.now(), application__user__is_active=True)
        .first()
    )
    return Bearer(token.application.user, frozenset(token.scope.split())) if token else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
