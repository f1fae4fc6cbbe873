"""A light keep-alive HTTP/1.1 client, so that the load generator leaves the two cores to the platform."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    location: str = ""

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Client:
    """One browser: one connection, its cookies. Blocking; use one for each thread."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    _socket: socket.socket | None = None
    _buffer: bytes = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def sign_in(self, path: str, username: str, password: str) -> None:
        """Sign in through the real page: its form, its CSRF token, its session cookie."""
        found = _TOKEN.search(self.get(path).body)
        if not found:
            raise RuntimeError(f"no sign-in form at {path}")
        form = {"login": username, "password": password, "csrfmiddlewaretoken": found.group(1).decode()}
        answer = self.request(
            "POST", path, body=urlencode(form).encode(), content_type="application/x-www-form-urlencoded"
        )
        if answer.status != 302:
            raise RuntimeError(f"sign-in of {username} answered {answer.status}")

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def post_json(self, path: str, data: Any) -> Answer:
        return self.request("POST", path, body=json.dumps(data).encode(), content_type="application/json")

    def request(self, method: str, path: str, *, body: bytes = b"", content_type: str = "") -> Answer:
        """Send, and read the whole answer; connects again once when the server closed the connection."""
        raw = self._head(method, path, len(body), content_type) + body
        for attempt in (1, 2):
            try:
                self._connection().sendall(raw)
                return self._read()
            except (ConnectionError, EOFError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _connection(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection((self.host, self.port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._buffer = b""
        return self._socket

    def _head(self, method: str, path: str, length: int, content_type: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Accept-Language: en"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method != "GET":
            lines.append(f"Content-Length: {length}")
            lines.append(f"Content-Type: {content_type}")
            lines.append(f"X-CSRFToken: {self.cookies.get('csrftoken', '')}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _read(self) -> Answer:
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        status_line, *lines = head.split(b"\r\n")
        headers = self._headers(lines)
        if headers.get(b"transfer-encoding") == b"chunked":
            body = self._chunks()
        else:
            body = self._take(int(headers.get(b"content-length", b"0")))
        return Answer(int(status_line.split()[1]), body, headers.get(b"location", b"").decode())

    def _headers(self, lines: list[bytes]) -> dict[bytes, bytes]:
        headers = {}
        for line in lines:
            name, _, value = line.partition(b":")
            name, value = name.lower(), value.strip()
            headers[name] = value
            if name == b"set-cookie":
                key, _, rest = value.partition(b"=")
                self.cookies[key.decode()] = rest.partition(b";")[0].decode()
        return headers

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self._buffer:
                self._more()
            size, _, self._buffer = self._buffer.partition(b"\r\n")
            length = int(size, 16)
            body += self._take(length)
            self._take(2)
            if length == 0:
                return body

    def _take(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._more()
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return body

    def _more(self) -> None:
        assert self._socket is not None
        block = self._socket.recv(262_144)
        if not block:
            raise EOFError("the server closed the connection")
        self._buffer += block
