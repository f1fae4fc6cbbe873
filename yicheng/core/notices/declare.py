"""What a part may declare about messages to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from yicheng.core.kernel.slots import Slot


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of message: whole translatable sentences with named placeholders.

    ``channels`` beyond the inbox: "email", "sms". ``urgent`` ones are shown on top and not bundled.
    """

    key: str
    title: str | Promise
    text: str | Promise
    channels: tuple[str, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text within a message that its part puts into words when it is read, in the reader's language.

    ``notify`` gets ``Phrased(key, values)`` as a placeholder's value; ``words(values)`` answers the text.
    """

    key: str
    words: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Phrased:
    """A placeholder's value that is put into words later; ``values`` are JSON."""

    key: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return PHRASES.get(self.key).words(self.values)


PHRASES: Slot[Phrase] = Slot("notices.phrases", Phrase, module="notices", attribute="PHRASES")
NOTICES: Slot[NoticeKind] = Slot("notices.kinds", NoticeKind, module="notices", attribute="NOTICES")
