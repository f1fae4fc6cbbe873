"""Token status lists (IETF draft-ietf-oauth-status-list): whether a credential still counts, asked without naming it.

A list holds two bits for each of 65,536 credentials and is fetched whole, so that nobody learns which one was
looked up. A credential's place follows from its row by a keyed shuffle: no table of places, no lock, and
neighbours in the list tell nothing about the order of issue.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from yicheng.core.credentials.licences.sdjwt import decode, encode

TYPE = "statuslist+jwt"
MEDIA_TYPE = "application/statuslist+jwt"
BITS = 2
SIZE = 1 << 16
VALID, INVALID, SUSPENDED = 0, 1, 2
#: how long a fetched list may be used
LIVES_S = 300
_LARGEST = SIZE * BITS // 8
_ROUNDS = 4


def place(row_id: int, *, key: bytes) -> tuple[int, int]:
    """The list and the index in it of the credential of this row (from 1)."""
    number, offset = divmod(row_id - 1, SIZE)
    return number, _shuffled(offset, number=number, key=key)


def rows_of(number: int) -> range:
    """The rows whose credentials stand in this list."""
    return range(number * SIZE + 1, (number + 1) * SIZE + 1)


def packed(statuses: Iterable[tuple[int, int]]) -> bytes:
    """The list of these (index, status); all others are valid."""
    row = bytearray(_LARGEST)
    for index, status in statuses:
        at, shift = divmod(index * BITS, 8)
        row[at] = row[at] & ~(3 << shift) | status << shift
    return bytes(row)


def token_claims(packed_list: bytes, *, address: str, now_s: int) -> dict[str, Any]:
    """The claims of the list's token."""
    return {
        "sub": address,
        "iat": now_s,
        "exp": now_s + 24 * 3600,
        "ttl": LIVES_S,
        "status_list": {"bits": BITS, "lst": encode(zlib.compress(packed_list, 9))},
    }


def status_in(claims: Mapping[str, Any], index: int) -> int:
    """The status at an index of a list whose token was verified. Raises ``ValueError``."""
    try:
        listed = claims["status_list"]
        bits = listed["bits"]
        unpacker = zlib.decompressobj()
        row = unpacker.decompress(decode(listed["lst"]), 16 * 1024 * 1024)
    except (KeyError, TypeError, zlib.error) as error:
        raise ValueError("not a status list") from error
    if bits not in (1, 2, 4, 8):
        raise ValueError("not a status list")
    at, shift = divmod(index * bits, 8)
    if not 0 <= at < len(row):
        raise ValueError("the list ends before this index")
    return int(row[at] >> shift & (1 << bits) - 1)


def _shuffled(offset: int, *, number: int, key: bytes) -> int:
    """A keyed permutation of 0…65,535: four Feistel rounds over two bytes."""
    left, right = offset >> 8, offset & 255
    for turn in range(_ROUNDS):
        message = number.to_bytes(8, "big") + bytes((turn, right))
        left, right = right, left ^ hmac.digest(key, message, hashlib.sha256)[0]
    return left << 8 | right
