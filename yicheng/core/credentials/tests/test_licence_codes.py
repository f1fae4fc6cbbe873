"""Printed codes: 128 bits, read back however somebody types them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.credentials.licences import codes


@given(st.binary(min_size=16, max_size=16), st.sampled_from([codes.LICENCE, codes.ONCE]))
def test_every_bit_stands_in_the_code(raw: bytes, kind: str) -> None:
    code = codes.new_code(kind, random=lambda _bytes: raw)
    number = 0
    for letter in code[1:]:
        number = number * 32 + codes.ALPHABET.index(letter)
    assert number == int.from_bytes(raw, "big")
    pattern = codes.LICENCE_PATTERN if kind == codes.LICENCE else codes.ONCE_PATTERN
    assert re.fullmatch(pattern, code)


@given(st.binary(min_size=16, max_size=16))
def test_typed_codes_are_read(raw: bytes) -> None:
    code = codes.new_code(codes.LICENCE, random=lambda _bytes: raw)
    typed = codes.in_groups(code).lower().replace("0", "o").replace("1", "l")
    assert codes.normal(f"  {typed}-") == code
