"""SD-JWT (RFC 9901) as verifiable credentials (``dc+sd-jwt``): made, cut down to chosen fields, checked.

Pure functions: who signs, which keys are trusted and what time it is come in as arguments, so the same code
serves the platform, the command line without a database, and the tests. Every disclosed claim stands at the top
level; nested and array disclosures are read as what they are (unknown digests are ignored, as the RFC asks).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
import msgspec
from jwt.api_jws import PyJWS

TYPE = "dc+sd-jwt"
BINDING_TYPE = "kb+jwt"
ALGORITHMS = ["ES256"]
LARGEST = 64 * 1024
_SALT_BYTES = 16
_CLOCK_SKEW_S = 60
_NEVER_DISCLOSED = {"_sd", "...", "_sd_alg", "iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"}

Sign = Callable[[Mapping[str, Any], Mapping[str, Any]], str]
Claims = Mapping[str, Any]


class Unsound(Exception):
    """A presentation that proves nothing; ``reason`` is a word of ``REASONS``."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


REASONS = ("form", "key", "signature", "disclosure", "early", "expired", "type", "unbound", "binding")


@dataclass(frozen=True, slots=True)
class Presentation:
    """The parts of a text ``<jwt>~<disclosure>~…~<binding or nothing>``."""

    token: str
    disclosures: tuple[str, ...]
    binding: str

    @property
    def bound_text(self) -> str:
        """What the holder's binding signs: everything before it."""
        return "~".join((self.token, *self.disclosures, ""))

    @property
    def text(self) -> str:
        """As it is handed over."""
        return self.bound_text + self.binding


@dataclass(frozen=True, slots=True)
class Checked:
    """A sound presentation: what it says, and whether the holder's own key was shown with it."""

    claims: Claims
    is_bound: bool
    is_held: bool


def issue(plain: Claims, disclosed: Claims, *, sign: Sign, holder_key: Claims | None = None) -> str:
    """A credential: ``plain`` claims are always seen, each of ``disclosed`` only if the holder shows it."""
    _refuse_reserved(disclosed, plain)
    disclosures = [_disclosure(name, value) for name, value in disclosed.items()]
    payload = {**plain, "_sd": sorted(_digest(one) for one in disclosures), "_sd_alg": "sha-256"}
    if holder_key is not None:
        payload["cnf"] = {"jwk": dict(holder_key)}
    return Presentation(sign({"typ": TYPE}, payload), tuple(disclosures), "").text


def parse(text: str) -> Presentation:
    """The parts; raises ``Unsound``. Nothing is checked yet."""
    text = text.strip()
    if len(text) > LARGEST or "~" not in text or not text.isascii():
        raise Unsound("form")
    token, *disclosures, binding = text.split("~")
    if token.count(".") != 2 or not all(disclosures):
        raise Unsound("form")
    return Presentation(token, tuple(disclosures), binding)


def cut(text: str, names: Collection[str]) -> str:
    """The same credential with only the disclosures of these names, without a binding."""
    whole = parse(text)
    kept = tuple(one for one in whole.disclosures if _opened(one)[0] in names)
    return Presentation(whole.token, kept, "").text


