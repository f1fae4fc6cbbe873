"""Which broker the platform listens to, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker as ``YICHENG_MQTT`` names it."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    has_tls: bool = False
    client_id: str = "yicheng"


def configured_broker() -> Broker | None:
    """The broker to listen to; None when none is configured."""
    #: the MQTT broker, ``mqtt://user:password@host:1883`` or ``mqtts://…``; empty: the platform listens to none
    url = os.environ.get("YICHENG_MQTT", "")
    if not url:
        return None
    #: the name under which the broker keeps messages while the platform is away; one for each listener
    client_id = os.environ.get("YICHENG_MQTT_CLIENT", "yicheng")
    return broker_of(url, client_id=client_id)


def broker_of(url: str, *, client_id: str = "yicheng") -> Broker:
    """The broker that an address names. Raises ``ValueError``."""
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise ValueError("YICHENG_MQTT must look like mqtt://user:password@host:1883")
    has_tls = parts.scheme == "mqtts"
    return Broker(
        parts.hostname,
        parts.port or (8883 if has_tls else 1883),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        has_tls,
        client_id,
    )
