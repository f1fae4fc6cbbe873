"""The city's signing key: made at first need, sealed at rest, opened once per process."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction

from yicheng.core.kernel import clock
from yicheng.core.people.public import seal, unseal
from yicheng.core.sharing.models import SigningKey
from yicheng.core.sharing.receipts import receipt
from yicheng.core.sharing.receipts.notes import Verifier


@dataclass(frozen=True, slots=True)
class Signer:
    """An open key with what goes beside every signature."""

    private: Ed25519PrivateKey
    verifier: Verifier
    head: str

    def receipt(self, body: bytes) -> str:
        """A receipt's payload, signed for both sides."""
        return receipt.sign(body, self.private, head=self.head)


def signer() -> Signer:
    """The key in force. One query; the key itself is opened once per process."""
    row = SigningKey.objects.filter(retired_at=None).values_list("name", "public", "sealed").first()
    name, public, sealed = row or _made()
    return _opened(name, bytes(public), sealed)


def verifiers() -> list[Verifier]:
    """Every public key that ever signed, the one in force first."""
    rows = SigningKey.objects.order_by("retired_at", "-id").values_list("name", "public", "retired_at")
    return [Verifier(name, bytes(public)) for name, public, _at in sorted(rows, key=lambda row: bool(row[2]))]


def origin() -> str:
    """The name a new log gets: the platform's first host name."""
    return f"{settings.ALLOWED_HOSTS[0].strip('[]') or 'localhost'}/sharing"


def _made() -> tuple[str, bytes, str]:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    sealed = seal(b64encode(private.private_bytes_raw()).decode())
    try:
        with transaction.atomic():
            SigningKey.objects.create(name=origin(), public=public, sealed=sealed, created_at=clock.now())
    except IntegrityError:  # another process was faster
        row = SigningKey.objects.get(retired_at=None)
        return row.name, bytes(row.public), row.sealed
    return origin(), public, sealed


@lru_cache(maxsize=4)
def _opened(name: str, public: bytes, sealed: str) -> Signer:
    private = Ed25519PrivateKey.from_private_bytes(b64decode(unseal(sealed)))
    verifier = Verifier(name, public)
    return Signer(private, verifier, receipt.header(verifier))
