"""E-mail through Django's mail back end, one connection for a batch."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.channels.protocol import Contact, Fault, Message, Receipt


class Email:
    """``sender`` is the address in From; ``settings.EMAIL_*`` say how mail leaves."""

    key = "email"
    title = _("E-mail")
    bundles = True

    def __init__(self, *, sender: str) -> None:
        self.sender = sender

    def address_of(self, contact: Contact) -> str:
        return contact.email

    def send(self, messages: Sequence[Message]) -> list[Receipt | Fault]:
        connection = get_connection()
        try:
            connection.open()
        except OSError as error:
            return [Fault(f"mail server: {error}")] * len(messages)
        try:
            return [self._send(connection, message) for message in messages]
        finally:
            connection.close()

    def _send(self, connection: Any, message: Message) -> Receipt | Fault:
        mail = EmailMessage(
            subject=" ".join(message.title.split()),
            body="\n\n".join(part for part in (message.text, message.link) if part),
            from_email=self.sender,
            to=[message.to],
            headers={"Message-ID": f"<{message.reference}@{self.sender.rpartition('@')[2].rstrip('>')}>"},
            connection=connection,
        )
        try:
            mail.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            return _refused(error)
        except (OSError, smtplib.SMTPException) as error:
            return Fault(f"mail server: {error}")
        return Receipt(message.reference)


def _refused(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> Fault:
    """5xx is for good; 4xx (a full mailbox, greylisting) is worth another try."""
    code: int
    text: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    else:
        code, text = error.smtp_code, error.smtp_error
    reason = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return Fault(f"{code} {reason}", is_final=500 <= code < 600)
