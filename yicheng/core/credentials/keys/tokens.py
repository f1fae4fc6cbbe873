"""Keys in a hardware token, by PKCS#11: the private half never leaves it.

``settings.PKCS11`` names the supplier's library, the token and its PIN; the package ``python-pkcs11`` speaks to it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Refusal


class TokenMissing(Refusal):
    """The token that holds a key cannot be reached."""

    status = 503
    code = "token_missing"


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A private key inside the token."""

    handle: Any = field(repr=False)
    lock: threading.Lock = field(repr=False, default_factory=threading.Lock)

    def sign(self, message: bytes) -> bytes:
        """Sign inside the token; its sessions take one call at a time."""
        from pkcs11 import Mechanism
        from pkcs11.util.ec import encode_ecdsa_signature

        with self.lock:
            raw: bytes = self.handle.sign(message, mechanism=Mechanism.ECDSA_SHA256)
        return bytes(encode_ecdsa_signature(raw))


def key(label: str) -> TokenKey:
    """The private key with this label. Raises ``TokenMissing``."""
    session = _session()
    from pkcs11 import KeyType, ObjectClass

    found = session.get_key(object_class=ObjectClass.PRIVATE_KEY, key_type=KeyType.EC, label=label)
    return TokenKey(found)


def certificate(label: str) -> bytes:
    """The certificate with this label, DER. Raises ``TokenMissing``."""
    session = _session()
    from pkcs11 import Attribute, ObjectClass

    rows = session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: label})
    for row in rows:
        return bytes(row[Attribute.VALUE])
    raise TokenMissing(_("The token has no certificate “%(label)s”."), label=label)


@lru_cache(maxsize=1)
def _session() -> Any:
    try:
        import pkcs11
    except ImportError:
        raise TokenMissing(_("Keys in a token need the package python-pkcs11: install it.")) from None
    if not settings.PKCS11:
        raise TokenMissing(_("No token is configured: set YICHENG_PKCS11."))
    module, token, pin = (*settings.PKCS11.split(";"), "", "")[:3]
    try:
        return pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin)
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise TokenMissing(_("The token does not answer: %(fault)s."), fault=str(error)) from error
