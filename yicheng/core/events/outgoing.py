"""Calls to addresses that people typed in: webhooks, sources of data. Private addresses are refused unless allowed.

The name is resolved once and the connection goes to the address that was checked, so that a name which
changes its mind between check and call leads nowhere. ``settings.OUTGOING_ALLOWED`` lists networks
(``10.20.0.0/16``) and hosts (``erp.example.gov``) of the city's own that may be called all the same.
Redirects are not followed, answers are cut off at a size, and the whole call has one time limit.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid, Refusal

MOST_BYTES = 64 * 1024 * 1024
BLOCK = 65_536
PORTS = {"http": 80, "https": 443}
Resolve = Callable[[str, int], Sequence[str]]


class Unreachable(Refusal):
    """The other side did not answer, not in time, or with more than was asked for."""

    status = 502
    code = "unreachable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def resolved(host: str, port: int) -> list[str]:
    """Every address of a host, as its resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def safe_address(host: str, port: int, *, resolve: Resolve = resolved) -> str:
    """The address to connect to. Raises ``Invalid`` where one of the host's addresses must not be called."""
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError):
        addresses = ()
    if not addresses:
        raise Unreachable(_("Nobody knows the host “%(host)s”. Check the address."), host=host[:120])
    for address in addresses:
        if not _is_allowed(host, address):
            raise Invalid(
                _(
                    "“%(host)s” lies in a private network, which is closed to outgoing calls. "
                    "Ask the operators to allow it."
                ),
                code="private_address",
                host=host[:120],
            )
    return addresses[0]


def check_url(url: str, *, resolve: Resolve = resolved) -> None:
    """Refuse what could never be called: raises ``Invalid`` (or ``Unreachable``)."""
    parts = _parts(url)
    safe_address(str(parts.hostname), _port(parts), resolve=resolve)


def call(
    url: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 30.0,
    most_bytes: int = MOST_BYTES,
    resolve: Resolve = resolved,
) -> Answer:
    """One HTTP call to a checked address. Raises ``Invalid`` or ``Unreachable``; any status is an answer."""
    parts = _parts(url)
    host, port = str(parts.hostname), _port(parts)
    address, until = safe_address(host, port, resolve=resolve), time.monotonic() + timeout_s
    connection = _connection(parts.scheme, host, port=port, address=address, timeout_s=timeout_s)
    try:
        connection.request(method, _target(parts), body, dict(headers or {}))
        answer = connection.getresponse()
        content = b"".join(_blocks(connection, answer, until=until, most_bytes=most_bytes))
        return Answer(answer.status, content, {name.lower(): value for name, value in answer.getheaders()})
    except TimeoutError:
        raise Unreachable(
            _("“%(host)s” did not answer within %(seconds)d seconds."), host=host, seconds=int(timeout_s)
        ) from None
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(
            _("“%(host)s” could not be reached (%(error)s)."), host=host, error=type(error).__name__
        ) from None
    finally:
        connection.close()


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _port(parts)
    except ValueError:
        raise Invalid(_("“%(url)s” is no web address."), url=url[:120]) from None
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password:
        raise Invalid(
            _("Write an address that begins with https:// or http:// and holds no password."), url=url[:120]
        )
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        raise Invalid(_("“%(url)s” is no web address."), url=url[:120])
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS.get(parts.scheme, 0)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_allowed(host: str, address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or found
    if inner.is_global and not inner.is_multicast:
        return True
    for allowed in settings.OUTGOING_ALLOWED:
        try:
            network = ipaddress.ip_network(allowed)
        except ValueError:
            if host.lower() == allowed.lower():
                return True
        else:
            if inner.version == network.version and inner in network:
                return True
    return False


def _connection(
    scheme: str, host: str, *, port: int, address: str, timeout_s: float
) -> http.client.HTTPConnection:
    """A connection to the address that still says the host's name, to the server and in its certificate."""
    if scheme == "http":
        plain = http.client.HTTPConnection(host, port, timeout=timeout_s)
        _pin(plain, address)
        return plain
    secure = http.client.HTTPSConnection(host, port, timeout=timeout_s, context=ssl.create_default_context())
    _pin(secure, address)
    return secure


def _pin(connection: Any, address: str) -> None:
    def connect(target: tuple[str, int], *rest: Any, **named: Any) -> socket.socket:
        return socket.create_connection((address, target[1]), *rest, **named)

    connection._create_connection = connect  # noqa: SLF001  http.client's own door for this


def _blocks(
    connection: http.client.HTTPConnection,
    answer: http.client.HTTPResponse,
    *,
    until: float,
    most_bytes: int,
) -> Iterator[bytes]:
    """The body, block by block: a server that drips is cut off when the time is over."""
    left = most_bytes
    while True:
        remaining_s = until - time.monotonic()
        if remaining_s <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(remaining_s)
        block = answer.read1(BLOCK)
        if not block:
            return
        left -= len(block)
        if left < 0:
            raise Unreachable(
                _("The answer is larger than %(limit)d MB. Ask for less at a time."), limit=most_bytes >> 20
            )
        yield block
