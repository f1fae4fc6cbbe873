"""What a receipt says, and the form in which it is signed for both sides: a JWS (RFC 7515) with EdDSA (RFC 8037).

The log keeps the payload verbatim, so nothing depends on writing JSON the same way twice.
An entry of the log is the receipt's number within its grant, a blank, and the payload.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yicheng.core.sharing.receipts.notes import Verifier

Kind = Literal["query", "file", "delivery"]
#: complete; cut: the grant ended, or the reader left, before all was sent
State = Literal["complete", "cut"]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One use of a grant. ``call`` is 128 random bits: its name, and what hides the rest behind its hash.

    ``request`` and ``answer`` are SHA-256 of the request's line (method, path and query) and of the answer's
    bytes. ``provider`` and ``consumer`` are codes of organisations, ``by`` the account that asked.
    """

    v: int = 1
    call: str
    at: str
    kind: Kind
    grant: int
    resource: str
    provider: str
    consumer: str
    by: str
    purpose: str
    basis: str
    fields: tuple[str, ...]
    rows: int
    request: str
    answer: str
    state: State = "complete"


class ReceiptBroken(Exception):
    """This is no receipt, or its signature is not by the key."""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Receipt, strict=True)


def new_call() -> str:
    """A name for a call that nobody can guess."""
    return secrets.token_hex(16)


def payload(receipt: Receipt) -> bytes:
    """The receipt as it is signed and kept: one line of JSON in UTF-8."""
    return _ENCODER.encode(receipt)


def read(body: bytes) -> Receipt:
    """The receipt in a payload. Raises ``ReceiptBroken``."""
    try:
        return _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ReceiptBroken(f"this is no receipt: {error}") from None


def header(by: Verifier) -> str:
    """The JWS header of every receipt that this key signs."""
    return _base64(
        _ENCODER.encode({"alg": "EdDSA", "kid": by.key_id.hex(), "typ": "yicheng-receipt+json"})
    ).decode()


def sign(body: bytes, key: Ed25519PrivateKey, *, head: str) -> str:
    """The receipt in the form handed to both sides. ``head`` is the key's ``header``."""
    signed = head.encode() + b"." + _base64(body)
    return (signed + b"." + _base64(key.sign(signed))).decode()


def opened(text: str, by: Verifier) -> bytes:
    """The payload of a receipt that this key signed. Raises ``ReceiptBroken``."""
    head, _, rest = text.strip().partition(".")
    body, _, signature = rest.partition(".")
    try:
        raw, found = _unbase64(signature), _unbase64(body)
    except (BadBase64, ValueError):
        raise ReceiptBroken("this is no signed receipt") from None
    if head != header(by) or not by.verify(raw, f"{head}.{body}".encode()):
        raise ReceiptBroken("the receipt is not signed by this key, or was altered")
    return found


def entry(serial: int, body: bytes) -> bytes:
    """The receipt as an entry of the log; ``serial`` counts the receipts of its grant from 1."""
    return b"%d %s" % (serial, body)


def _base64(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _unbase64(text: str) -> bytes:
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _base64(raw).decode() != text:
        raise ValueError("no canonical base64")
    return raw
