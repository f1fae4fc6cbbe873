"""Proves a bundle of receipts offline: ``yicheng receipts verify BUNDLE``.

Needs no platform and no database, only this package's ``receipts`` folder with ``cryptography``
and ``msgspec``. One signature is checked, that of the checkpoint; it stands for the root of a
tree of hashes, and every receipt is proven by leading to that root. A million signatures would
take two minutes and prove less: not that nothing was left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec

from yicheng.core.sharing.receipts import merkle
from yicheng.core.sharing.receipts.bundle import BundleBroken, Opened, opened
from yicheng.core.sharing.receipts.notes import Checkpoint, NoteBroken, Verifier, verifier
from yicheng.core.sharing.receipts.notes import opened as opened_note
from yicheng.core.sharing.receipts.receipt import ReceiptBroken, entry
from yicheng.core.sharing.receipts.receipt import opened as opened_receipt


class _OfGrant(msgspec.Struct):
    grant: int


@dataclass(frozen=True, slots=True)
class Proven:
    """What a bundle proves. ``grants``: for each grant the first and last number of its receipts, without a gap."""

    origin: str
    key: str
    size: int
    root: bytes
    receipts: int
    grants: dict[int, tuple[int, int]]
    lodged: Sequence[int]
    is_whole: bool


@dataclass(slots=True)
class _Read:
    positions: list[int] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    grants: dict[int, tuple[int, int]] = field(default_factory=dict)
    sought: set[bytes] = field(default_factory=set)


def verify(
    source: Path | IO[bytes], *, key: str = "", lodged: Iterable[str] = (), receipts: Iterable[str] = ()
) -> Proven:
    """Prove a bundle. Raises ``BundleBroken``, which says what is wrong.

    ``key`` is the verifier key one trusts; without it the bundle's own is used and must be compared by eye.
    ``lodged`` are checkpoints kept elsewhere, ``receipts`` signed receipts one holds: all must be in it.
    """
    with opened(source) as bundle:
        try:
            trusted = [verifier(key)] if key else [verifier(one) for one in bundle.keys]
            bodies = [_held(text, trusted) for text in receipts]
            state = opened_note(bundle.checkpoint, trusted)
            return _proven(bundle, state, trusted, own=list(lodged), bodies=bodies)
        except (NoteBroken, merkle.ProofBroken, ReceiptBroken) as error:
            raise BundleBroken(str(error)) from None


def _proven(
    bundle: Opened, state: Checkpoint, trusted: list[Verifier], *, own: list[str], bodies: list[bytes]
) -> Proven:
    read = _Read(sought=set(bodies))
    for line in bundle.lines:
        _take(read, line)
    if merkle.root_with_rest(read.hashes, read.positions, bundle.rest, size=state.size) != state.root:
        raise BundleBroken("a receipt was changed, dropped, added or moved: the root is not the signed one")
    if read.sought:
        raise BundleBroken(f"{len(read.sought)} of the receipts you hold are not in the bundle")
    sizes = _check_lodged(bundle, state, trusted, own)
    return Proven(
        origin=state.origin,
        key=str(trusted[0]),
        size=state.size,
        root=state.root,
        receipts=len(read.positions),
        grants=read.grants,
        lodged=sizes,
        is_whole=len(read.positions) == state.size,
    )


_DECODE = msgspec.json.Decoder(_OfGrant).decode


def _take(read: _Read, line: bytes) -> None:
    """One line: its place is after the one before, its number the next of its grant."""
    try:
        place, _, content = line.partition(b" ")
        number, _, body = content.partition(b" ")
        position, serial, grant = int(place), int(number), _DECODE(body).grant
    except (ValueError, msgspec.MsgspecError):
        raise BundleBroken(f"line {len(read.positions) + 1} is no receipt") from None
    if line != b"%d %s" % (position, entry(serial, body)) or (
        read.positions and position <= read.positions[-1]
    ):
        raise BundleBroken(f"line {len(read.positions) + 1} is out of its place")
    first, last = read.grants.get(grant, (serial, serial - 1))
    if serial != last + 1:
        raise BundleBroken(f"of grant {grant} receipt {last + 1} is missing before receipt {serial}")
    read.grants[grant] = (first, serial)
    read.positions.append(position)
    read.hashes.append(merkle.leaf_hash(content))
    if read.sought:
        read.sought.discard(body)


def _held(text: str, trusted: list[Verifier]) -> bytes:
    """The payload of a receipt that somebody holds, signed by one of the keys."""
    for by in trusted:
        try:
            return opened_receipt(text, by)
        except ReceiptBroken:
            continue
    raise ReceiptBroken("a receipt you hold is not signed by the log's key, or was altered")


def _check_lodged(bundle: Opened, state: Checkpoint, trusted: list[Verifier], own: list[str]) -> list[int]:
    """Every earlier checkpoint is the beginning of this log, those of the bundle and those kept elsewhere."""
    for one in bundle.lodged:
        earlier = opened_note(one.note, trusted)
        if earlier.size != one.size or earlier.origin != state.origin:
            raise BundleBroken(f"the lodged checkpoint of {one.size} entries is another one")
        merkle.check_growth(earlier.root, state.root, one.proof, old=earlier.size, size=state.size)
    known = {one.size: opened_note(one.note, trusted).root for one in bundle.lodged} | {
        state.size: state.root
    }
    for note in own:
        kept = opened_note(note, trusted)
        if kept.size not in known:
            raise BundleBroken(f"the bundle says nothing of the checkpoint of {kept.size} entries you keep")
        if known[kept.size] != kept.root or kept.origin != state.origin:
            raise BundleBroken(f"the log was rewritten: at {kept.size} entries it had another root")
    return sorted(one.size for one in bundle.lodged)
