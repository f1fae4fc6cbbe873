"""Checking a shown credential without the platform: its published keys and status lists are all it takes.

Pure, so that the same code answers on the platform's page and on a laptop in a basement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt
import msgspec
from jwt.api_jws import PyJWS

from yicheng.core.credentials.licences import sdjwt, statuslist

#: what a verdict can say; the reasons of an unsound one are those of ``sdjwt``
VERDICTS = ("valid", "replaced", "suspended", "status_unknown", "unsound")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a shown credential proves. ``status_at`` (UTC seconds): when the list that was asked was made."""

    word: str
    reason: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)
    is_bound: bool = False
    is_held: bool = False
    status_at: int | None = None


def judge(
    text: str,
    *,
    keys: Mapping[str, Any],
    lists: Mapping[str, str],
    now: datetime,
    audience: str | None = None,
    nonce: str | None = None,
) -> Verdict:
    """The verdict on a shown credential. ``lists``: tokens of status lists by their address."""
    try:
        checked = sdjwt.check(text, keys=keys, now=now, audience=audience, nonce=nonce)
    except sdjwt.Unsound as unsound:
        return Verdict("unsound", reason=unsound.reason)
    status, made_at = _status(checked.claims, keys=keys, lists=lists, now=now)
    words = {statuslist.VALID: "valid", statuslist.INVALID: "replaced", statuslist.SUSPENDED: "suspended"}
    word = "status_unknown" if status is None else words.get(status, "replaced")
    return Verdict(word, "", checked.claims, checked.is_bound, checked.is_held, made_at)


def _status(
    claims: Mapping[str, Any], *, keys: Mapping[str, Any], lists: Mapping[str, str], now: datetime
) -> tuple[int | None, int | None]:
    """The status and the age of the list; None where no sound, fresh list answers."""
    try:
        place = claims["status"]["status_list"]
        address, index = str(place["uri"]), int(place["idx"])
        listed = _list_claims(lists[address], keys)
        if listed["sub"] != address or listed["exp"] <= now.timestamp():
            return None, None
        return statuslist.status_in(listed, index), int(listed["iat"])
    except (KeyError, TypeError, ValueError, sdjwt.Unsound):
        return None, None


def _list_claims(token: str, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims of a list's token, its signature checked. Raises ``Unsound``."""
    key = sdjwt.trusted_key(token, keys)
    try:
        found = PyJWS().decode_complete(token, key.key, algorithms=sdjwt.ALGORITHMS)
        claims = msgspec.json.decode(found["payload"], type=dict[str, Any])
    except (jwt.PyJWTError, msgspec.MsgspecError) as error:
        raise sdjwt.Unsound("signature") from error
    if found["header"].get("typ") != statuslist.TYPE:
        raise sdjwt.Unsound("type")
    return claims
