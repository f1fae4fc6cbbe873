"""Gateways spoken to over HTTP: a short-message provider, and a webhook for the city's own messenger."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.channels.protocol import Contact, Fault, Message, Receipt

MAX_ANSWER_BYTES = 64 * 1024
#: after this many faults of the gateway in a row the rest of the batch waits for the next round
GIVE_UP_AFTER = 3
SIGNATURE_HEADER = "X-Yicheng-Signature"


class HttpGateway:
    """Posts JSON to one address set by the operator. No redirects, short time-outs, a bounded answer."""

    key = ""
    bundles = False

    def __init__(self, *, url: str, timeout_s: float = 5.0) -> None:
        self.url = urlsplit(url)
        if self.url.scheme not in {"http", "https"} or not self.url.hostname:
            raise ValueError(f"channel {self.key}: {url!r} is no http(s) address")
        self.timeout_s = timeout_s

    def send(self, messages: Sequence[Message]) -> list[Receipt | Fault]:
        answers: list[Receipt | Fault] = []
        faults_in_a_row = 0
        for message in messages:
            if faults_in_a_row >= GIVE_UP_AFTER:
                answers.append(Fault("the gateway does not answer"))
                continue
            answer = self._post(message)
            is_down = isinstance(answer, Fault) and not answer.is_final
            faults_in_a_row = faults_in_a_row + 1 if is_down else 0
            answers.append(answer)
        return answers

    def body(self, message: Message) -> Mapping[str, Any]:
        """What is posted for a message."""
        raise NotImplementedError

    def headers(self, body: bytes) -> Mapping[str, str]:
        """What proves to the gateway who posts."""
        raise NotImplementedError

    def _post(self, message: Message) -> Receipt | Fault:
        body = json.dumps(self.body(message), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.reference,
            **self.headers(body),
        }
        connection = self._connection()
        try:
            connection.request("POST", self._target(), body, headers)
            answer = connection.getresponse()
            return _judged(answer.status, answer.read(MAX_ANSWER_BYTES))
        except (OSError, http.client.HTTPException) as error:
            return Fault(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host, port = str(self.url.hostname), self.url.port
        if self.url.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.timeout_s)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=self.timeout_s, context=context)

    def _target(self) -> str:
        return (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")


class SmsGateway(HttpGateway):
    """A short-message provider with a JSON door and a bearer token.

    ``fields`` maps phone, text, reference to the provider's own names; ``extra`` goes along
    with every message (a signature, a template code). ``max_chars`` cuts the text.
    """

    key = "sms"
    title = _("Short message")

    def __init__(
        self,
        *,
        url: str,
        token: str,
        timeout_s: float = 5.0,
        fields: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        max_chars: int = 200,
    ) -> None:
        super().__init__(url=url, timeout_s=timeout_s)
        self.token, self.extra, self.max_chars = token, dict(extra or {}), max_chars
        self.fields = {"phone": "phone", "text": "text", "reference": "reference", **(fields or {})}

    def address_of(self, contact: Contact) -> str:
        return contact.phone

    def body(self, message: Message) -> Mapping[str, Any]:
        room = self.max_chars - (len(message.link) + 1 if message.link else 0)
        text = message.text if len(message.text) <= room else message.text[: max(room - 1, 0)] + "…"
        return {
            **self.extra,
            self.fields["phone"]: message.to,
            self.fields["text"]: f"{text} {message.link}".strip(),
            self.fields["reference"]: message.reference,
        }

    def headers(self, body: bytes) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class Webhook(HttpGateway):
    """A CloudEvents 1.0 message to one address, signed: the city's own messenger takes it from there."""

    key = "webhook"
    title = _("Work messenger")

    def __init__(self, *, url: str, secret: str, source: str, timeout_s: float = 5.0) -> None:
        super().__init__(url=url, timeout_s=timeout_s)
        self.secret, self.source = secret.encode(), source

    def address_of(self, contact: Contact) -> str:
        return contact.username

    def body(self, message: Message) -> Mapping[str, Any]:
        return {
            "specversion": "1.0",
            "id": message.reference,
            "source": self.source,
            "type": f"yicheng.notice.{message.kind}",
            "subject": message.subject,
            "time": message.at.isoformat(),
            "datacontenttype": "application/json",
            "data": {
                "to": message.to,
                "name": message.contact.name,
                "language": message.contact.language,
                "title": message.title,
                "text": message.text,
                "link": message.link,
            },
        }

    def headers(self, body: bytes) -> Mapping[str, str]:
        return {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            SIGNATURE_HEADER: "sha256=" + hmac.new(self.secret, body, hashlib.sha256).hexdigest(),
        }


def _judged(status: int, body: bytes) -> Receipt | Fault:
    """2xx is a receipt; 4xx but for time-outs and limits cannot be mended by trying again."""
    if 200 <= status < 300:
        return Receipt(_id_in(body))
    is_final = 400 <= status < 500 and status not in {401, 403, 408, 425, 429}
    return Fault(f"HTTP {status} {body[:200].decode(errors='replace')}".strip(), is_final=is_final)


def _id_in(body: bytes) -> str:
    """The message's id in the gateway's answer, under the names that gateways use."""
    try:
        answer = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(answer, dict):
        return ""
    found: Callable[[str], Any] = answer.get
    return next(
        (str(found(name))[:120] for name in ("id", "message_id", "messageId", "msgid") if found(name)), ""
    )
