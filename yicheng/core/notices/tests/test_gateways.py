"""The HTTP adapters against a real server on this machine: what is posted, what each answer means."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from yicheng.config.channels import notice_channels
from yicheng.core.notices.channels import gateway
from yicheng.core.notices.channels.configured import channels
from yicheng.core.notices.channels.protocol import Contact, Fault, Message, Receipt

#: how soon the server notices that it shall stop
POLL_S = 0.01


class Gateway(HTTPServer):
    """Answers what it is told, keeps what it got."""

    answers: list[tuple[int, bytes]]
    got: list[tuple[str, dict[str, str], bytes]]


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        status, answer = self.server.answers.pop(0) if self.server.answers else (200, b"{}")
        self.send_response(status)
        if status in {301, 302}:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Gateway]:
    running = Gateway(("127.0.0.1", 0), _Handler)
    running.answers, running.got = [], []
    thread = Thread(target=running.serve_forever, args=(POLL_S,), daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def message(text: str = "案卷已结案。", *, link: str = "") -> Message:
    contact = Contact(1, "wang", "王", "zh-hans", email="w@city.example", phone="+8613812345678")
    return Message(
        to="+8613812345678",
        contact=contact,
        kind="urban.closed",
        subject="case/7",
        title="结案",
        text=text,
        link=link,
        reference="notice-5-1",
        at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def sms(server: Gateway, **options: Any) -> gateway.SmsGateway:
    return gateway.SmsGateway(url=f"http://127.0.0.1:{server.server_port}/send?app=1", token="t", **options)


def test_a_short_message_uses_the_providers_words(server: Gateway) -> None:
    server.answers.append((200, b'{"msgid": "88"}'))
    channel = sms(server, fields={"phone": "mobile", "text": "content"}, extra={"sign": "城管"}, max_chars=20)
    assert channel.send([message("字" * 40, link="https://c.example")]) == [Receipt("88")]
    [(path, headers, body)] = server.got
    assert path == "/send?app=1"
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer t", "notice-5-1")
    assert json.loads(body) == {
        "sign": "城管",
        "mobile": "+8613812345678",
        "content": "字…" + " https://c.example",
        "reference": "notice-5-1",
    }


def test_a_webhook_is_a_signed_cloud_event(server: Gateway) -> None:
    url = f"http://127.0.0.1:{server.server_port}/hook"
    channel = gateway.Webhook(url=url, secret="s3", source="https://city.example")
    assert channel.send([message()]) == [Receipt("")]
    [(_path, headers, body)] = server.got
    assert headers["X-Yicheng-Signature"] == "sha256=" + hmac.new(b"s3", body, hashlib.sha256).hexdigest()
    event = json.loads(body)
    assert (event["specversion"], event["type"], event["id"]) == (
        "1.0",
        "yicheng.notice.urban.closed",
        "notice-5-1",
    )
    assert (event["data"]["title"], event["data"]["name"]) == ("结案", "王")


@pytest.mark.parametrize(
    ("status", "is_final"),
    [
        (400, True),
        (404, True),
        (422, True),
        (401, False),
        (429, False),
        (500, False),
        (503, False),
        (302, False),
    ],
)
def test_what_each_answer_means(server: Gateway, status: int, is_final: bool) -> None:
    server.answers.append((status, b"why"))
    [answer] = sms(server).send([message()])
    assert isinstance(answer, Fault)
    assert (answer.is_final, answer.reason) == (is_final, f"HTTP {status} why")
    assert len(server.got) == 1, "no redirect is followed"


def test_a_gateway_that_is_down_is_not_asked_for_the_whole_batch(server: Gateway) -> None:
    server.answers += [(503, b"")] * 10
    answers = sms(server).send([message()] * 10)
    assert [isinstance(answer, Fault) and not answer.is_final for answer in answers] == [True] * 10
    assert len(server.got) == gateway.GIVE_UP_AFTER


def test_nobody_listens() -> None:
    closed = HTTPServer(("127.0.0.1", 0), _Handler)
    closed.server_close()
    [answer] = gateway.SmsGateway(url=f"http://127.0.0.1:{closed.server_port}/", token="").send([message()])
    assert isinstance(answer, Fault)
    assert not answer.is_final


def test_an_answer_that_is_no_json_is_still_a_receipt(server: Gateway) -> None:
    server.answers.append((202, b"<ok/>"))
    assert sms(server).send([message()]) == [Receipt("")]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "nonsense"])
def test_only_http_addresses(url: str) -> None:
    with pytest.raises(ValueError, match="no http"):
        gateway.SmsGateway(url=url, token="")


def test_settings_come_from_the_environment(settings: Any) -> None:
    assert notice_channels({}) == {}
    settings.NOTICE_CHANNELS = notice_channels(
        {
            "YICHENG_EMAIL_URL": "smtp://mail.city.example:587",
            "YICHENG_SMS_URL": "https://sms.example/v1",
            "YICHENG_SMS_FIELDS": '{"text": "content"}',
            "YICHENG_WEBHOOK_URL": "https://im.city.example/hook",
        }
    )
    assert sorted(channels()) == ["email", "sms", "webhook"]
