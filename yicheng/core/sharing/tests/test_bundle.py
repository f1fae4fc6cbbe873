"""Whatever is done to a bundle of receipts, the check finds it."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yicheng.core.sharing.receipts import bundle, merkle, notes, receipt
from yicheng.core.sharing.receipts.bundle import BundleBroken, Lodged
from yicheng.core.sharing.receipts.verify import verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BY = notes.Verifier("data.example.gov/sharing", KEY.public_key().public_bytes_raw())


def body(number: int, grant: int) -> bytes:
    made = receipt.Receipt(
        call=f"{number:032x}", at="2026-11-23T08:00:00Z", kind="query", grant=grant, resource="roads.lamps",
        provider="roads", consumer="water", by="account/7", purpose="核对路灯", basis="条例第十条",
        fields=("code", "name"), rows=number, request="0" * 64, answer="f" * 64,
    )  # fmt: skip
    return receipt.payload(made)


def log(size: int) -> list[bytes]:
    """Entries of three grants in turn."""
    return [receipt.entry(number // 3 + 1, body(number, number % 3)) for number in range(size)]


def note(hashes: list[bytes], key: Ed25519PrivateKey = KEY, by: notes.Verifier = BY) -> str:
    return notes.sign(notes.Checkpoint(by.name, len(hashes), merkle.root_of(hashes)), key, by)


def written(entries: list[bytes], positions: list[int] | None = None, *, lodged: int = 0) -> bytes:
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    nodes, size = merkle.nodes_of(hashes), len(hashes)
    chosen = list(range(size)) if positions is None else positions
    kept = (
        [Lodged(lodged, note(hashes[:lodged]), tuple(merkle.consistency(nodes, lodged, size)))]
        if lodged
        else []
    )
    target = BytesIO()
    bundle.write(
        target,
        keys=[str(BY)],
        checkpoint=note(hashes),
        entries=[(place, entries[place]) for place in chosen],
        rest=merkle.rest(nodes, chosen, size),
        lodged=kept,
    )
    return target.getvalue()


def members(raw: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> BytesIO:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100])
def test_a_whole_log_is_proven(size):
    proven = verify(BytesIO(written(log(size))))
    assert (proven.receipts, proven.size, proven.is_whole) == (size, size, True)
    assert proven.grants[0] == (1, (size + 2) // 3)


def test_one_grant_is_proven_out_of_many():
    proven = verify(BytesIO(written(log(50), list(range(1, 50, 3)), lodged=17)), key=str(BY))
    assert (proven.receipts, proven.is_whole, proven.grants, proven.lodged) == (17, False, {1: (1, 17)}, [17])


PARTS = {
    "whole": members(written(log(20), lodged=6)),
    "some": members(written(log(20), list(range(2, 20, 3)), lodged=6)),
}
BITS = [
    (kind, name, bit)
    for kind, parts in PARTS.items()
    for name, raw in parts.items()
    for bit in range(len(raw) * 8)
]


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(BITS))
def test_any_flipped_bit_is_found(flipped):
    kind, name, bit = flipped
    raw = bytearray(PARTS[kind][name])
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BundleBroken):
        verify(packed(PARTS[kind] | {name: bytes(raw)}))


def test_every_bit_of_a_checkpoint_counts():
    raw = note([merkle.leaf_hash(entry) for entry in log(5)]).encode()
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((notes.NoteBroken, UnicodeDecodeError)):
            notes.opened(flipped.decode(), [BY])


@settings(max_examples=60)
@given(st.integers(0, 19), st.sampled_from(["whole", "some"]))
def test_any_dropped_receipt_is_found(which, kind):
    lines = PARTS[kind]["receipts.txt"].splitlines(keepends=True)
    del lines[which % len(lines)]
    with pytest.raises(BundleBroken):
        verify(packed(PARTS[kind] | {"receipts.txt": b"".join(lines)}))


@settings(max_examples=60)
@given(st.permutations(range(20)), st.booleans())
def test_any_other_order_is_found(order, renumbered):
    if order == list(range(20)):
        return
    lines = PARTS["whole"]["receipts.txt"].splitlines()
    moved = [lines[old] for old in order]
    if renumbered:
        moved = [b"%d %s" % (place, line.partition(b" ")[2]) for place, line in enumerate(moved)]
    with pytest.raises(BundleBroken):
        verify(packed(PARTS["whole"] | {"receipts.txt": b"\n".join(moved) + b"\n"}))


def test_a_receipt_dropped_with_a_new_proof_shows_as_a_gap():
    """Who holds the tree can prove any choice of leaves; the numbers of a grant have no gap to hide it in."""
    with pytest.raises(BundleBroken, match="of grant 0 receipt 3 is missing before receipt 4"):
        verify(BytesIO(written(log(20), [0, 3, 9, 12])))


def test_a_rewritten_log_does_not_continue_the_lodged_checkpoint():
    entries = log(20)
    kept = note([merkle.leaf_hash(entry) for entry in entries[:6]])
    entries[2] = receipt.entry(1, body(99, 2))
    with pytest.raises(BundleBroken, match="rewritten"):
        verify(BytesIO(written(entries, lodged=6)), lodged=[kept])


def test_another_key_is_not_trusted():
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    trusted = notes.Verifier(BY.name, other.public_key().public_bytes_raw())
    with pytest.raises(BundleBroken, match="trusted key"):
        verify(BytesIO(written(log(5))), key=str(trusted))


def test_a_receipt_one_holds_is_in_it_or_not():
    raw = written(log(9))
    held = receipt.sign(body(4, 1), KEY, head=receipt.header(BY))
    assert verify(BytesIO(raw), receipts=[held]).receipts == 9
    with pytest.raises(BundleBroken, match="not in the bundle"):
        verify(BytesIO(raw), receipts=[receipt.sign(body(77, 1), KEY, head=receipt.header(BY))])


@settings(max_examples=200)
@given(st.data())
def test_a_signed_receipt_holds_no_bit_to_change(data):
    held = receipt.sign(body(4, 1), KEY, head=receipt.header(BY))
    at, letter = (
        data.draw(st.integers(0, len(held) - 1)),
        data.draw(st.characters(max_codepoint=126, min_codepoint=33)),
    )
    if held[at] == letter:
        return
    with pytest.raises(receipt.ReceiptBroken):
        receipt.opened(held[:at] + letter + held[at + 1 :], BY)


@pytest.mark.parametrize("raw", [b"", b"PK", b"no archive at all", packed({"bundle.json": b"{}"}).getvalue()])
def test_what_is_no_bundle_is_refused(raw):
    with pytest.raises(BundleBroken):
        verify(BytesIO(raw))
