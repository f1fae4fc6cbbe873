"""Suggests what a report is about from its words: keywords and pairs of characters, no model, no network.

Residents write “门口路灯不亮了”, the standard says “路灯”: a keyword found whole counts most; what
remains is compared by pairs of neighbouring characters, rarer pairs counting more.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

KEYWORD_WEIGHT = 4.0
NAME_WEIGHT = 5.0
PAIR_WEIGHT = 1.0
LEAST_SCORE = 2.0
TEXT_LIMIT = 2_000

_WORDS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class ClassWords:
    """What the index needs to know of a class: its names and the everyday words for it."""

    code: str
    name: str
    keywords: tuple[str, ...] = ()
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class that fits the words, and how well (higher is better; only comparable within one answer)."""

    code: str
    score: float


class ClassIndex:
    """The words of all classes, ready to be compared with a report; built once, read-only after."""

    def __init__(self, classes: Iterable[ClassWords]) -> None:
        self.classes = tuple(classes)
        self._phrases = [_phrases(each) for each in self.classes]
        self._pairs = [pairs(" ".join((each.name, *each.keywords, each.definition))) for each in self.classes]
        self._rarity = _rarity(self._pairs)

    def suggest(self, text: str, *, limit: int = 3) -> list[Suggestion]:
        """The best fitting classes, best first; empty when nothing fits."""
        words = normal(text[:TEXT_LIMIT])
        found = pairs(words)
        scored = [
            Suggestion(each.code, round(self._score(number, words, found), 3))
            for number, each in enumerate(self.classes)
        ]
        fitting = [each for each in scored if each.score >= LEAST_SCORE]
        return sorted(fitting, key=lambda each: (-each.score, each.code))[:limit]

    def _score(self, number: int, words: str, found: frozenset[str]) -> float:
        whole = sum(weight for phrase, weight in self._phrases[number].items() if phrase in words)
        shared = sum(self._rarity[pair] for pair in found & self._pairs[number])
        return whole + PAIR_WEIGHT * shared / (1 + math.log1p(len(self._pairs[number])))


def normal(text: str) -> str:
    """Lower case, words and Chinese runs apart by one space, everything else gone."""
    return " ".join(_WORDS.findall(text.lower()))


def pairs(text: str) -> frozenset[str]:
    """Neighbouring pairs of Chinese characters, and whole words of other scripts."""
    found: set[str] = set()
    for word in _WORDS.findall(text.lower()):
        if word.isascii():
            found.add(word)
        else:
            found.update(word[i : i + 2] for i in range(len(word) - 1))
    return frozenset(found)


def _phrases(words: ClassWords) -> Mapping[str, float]:
    """Whole phrases with their weight: longer ones say more."""
    weighted = {
        normal(word): KEYWORD_WEIGHT * _length_factor(word) for word in words.keywords if word.strip()
    }
    weighted[normal(words.name)] = NAME_WEIGHT * _length_factor(words.name)
    return {phrase: weight for phrase, weight in weighted.items() if phrase}


def _length_factor(phrase: str) -> float:
    return math.sqrt(min(len(phrase), 8) / 2)


def _rarity(all_pairs: Sequence[frozenset[str]]) -> Mapping[str, float]:
    counts = Counter(pair for each in all_pairs for pair in each)
    return {pair: math.log1p(len(all_pairs) / count) for pair, count in counts.items()}
