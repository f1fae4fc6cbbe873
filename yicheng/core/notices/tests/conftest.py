"""Kinds and people for the tests of messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.channels.protocol import Contact, Fault, Message, Receipt
from yicheng.core.notices.declare import NOTICES, NoticeKind
from yicheng.core.people.models import Account
from yicheng.core.people.public import Viewer

PLAIN = NoticeKind(
    "test.plain", _("Case %(number)s"), _("Case %(number)s is done."), channels=("email", "sms")
)
URGENT = NoticeKind(
    "test.urgent", "Flood at %(place)s", "Go to %(place)s.", channels=("email", "sms"), urgent=True
)
INBOX_ONLY = NoticeKind("test.inbox", "For %(number)s", "Due %(due)s.")

#: what the recording channel sent, and what it is told to answer
SENT: list[Message] = []
ANSWERS: list[Receipt | Fault] = []


@dataclass
class Recording:
    """A channel that keeps what it was given: the outside world, faked."""

    key: str = "sms"
    title: str = "Recorded"
    bundles: bool = False
    sent: list[Message] = field(default_factory=list)

    def address_of(self, contact: Contact) -> str:
        return contact.email

    def send(self, messages: Sequence[Message]) -> list[Receipt | Fault]:
        SENT.extend(messages)
        return [ANSWERS.pop(0) if ANSWERS else Receipt(f"r-{message.reference}") for message in messages]


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three kinds in the slot; an empty outside world."""
    SENT.clear()
    ANSWERS.clear()
    for kind in (PLAIN, URGENT, INBOX_ONLY):
        monkeypatch.setitem(NOTICES._items, kind.key, kind)


@pytest.fixture
def recording(settings: Any) -> list[Message]:
    """Switches on one channel, "sms", that records."""
    settings.NOTICE_CHANNELS = {"sms": {"adapter": f"{__name__}.Recording"}}
    return SENT


@pytest.fixture
def person(db: None) -> Callable[..., Viewer]:
    """Makes an account and answers its viewer."""

    def make(username: str, *, language: str = "en", email: str | None = None) -> Viewer:
        account = Account(username=username, display_name=username.title(), language=language)
        account.email = f"{username}@city.example" if email is None else email
        account.set_unusable_password()
        account.save()
        return Viewer(kind="resident", account_id=account.pk, name=str(account), language=language)

    return make
