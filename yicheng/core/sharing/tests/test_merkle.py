"""The tree against the definition's own words, and every way of lying with it."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.sharing.receipts import merkle


def by_definition(entries: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\0" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\1" + by_definition(entries[:k]) + by_definition(entries[k:])).digest()


ENTRIES = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def grown(entries: list[bytes]) -> tuple[list[bytes], merkle.Nodes, bytes]:
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    return hashes, merkle.nodes_of(hashes), merkle.root_of(hashes)


def test_roots_of_certificate_transparency():
    """The published test vectors of RFC 6962 implementations."""
    entries = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                                "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert grown(entries[:3])[2].hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert grown(entries)[2].hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(ENTRIES)
def test_root_is_the_defined_one(entries):
    hashes, nodes, root = grown(entries)
    assert root == by_definition(entries) == merkle.span(nodes, 0, len(hashes))


@given(ENTRIES, st.data())
def test_inclusion_leads_to_the_root_for_this_leaf_only(entries, data):
    hashes, nodes, root = grown(entries)
    size = len(hashes)
    position = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(nodes, position, size)
    assert merkle.included(hashes[position], path, position=position, size=size) == root
    other = merkle.leaf_hash(b"another entry")
    assert merkle.included(other, path, position=position, size=size) != root
    if path:
        with pytest.raises(merkle.ProofBroken):
            merkle.included(hashes[position], path[:-1], position=position, size=size)
    with pytest.raises(merkle.ProofBroken):
        merkle.included(hashes[position], [*path, root], position=position, size=size)


@given(ENTRIES, st.data())
def test_growth_is_proven_and_rewriting_is_not(entries, data):
    hashes, nodes, root = grown(entries)
    old = data.draw(st.integers(1, len(hashes)))
    proof = merkle.consistency(nodes, old, len(hashes))
    before = merkle.root_of(hashes[:old])
    merkle.check_growth(before, root, proof, old=old, size=len(hashes))
    rewritten = merkle.root_of([merkle.leaf_hash(b"rewritten"), *hashes[1:old]])
    if rewritten != before:
        with pytest.raises(merkle.ProofBroken):
            merkle.check_growth(rewritten, root, proof, old=old, size=len(hashes))


@given(ENTRIES, st.data())
def test_some_leaves_and_the_rest_make_the_root(entries, data):
    hashes, nodes, root = grown(entries)
    positions = sorted(data.draw(st.sets(st.integers(0, len(hashes) - 1))))
    others = list(merkle.rest(nodes, positions, len(hashes)))
    chosen = [hashes[position] for position in positions]
    assert merkle.root_with_rest(chosen, positions, others, size=len(hashes)) == root
    with pytest.raises(merkle.ProofBroken):
        merkle.root_with_rest(chosen, positions, [*others, root], size=len(hashes))
    if others:
        with pytest.raises(merkle.ProofBroken):
            merkle.root_with_rest(chosen, positions, others[:-1], size=len(hashes))
