"""Checkpoints as signed notes: the C2SP formats ``signed-note`` and ``tlog-checkpoint`` with Ed25519.

A checkpoint says how many entries a log has and what the root of its tree is::

    data.example.gov/sharing
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — data.example.gov/sharing Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

Any tool that knows the formats can check it. A verifier key reads ``name+keyid+base64(1 || key)``.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "\N{EM DASH}"
_LARGEST = 10_000


class NoteBroken(Exception):
    """A note cannot be read, or none of its signatures is by a key that is trusted."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A log's name with its public key (32 bytes)."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether the key made this signature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its name, how many entries, the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def verifier(text: str) -> Verifier:
    """A verifier key as written above. Raises ``NoteBroken``."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _unbase64(encoded)
    found = Verifier(name, raw[1:])
    if not name or raw[:1] != _ED25519 or len(raw) != 33 or key_id != found.key_id.hex():
        raise NoteBroken("this is no verifier key of Ed25519: name+keyid+key")
    return found


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey, by: Verifier) -> str:
    """The note: the checkpoint's text, an empty line, the signature."""
    text = checkpoint.text()
    signature = b64encode(by.key_id + key.sign(text.encode())).decode()
    return f"{text}\n{_DASH} {by.name} {signature}\n"


def opened(note: str, trusted: list[Verifier]) -> Checkpoint:
    """The checkpoint in a note that one of the trusted keys signed. Raises ``NoteBroken``."""
    if len(note) > _LARGEST or "\n\n" not in note or not note.endswith("\n"):
        raise NoteBroken("this is no signed note")
    text, _, signatures = note[:-1].rpartition("\n\n")
    text += "\n"
    if not any(_is_signed(line, text, by) for line in signatures.split("\n") for by in trusted):
        raise NoteBroken("none of the signatures is by a trusted key, or the checkpoint was altered")
    return _checkpoint(text)


def _is_signed(line: str, text: str, by: Verifier) -> bool:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != _DASH or name != by.name:
        return False
    raw = _unbase64(encoded)
    return raw[:4] == by.key_id and by.verify(raw[4:], text.encode())


def _checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 4 or not lines[1].isascii() or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
        raise NoteBroken("the checkpoint has no size")
    root = _unbase64(lines[2])
    if len(root) != 32:
        raise NoteBroken("the checkpoint has no root")
    return Checkpoint(lines[0], int(lines[1]), root)


def _unbase64(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (BadBase64, ValueError):
        raise NoteBroken("a part of the note is no base64") from None
    if b64encode(raw).decode() != text:
        raise NoteBroken("a part of the note is no canonical base64")
    return raw
