"""What a part may declare about messages to people."""

from __future__ import annotations

from dataclasses import dataclass

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


NOTICES: Slot[NoticeKind] = Slot("notices.kinds", NoticeKind, module="notices", attribute="NOTICES")
