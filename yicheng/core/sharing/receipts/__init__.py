"""Receipts of shared data: signed for both sides, sequenced into a Merkle log, provable offline."""
