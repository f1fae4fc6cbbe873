"""The key in force for a purpose: made at first need, sealed at rest, opened once per process, rotated by name."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, transaction

from yicheng.core.credentials.keys import certificates, tokens
from yicheng.core.credentials.keys.algorithms import DEFAULT
from yicheng.core.credentials.keys.certificates import Subject
from yicheng.core.credentials.models import Key
from yicheng.core.kernel import clock
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import seal, unseal

ROOT = "root"


class Signs(Protocol):
    """What a private key can do here: sign; nothing else, and never show itself."""

    def sign(self, message: bytes) -> bytes:
        """The ECDSA signature over SHA-256 of the message, DER."""


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key that can sign, with what stands beside its signatures."""

    id: int
    kid: str
    certificate: x509.Certificate
    signs: Signs = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """The signature, DER."""
        return self.signs.sign(message)


def key_for(purpose: str, subject: Subject) -> OpenKey:
    """The key in force; made with a certificate for ``subject`` where there is none yet. One query."""
    row = Key.objects.filter(purpose=purpose, retired_at=None).first() or _made(purpose, subject)
    return _opened(row.pk, row.kid, bytes(row.certificate), row.sealed, row.token_label)


def root() -> OpenKey:
    """The city's own authority, which signs the certificates of all other keys."""
    return key_for(ROOT, _root_subject())


def rotate(purpose: str, subject: Subject) -> OpenKey:
    """Retire the key in force and make the next one. The old certificate stays known."""
    with transaction.atomic():
        retire(purpose)
        return key_for(purpose, subject)


def retire(purpose: str) -> None:
    """Let the key in force sign no more."""
    Key.objects.filter(purpose=purpose, retired_at=None).update(retired_at=clock.now())


def adopt(purpose: str, label: str) -> OpenKey:
    """Let a key of the configured token sign for ``purpose`` from now on. Raises ``TokenMissing``."""
    certificate = tokens.certificate(label)
    found = x509.load_der_x509_certificate(certificate)
    with transaction.atomic():
        retire(purpose)
        row = Key.objects.create(
            purpose=purpose,
            kid=thumbprint(cast("ec.EllipticCurvePublicKey", found.public_key())),
            algorithm=DEFAULT,
            certificate=certificate,
            serial=certificates.serial_of(found),
            token_label=label,
            created_at=clock.now(),
            ends_at=found.not_valid_after_utc,
        )
    return _opened(row.pk, row.kid, certificate, "", label)


def thumbprint(public: ec.EllipticCurvePublicKey) -> str:
    """The key's name: RFC 7638."""
    text = json.dumps(jwk(public), separators=(",", ":"), sort_keys=True)
    return b64url(hashlib.sha256(text.encode()).digest())


def jwk(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The public key as RFC 7517 writes it, nothing but what names it."""
    numbers = public.public_numbers()
    return {
        "crv": "P-256",
        "kty": "EC",
        "x": b64url(numbers.x.to_bytes(32, "big")),
        "y": b64url(numbers.y.to_bytes(32, "big")),
    }


def b64url(octets: bytes) -> str:
    """Base 64 without padding, RFC 7515."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def _root_subject() -> Subject:
    """The city, by the body that stands above all others."""
    above = (
        Organisation.objects.filter(parent=None, is_active=True).order_by("id").values_list("name", flat=True)
    )
    city = above.first() or "Yicheng"
    return Subject(name=f"{city} CA", organisation=city)


def _made(purpose: str, subject: Subject) -> Key:
    """A new row. Where another process was faster, its row."""
    issuer = None if purpose == ROOT else root()
    private = ec.generate_private_key(ec.SECP256R1())
    try:
        with transaction.atomic():
            return _stored(purpose, private, _certified(private, subject, issuer=issuer))
    except IntegrityError:
        return Key.objects.get(purpose=purpose, retired_at=None)


def _certified(
    private: ec.EllipticCurvePrivateKey, subject: Subject, *, issuer: OpenKey | None
) -> x509.Certificate:
    now = clock.now()
    if issuer is None:
        return certificates.root_certificate(subject, private, now=now)
    above = cast("_Private", issuer.signs).key
    return certificates.certificate(
        subject, private.public_key(), issuer=issuer.certificate, issuer_key=above, now=now
    )


def _stored(purpose: str, private: ec.EllipticCurvePrivateKey, made: x509.Certificate) -> Key:
    raw = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Key.objects.create(
        purpose=purpose,
        kid=thumbprint(private.public_key()),
        algorithm=DEFAULT,
        certificate=made.public_bytes(serialization.Encoding.DER),
        serial=certificates.serial_of(made),
        sealed=seal(b64encode(raw).decode()),
        created_at=clock.now(),
        ends_at=made.not_valid_after_utc,
    )


@dataclass(frozen=True, slots=True)
class _Private:
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


@lru_cache(maxsize=256)
def _opened(key_id: int, kid: str, certificate: bytes, sealed: str, token_label: str) -> OpenKey:
    found = x509.load_der_x509_certificate(certificate)
    signs: Signs
    if token_label:
        signs = tokens.key(token_label)
    else:
        loaded = serialization.load_der_private_key(b64decode(unseal(sealed)), password=None)
        signs = _Private(cast("ec.EllipticCurvePrivateKey", loaded))
    return OpenKey(key_id, kid, found, signs)
