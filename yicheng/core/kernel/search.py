"""Full-text search in Chinese on plain PostgreSQL: pairs of characters as words, phrases as queries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

_HAN = "\\u3400-\\u9fff\\U00020000-\\U0003134f"
_RUN = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_CHINESE = re.compile(f"[{_HAN}]")
WORD_LIMIT = 60
PAIR_LIMIT = 400
#: between two texts of a weighted vector, so that a phrase lies within one of them
GAP = 10
#: PostgreSQL counts no further than 16,383, and keeps 255 places of a word
LAST_PLACE, PLACES_AT_MOST = 16_000, 200


def _words(text: str) -> list[list[str]]:
    """Runs of a text as words: a Chinese run gives its pairs of characters, others themselves."""
    return [_pairs(run) if _is_chinese(run) else [run.lower()[:WORD_LIMIT]] for run in _split(text)]


def _split(text: str) -> list[str]:
    return _RUN.findall(text)


def _is_chinese(run: str) -> bool:
    return _CHINESE.match(run) is not None


def _pairs(run: str) -> list[str]:
    """The pairs of a Chinese run, and its last character alone, so that one character is found too."""
    return [run[i : i + 2] for i in range(len(run))]


def places(*texts: str) -> dict[str, list[int]]:
    """The words of the texts with their positions, which count on from text to text."""
    found: dict[str, list[int]] = {}
    position = 0
    for text in texts:
        for words in _words(text):
            for word in words:
                position += 1
                if position > PAIR_LIMIT:
                    return found
                if word in found:
                    found[word].append(position)
                else:
                    found[word] = [position]
        position += 1
    return found


def vector(*texts: str) -> str:
    """A ``tsvector`` literal of the texts."""
    return " ".join(f"'{word}':{','.join(map(str, at))}" for word, at in places(*texts).items())


def weighted_vector(*parts: tuple[str, Iterable[str]]) -> str:
    """A ``tsvector`` literal of texts by weight (A to D): places count on from text to text."""
    found: dict[str, list[str]] = defaultdict(list)
    begin = 0
    for weight, texts in parts:
        for text in texts:
            last = begin
            for word, at in places(text).items():
                last = max(last, begin + at[-1])
                found[word] += [f"{begin + place}{weight}" for place in at]
            begin = last + GAP
            if begin > LAST_PLACE:
                return _literal(found)
    return _literal(found)


def _literal(found: dict[str, list[str]]) -> str:
    return " ".join(f"'{word}':{','.join(at[:PLACES_AT_MOST])}" for word, at in found.items())


def query(text: str) -> str:
    """A ``tsquery`` literal: every run must occur, a Chinese run as written; "" when there is nothing to seek."""
    return " & ".join(_phrase(words) for words in _words(text)[:10])


def _phrase(words: list[str]) -> str:
    """One run. Of a longer Chinese run every second pair, at its distance, says as much as all of them."""
    if len(words) == 1:
        return f"'{words[0]}':*"
    pairs = [word for word in words if len(word) == 2]
    chosen = [*range(0, len(pairs), 2)]
    if chosen[-1] != len(pairs) - 1:
        chosen.append(len(pairs) - 1)
    parts = [f"'{pairs[chosen[0]]}'"]
    parts += [f"<{at - before}> '{pairs[at]}'" for before, at in pairwise(chosen)]
    return f"({' '.join(parts)})"
