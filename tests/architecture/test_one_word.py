"""One word for a thing everywhere: a text that two parts share has one translation, else the first part wins unseen.

Texts that mean different things in different parts carry a context (``pgettext``, ``{% translate … context … %}``).
"""

from __future__ import annotations

from collections import defaultdict

import pytest
from babel.messages.pofile import read_po

from yicheng.runtime import catalogues


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_text_reads_the_same_in_every_part(language: str) -> None:
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for part in catalogues.folders():
        path = part / "locale" / language / "LC_MESSAGES" / "django.po"
        if not path.exists():
            continue
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if isinstance(message.id, str) and message.id and isinstance(message.string, str):
                    found[message.context or "", message.id][message.string] = part.name
    torn = {key: words for key, words in found.items() if len({text for text in words if text}) > 1}
    assert not torn, "\n".join(f"{text!r}: {words}" for (_context, text), words in sorted(torn.items()))
