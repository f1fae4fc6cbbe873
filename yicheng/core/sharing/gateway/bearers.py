"""Who calls, in the words of one statement: an API key or an OAuth2 token, its account, its organisation."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Forbidden, SignInRequired
from yicheng.core.people.grants import grants_of

RIGHT = "sharing.use"
_PREFIX = re.compile(r"yc_([0-9a-f]{12})_")

BY_KEY = (
    "SELECT t.digest AS proof, t.rights AS rights, a.id AS account_id, a.organisation_id, a.grants_version"
    " FROM people_apitoken t JOIN people_account a ON a.id = t.account_id"
    " WHERE t.prefix = %s AND t.expires_at > now() AND t.revoked_at IS NULL AND a.is_active"
)
BY_SYSTEM = (
    "SELECT x.token_checksum AS proof, string_to_array(x.scope, ' ') AS rights, a.id AS account_id,"
    " a.organisation_id, a.grants_version"
    " FROM oauth2_provider_accesstoken x JOIN oauth2_provider_application p ON p.id = x.application_id"
    " JOIN people_account a ON a.id = p.user_id"
    " WHERE x.token_checksum = %s AND x.expires > now() AND a.is_active"
)
BY_ACCOUNT = (
    "SELECT '' AS proof, NULL::text[] AS rights, a.id AS account_id, a.organisation_id, a.grants_version"
    " FROM people_account a WHERE a.id = %s AND a.is_active"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """How the account is looked up, by what, and the digest that proves it ("": proven already)."""

    sql: str
    key: str | int
    proof: str = ""


def caller(authorization: str) -> Caller:
    """The caller that a header ``Authorization: Bearer …`` names. Raises ``SignInRequired``."""
    if authorization[:7].lower() != "bearer ":
        raise SignInRequired(_("Send a token of your organisation: Authorization: Bearer …"))
    token = authorization[7:].strip()
    digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    found = _PREFIX.match(token)
    return Caller(BY_KEY, found[1], digest) if found else Caller(BY_SYSTEM, digest, digest)


def check(by: Caller, row: Any, *, consumer_id: int) -> None:
    """Raise unless the row proves the caller, of this organisation, with the right to use its grants."""
    if row.account_id is None or (by.proof and not hmac.compare_digest(row.proof, by.proof)):
        raise SignInRequired(_("The token is unknown, expired or revoked. Ask for a new one."))
    scopes = grants_of(row.account_id, version=row.grants_version).get(RIGHT, ())
    is_left_out = row.rights and RIGHT not in row.rights
    if is_left_out or not any(one.covers(organisation_id=consumer_id, division="") for one in scopes):
        raise Forbidden(
            _("This account may not use shared data: it needs the right “sharing.use” over its body.")
        )
    if row.organisation_id != consumer_id:
        raise Forbidden(_("This grant was given to another organisation."))
