"""Outgoing calls: which addresses are refused, and what a slow, large or lying server leads to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import translation

from yicheng.core.events.outgoing import Unreachable, call, check_url, safe_address
from yicheng.core.kernel.errors import Invalid


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/secret")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(200 if self.path == "/drip" else 1):
                self.wfile.write(b"x" * (3_000_000 if self.path == "/large" else 1))
                if self.path == "/drip":
                    time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture
def server(settings: Any) -> Iterator[str]:
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8"]
    found = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_address[1]}"
    found.shutdown()
    found.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.3.4", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        safe_address("innocent.example", 80, resolve=lambda _host, _port: ["93.184.215.14", address])
    assert refused.value.code == "private_address"


def test_public_and_allowed_addresses_pass(settings: Any) -> None:
    def private(_host: str, _port: int) -> list[str]:
        return ["10.20.0.7"]

    assert safe_address("a.example", 80, resolve=lambda _h, _p: ["93.184.215.14"]) == "93.184.215.14"
    settings.OUTGOING_ALLOWED = ["10.20.0.0/16"]
    assert safe_address("erp.gov", 80, resolve=private) == "10.20.0.7"
    settings.OUTGOING_ALLOWED = ["erp.gov"]
    assert safe_address("ERP.gov", 80, resolve=private) == "10.20.0.7"
    with pytest.raises(Invalid):
        safe_address("other.gov", 80, resolve=private)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.example/", "http://", "http://u:p@a.example/", "http://a b/", "http://a:x/",
     "gopher://a.example", "http://a.example/\r\nX: y"],
)  # fmt: skip
def test_addresses_that_are_none_are_refused(url: str) -> None:
    with pytest.raises(Invalid):
        check_url(url, resolve=lambda _h, _p: ["93.184.215.14"])


def test_a_call_answers_and_follows_no_redirect(server: str) -> None:
    assert call(f"{server}/").body == b"x"
    assert call(f"{server}/away").status == 302


def test_a_large_answer_is_cut_off(server: str) -> None:
    with pytest.raises(Unreachable, match="larger than 1 MB"):
        call(f"{server}/large", most_bytes=1 << 20)


def test_a_server_that_drips_is_cut_off_in_time(server: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unreachable, match="did not answer"):
        call(f"{server}/drip", timeout_s=0.5)
    assert time.monotonic() - began < 3


def test_nobody_there() -> None:
    with pytest.raises(Unreachable, match="Nobody knows"):
        safe_address("no.such.host.invalid", 80, resolve=lambda _h, _p: [])