def bind(text: str, *, sign: Sign, audience: str, nonce: str, now: datetime) -> str:
    """The presentation signed by the holder's key for one verifier and one occasion."""
    shown = Presentation(parse(text).token, parse(text).disclosures, "")
    payload = {
        "iat": int(now.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": _hash(shown.bound_text),
    }
    return shown.bound_text + sign({"typ": BINDING_TYPE}, payload)


def check(
    text: str,
    *,
    keys: Claims,
    now: datetime,
    audience: str | None = None,
    nonce: str | None = None,
) -> Checked:
    """What a presentation proves under these published keys (RFC 7517). Raises ``Unsound``.

    With ``nonce`` a binding for it (and ``audience``) is demanded; without, a binding that is there must be sound.
    The status list is not asked here: see ``statuslist``.
    """
    shown = parse(text)
    header, payload = _verified(shown.token, keys)
    if header.get("typ") != TYPE:
        raise Unsound("type")
    if payload.get("_sd_alg", "sha-256") != "sha-256":
        raise Unsound("disclosure")
    _in_time(payload, now)
    claims = _with_disclosures(payload, shown.disclosures)
    holder_key = _holder_key(payload)
    if shown.binding:
        _check_binding(shown, holder_key, now=now, audience=audience, nonce=nonce)
    elif nonce is not None:
        raise Unsound("unbound")
    return Checked(claims, is_bound=holder_key is not None, is_held=bool(shown.binding))


def names_in(text: str) -> tuple[str, ...]:
    """The names of the disclosures, unchecked."""
    return tuple(_opened(one)[0] for one in parse(text).disclosures)


def unverified(text: str) -> Claims:
    """What the signed part claims, unchecked: to know which list to ask. Raises ``Unsound``."""
    try:
        claims = msgspec.json.decode(decode(parse(text).token.split(".")[1]))
    except (msgspec.DecodeError, ValueError) as error:
        raise Unsound("form") from error
    if not isinstance(claims, dict):
        raise Unsound("form")
    return claims


def public_key(given: object) -> dict[str, str]:
    """A wallet's key with its public members only; raises ``ValueError`` for anything but P-256."""
    if not isinstance(given, Mapping) or given.get("kty") != "EC" or given.get("crv") != "P-256":
        raise ValueError("not a P-256 key")
    kept = {name: str(given.get(name, "")) for name in ("kty", "crv", "x", "y")}
    try:
        jwt.PyJWK({**kept, "alg": "ES256"})
    except (jwt.PyJWTError, ValueError) as error:
        raise ValueError("not a P-256 key") from error
    return kept


def thumbprint(key: Mapping[str, str]) -> str:
    """RFC 7638 with SHA-256."""
    members = {name: key[name] for name in ("crv", "kty", "x", "y")}
    return _hash(msgspec.json.encode(members).decode())


def _refuse_reserved(disclosed: Claims, plain: Claims) -> None:
    clash = set(disclosed) & (_NEVER_DISCLOSED | set(plain))
    if clash or {"_sd", "...", "_sd_alg"} & set(plain):
        raise ValueError(f"these claims cannot be disclosed one by one: {', '.join(sorted(clash))}")


def _disclosure(name: str, value: Any) -> str:
    salt = encode(secrets.token_bytes(_SALT_BYTES))
    return encode(msgspec.json.encode([salt, name, value]))


def _digest(disclosure: str) -> str:
    return _hash(disclosure)


def _hash(text: str) -> str:
    return encode(hashlib.sha256(text.encode("ascii")).digest())


def _opened(disclosure: str) -> tuple[str, Any]:
    try:
        parts = msgspec.json.decode(decode(disclosure))
    except (msgspec.DecodeError, ValueError) as error:
        raise Unsound("disclosure") from error
    if not isinstance(parts, list) or len(parts) != 3 or not isinstance(parts[1], str):
        raise Unsound("disclosure")
    return parts[1], parts[2]


def _verified(token: str, keys: Claims) -> tuple[Claims, Claims]:
    key = trusted_key(token, keys)
    try:
        found = PyJWS().decode_complete(token, key.key, algorithms=ALGORITHMS)
        payload = msgspec.json.decode(found["payload"])
    except (jwt.PyJWTError, msgspec.DecodeError, ValueError) as error:
        raise Unsound("signature") from error
    if not isinstance(payload, dict):
        raise Unsound("form")
    return found["header"], payload


def trusted_key(token: str, keys: Claims) -> jwt.PyJWK:
    """The published key that a token names. Raises ``Unsound``."""
    try:
        named = jwt.get_unverified_header(token).get("kid")
        for one in keys.get("keys", ()):
            if one.get("kid") == named and named is not None:
                return jwt.PyJWK({**one, "alg": "ES256"})
    except (jwt.PyJWTError, ValueError, AttributeError) as error:
        raise Unsound("form") from error
    raise Unsound("key")


def _in_time(payload: Claims, now: datetime) -> None:
    moment = now.timestamp()
    for name, is_late in (("nbf", False), ("exp", True)):
        limit = payload.get(name)
        if limit is None:
            continue
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            raise Unsound("form")
        if is_late and moment >= limit:
            raise Unsound("expired")
        if not is_late and moment < limit - _CLOCK_SKEW_S:
            raise Unsound("early")


def _with_disclosures(payload: Claims, disclosures: tuple[str, ...]) -> Claims:
    promised = payload.get("_sd", [])
    if not isinstance(promised, list) or len(set(map(str, promised))) != len(promised):
        raise Unsound("disclosure")
    claims = {name: value for name, value in payload.items() if name not in ("_sd", "_sd_alg")}
    for one in disclosures:
        name, value = _opened(one)
        if _digest(one) not in promised or name in claims or name in _NEVER_DISCLOSED:
            raise Unsound("disclosure")
        claims[name] = value
    return claims


def _holder_key(payload: Claims) -> dict[str, str] | None:
    confirmation = payload.get("cnf")
    if confirmation is None:
        return None
    try:
        return public_key(confirmation["jwk"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unsound("form") from error


def _check_binding(
    shown: Presentation,
    key: dict[str, str] | None,
    *,
    now: datetime,
    audience: str | None,
    nonce: str | None,
) -> None:
    if key is None:
        raise Unsound("binding")
    try:
        found = PyJWS().decode_complete(
            shown.binding, jwt.PyJWK({**key, "alg": "ES256"}).key, algorithms=ALGORITHMS
        )
        said = msgspec.json.decode(found["payload"], type=dict[str, Any])
    except (jwt.PyJWTError, msgspec.MsgspecError, ValueError) as error:
        raise Unsound("binding") from error
    made_at = said.get("iat")
    is_sound = (
        found["header"].get("typ") == BINDING_TYPE
        and _same(said.get("sd_hash"), _hash(shown.bound_text))
        and isinstance(made_at, int)
        and made_at <= now.timestamp() + _CLOCK_SKEW_S
        and (nonce is None or _same(said.get("nonce"), nonce))
        and (audience is None or said.get("aud") == audience)
    )
    if not is_sound:
        raise Unsound("binding")


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), wanted.encode())


def encode(raw: bytes) -> str:
    """Base 64 for addresses, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes again; raises ``ValueError``."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base 64") from error
