"""How items are found by everyday words: what their search column holds, and what is asked of it.

People write sentences (“我想开个小饭馆”), items have official names and a list of everyday words. Words that every
question holds are left out, the rest are pairs of characters of which any may match; the rank sorts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast

from yicheng.core.kernel import search

if TYPE_CHECKING:
    from yicheng.core.services.models import ItemVersion

WORDS_AT_MOST = 40
#: what every question holds; it parts the words beside it
_ASKING = re.compile(
    "怎么办理|怎么办|我想|我要|想要|要想|怎么|怎样|如何|办理|申请|申办|申报|哪里|哪儿|在哪|可以|能不能|能否|需要|什么|一下|请问|手续|流程|证件"
    "|想办|去办|多少|多久|[吗呢我给去办想要该刚]"
)
#: what stands inside a phrase and says nothing: 生了孩子 is 生孩子, 开个小饭馆 is 开饭馆
_PARTICLES = re.compile("一个|一家|[的了个家小]")
_ASKING_EN = frozenset(
    [
        "a",
        "an",
        "the",
        "i",
        "we",
        "my",
        "our",
        "me",
        "you",
        "to",
        "of",
        "for",
        "in",
        "on",
        "at",
        "is",
        "are",
        "be",
        "do",
        "does",
        "how",
        "what",
        "where",
        "when",
        "can",
        "could",
        "want",
        "need",
        "would",
        "like",
        "get",
        "apply",
        "application",
        "and",
        "or",
        "with",
        "it",
    ]
)


def search_vector(version: ItemVersion) -> Any:
    """The search column of an item: name and everyday words first, then what comes of it, then its summary."""
    weighted = (
        ("A", [version.name, *version.words.split(), version.name_en]),
        ("B", [version.result_name, version.result_name_en]),
        ("D", [version.summary, version.summary_en]),
    )
    return Cast(Value(search.weighted_vector(*weighted)), SearchVectorField())


def search_query(text: str) -> str:
    """A ``tsquery`` of which any word may match; "" when nothing is left to seek."""
    asked = _PARTICLES.sub("", _ASKING.sub(" ", text))
    words = [word for word in search.places(asked if asked.strip() else text) if word not in _ASKING_EN]
    pairs = [word for word in words if len(word) > 1]
    return " | ".join(f"'{word}':*" for word in (pairs or words)[:WORDS_AT_MOST])
