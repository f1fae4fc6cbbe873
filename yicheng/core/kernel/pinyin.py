"""Sort keys for Chinese names: the database has no Chinese collation (see docs/decisions)."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def sort_key(name: str, *, max_length: int = 200) -> str:
    """Lower-case pinyin with tones as digits, so that names list in the order of a dictionary."""
    return " ".join(lazy_pinyin(name, style=Style.TONE3, neutral_tone_with_five=True)).casefold()[:max_length]
