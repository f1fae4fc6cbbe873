"""What an adapter of a delivery channel must do; a city may bring its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Contact:
    """Where an account can be reached; empty strings where it cannot. ``phone`` is E.164."""

    account_id: int
    username: str
    name: str
    language: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, already in the recipient's language.

    ``reference`` is the same at every attempt, so that a gateway can drop what it has seen.
    ``link`` is absolute, or empty. ``at`` is when the fact was told.
    """

    to: str
    contact: Contact
    kind: str
    subject: str
    title: str
    text: str
    link: str
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """The gateway took the message; ``id`` is its own name for it, or empty."""

    id: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """The message did not leave. ``is_final``: trying again cannot help (a wrong address, a refused text)."""

    reason: str
    is_final: bool = False


class Channel(Protocol):
    """One way out. ``bundles``: several notices to one person may go as one message."""

    key: str
    title: str | Promise
    bundles: bool

    def address_of(self, contact: Contact) -> str:
        """Where this contact is reached through this channel; empty when it is not."""

    def send(self, messages: Sequence[Message]) -> list[Receipt | Fault]:
        """Send each; one answer per message, in order. Must not raise for a fault of the outside world."""
