"""Identity numbers (GB 11643) and social credit codes (GB 32100), whole columns at a time.

python-stdnum holds the rules; it looks at one number in ten microseconds, which a million rows can't
wait for. So its arithmetic is said again as column expressions, its tables are asked once for each
prefix, and a property test holds both to the same verdict.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl
from stdnum import numdb

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def compact(text: pl.Expr) -> pl.Expr:
    """Without blanks and dashes, in capitals."""
    return text.str.replace_all(r"[\s\-]", "").str.to_uppercase()


def is_identity(number: pl.Expr) -> pl.Expr:
    """Whether a compacted number has the form, a date that exists and the check digit; not whether its place exists."""
    has_form = number.str.contains(r"^\d{17}[\dX]$")
    digits = number.str.slice(0, 17).cast(pl.Int64, strict=False)
    total = pl.lit(0, dtype=pl.Int64)
    for at, weight in enumerate(_WEIGHTS):
        total = total + (digits // 10 ** (16 - at) % 10) * weight
    last = number.str.slice(17, 1)
    check = pl.when(last == "X").then(pl.lit(10)).otherwise(last.cast(pl.Int64, strict=False))
    born = number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    return (has_form & ((total + check) % 11 == 1) & born.is_not_null()).fill_null(value=False)


def known_places(numbers: pl.Series) -> pl.Series:
    """For each compacted number whether its first six digits are, or ever were, a county (table of stdnum)."""
    prefixes = numbers.str.slice(0, 6)
    known = [prefix for prefix in prefixes.drop_nulls().unique().to_list() if _is_place(prefix)]
    return prefixes.is_in(known).fill_null(value=False)


def is_credit_code(number: pl.Expr) -> pl.Expr:
    """Whether a compacted code has the form and the check sign of GB 32100."""
    has_form = number.str.contains(rf"^\d{{8}}[{_CREDIT_SIGNS}]{{10}}$")
    values = {sign: value for value, sign in enumerate(_CREDIT_SIGNS)}
    total = pl.lit(0, dtype=pl.Int64)
    for at, weight in enumerate(_CREDIT_WEIGHTS):
        sign = number.str.slice(at, 1)
        value = (
            sign.cast(pl.Int64, strict=False)
            if at < 8
            else sign.replace_strict(values, default=None, return_dtype=pl.Int64)
        )
        total = total + value * weight
    check = number.str.slice(17, 1).replace_strict(values, default=None, return_dtype=pl.Int64)
    return (has_form & ((total + check) % 31 == 0)).fill_null(value=False)


@lru_cache(maxsize=20_000)
def _is_place(prefix: str) -> bool:
    if len(prefix) != 6 or not prefix.isascii() or not prefix.isdigit():
        return False
    return any(properties for _part, properties in numdb.get("cn/loc").info(prefix))
