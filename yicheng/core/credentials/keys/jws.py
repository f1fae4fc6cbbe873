"""Statements signed for machines: JWS compact form with ES256 (RFC 7515, RFC 7518), and the keys to check them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from yicheng.core.credentials.keys import certificates, ring
from yicheng.core.credentials.keys.certificates import Subject
from yicheng.core.credentials.models import Key

#: purposes whose public keys are published; each gets a key at first need
PURPOSES = ("licences",)


def sign_jws(purpose: str, header: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    """``payload`` signed with the key of ``purpose``; ``alg`` and ``kid`` are added to ``header``."""
    if purpose not in PURPOSES:
        raise ValueError(f"no key signs for {purpose!r}: add it to PURPOSES, so that it is published")
    key = ring.key_for(purpose, _subject(purpose))
    head = {"alg": "ES256", "kid": key.kid, **header}
    signed = f"{_part(head)}.{_part(payload)}"
    return f"{signed}.{ring.b64url(_raw(key.sign(signed.encode())))}"


def published_keys() -> dict[str, Any]:
    """Every public key that signs or signed statements, the ones in force first, as a JSON Web Key Set (RFC 7517)."""
    for purpose in PURPOSES:
        ring.key_for(purpose, _subject(purpose))
    rows = list(Key.objects.filter(purpose__in=PURPOSES).order_by("-created_at"))
    above = ring.root().certificate.public_bytes(Encoding.DER)
    return {"keys": [_published(row, above) for row in sorted(rows, key=lambda row: bool(row.retired_at))]}


def rotate_key(purpose: str) -> str:
    """Let the next key sign for ``purpose``; answers its ``kid``. What older keys signed stays provable."""
    return ring.rotate(purpose, _subject(purpose)).kid


def _published(row: Key, root: bytes) -> dict[str, Any]:
    found = x509.load_der_x509_certificate(bytes(row.certificate))
    public = cast("EllipticCurvePublicKey", found.public_key())
    chain = [b64encode(one).decode() for one in (bytes(row.certificate), root)]
    return {**ring.jwk(public), "kid": row.kid, "alg": "ES256", "use": "sig", "x5c": chain}


def _subject(purpose: str) -> Subject:
    organisation = certificates.organisation_of(ring.root().certificate)
    return Subject(name=f"{organisation} {purpose}", organisation=organisation)


def _part(value: Mapping[str, Any]) -> str:
    return ring.b64url(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _raw(der: bytes) -> bytes:
    """The two halves side by side, as RFC 7518 wants them."""
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
