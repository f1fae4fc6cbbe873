"""The hash tree of a log, as RFC 6962 and RFC 9162 (section 2.1) define it: hashes, proofs, their checks.

Nothing here knows a database. A tree is reached through ``Nodes``: the hash of a complete
subtree by its level (0: leaves) and index. ``span`` gives the hash of any range of leaves
that the definition splits into; every proof is a list of such hashes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

Nodes = Callable[[int, int], bytes]
EMPTY = sha256(b"").digest()


class ProofBroken(Exception):
    """The proof does not lead to the root it claims; the message says in what."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry. The prefix keeps leaves and nodes apart."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\1" + left + right).digest()


def split(width: int) -> int:
    """Where the definition splits ``width`` leaves: the largest power of two below it."""
    return 1 << (width - 1).bit_length() - 1


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes: level by level, the odd one at the end goes up as it is."""
    if not hashes:
        return EMPTY
    row = list(hashes)
    while len(row) > 1:
        pairs = iter(row)
        above = [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
        if len(row) % 2:
            above.append(row[-1])
        row = above
    return row[0]


def nodes_of(hashes: Sequence[bytes]) -> Nodes:
    """The subtrees over leaf hashes that lie in memory."""
    return lambda level, index: root_of(hashes[index << level : (index + 1) << level])


def span(nodes: Nodes, first: int, end: int) -> bytes:
    """The hash over leaves ``first`` to ``end`` (left out), a range that the definition splits into."""
    width = end - first
    if width == 0:
        return EMPTY
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return nodes(level, first >> level)
    middle = first + split(width)
    return node_hash(span(nodes, first, middle), span(nodes, middle, end))


# ── one leaf is in the tree ─────────────────────────────────────────────────


def inclusion(nodes: Nodes, position: int, size: int) -> list[bytes]:
    """The audit path of a leaf in the tree of ``size`` leaves (RFC 9162, 2.1.3.1)."""
    if not 0 <= position < size:
        raise ValueError("there is no such leaf in a tree of this size")
    path, first, end = [], 0, size
    while end - first > 1:
        middle = first + split(end - first)
        if position < middle:
            path.append(span(nodes, middle, end))
            end = middle
        else:
            path.append(span(nodes, first, middle))
            first = middle
    return path[::-1]


def included(leaf: bytes, path: Sequence[bytes], *, position: int, size: int) -> bytes:
    """The root that the path leads to (RFC 9162, 2.1.3.2). Raises ``ProofBroken``."""
    if not 0 <= position < size:
        raise ProofBroken("the leaf lies outside the tree")
    at, last, found = position, size - 1, leaf
    for step in path:
        if last == 0:
            raise ProofBroken("the path is too long")
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofBroken("the path is too short")
    return found


# ── one tree grew out of another ────────────────────────────────────────────


def consistency(nodes: Nodes, old: int, size: int) -> list[bytes]:
    """Why the tree of ``old`` leaves is the beginning of the tree of ``size`` (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= size:
        raise ValueError("an older tree has at least one leaf and no more than the newer one")
    return _grown(nodes, old, 0, size, is_whole=True) if old < size else []


def _grown(nodes: Nodes, old: int, first: int, end: int, *, is_whole: bool) -> list[bytes]:
    width = end - first
    if old == width:
        return [] if is_whole else [span(nodes, first, end)]
    middle = split(width)
    if old <= middle:
        left = _grown(nodes, old, first, first + middle, is_whole=is_whole)
        return [*left, span(nodes, first + middle, end)]
    right = _grown(nodes, old - middle, first + middle, end, is_whole=False)
    return [*right, span(nodes, first, first + middle)]


def check_growth(old_root: bytes, root: bytes, proof: Sequence[bytes], *, old: int, size: int) -> None:
    """Raise ``ProofBroken`` unless the proof leads from both roots to what they share (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= size:
        raise ProofBroken("the older tree is larger than the newer one, or empty")
    if old == size:
        if proof or old_root != root:
            raise ProofBroken("two trees of one size differ")
        return
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        raise ProofBroken("the proof is empty")
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    found_old = found = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofBroken("the proof is too long")
        if at & 1 or at == last:
            found_old, found = node_hash(step, found_old), node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    if last or found_old != old_root or found != root:
        raise ProofBroken("the newer tree did not grow out of the older one")


# ── many leaves at once ─────────────────────────────────────────────────────


def rest(nodes: Nodes, positions: Sequence[int], size: int) -> Iterator[bytes]:
    """The hashes that are missing to compute the root from the leaves at ``positions`` (ascending), left to right."""
    yield from _rest(nodes, positions, 0, size)


def _rest(nodes: Nodes, positions: Sequence[int], first: int, end: int) -> Iterator[bytes]:
    low, high = bisect_left(positions, first), bisect_left(positions, end)
    if low == high:
        if end > first:
            yield span(nodes, first, end)
    elif high - low < end - first:
        middle = first + split(end - first)
        yield from _rest(nodes, positions, first, middle)
        yield from _rest(nodes, positions, middle, end)


def root_with_rest(
    hashes: Sequence[bytes], positions: Sequence[int], others: Sequence[bytes], *, size: int
) -> bytes:
    """The root from some leaves (``hashes`` at ``positions``, ascending) and ``rest``. Raises ``ProofBroken``."""
    waiting = iter(others)

    def over(first: int, end: int) -> bytes:
        low, high = bisect_left(positions, first), bisect_left(positions, end)
        if low == high:
            found = next(waiting, None)
            if found is None or len(found) != 32:
                raise ProofBroken("a hash of the rest of the tree is missing")
            return found
        if high - low == end - first:
            return root_of(hashes[low:high])
        middle = first + split(end - first)
        left = over(first, middle)
        return node_hash(left, over(middle, end))

    if positions and not 0 <= positions[0] <= positions[-1] < size:
        raise ProofBroken("a leaf lies outside the tree")
    root = over(0, size) if size else EMPTY
    if next(waiting, None) is not None:
        raise ProofBroken("there are more hashes than the tree has room for")
    return root
